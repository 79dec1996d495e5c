//! Pages, as most products ask for them: too much or too little is no error, only less or more
//! than was asked for.

use crate::{
    model::page::Limit,
    wire::fields::{Fields, Shape},
};

/// So many, after passing over some.
#[derive(Shape)]
pub struct Slice {
    #[shape(with = limit)]
    pub limit: Limit,
    #[shape(with = offset)]
    pub offset: u64,
}

pub fn limit(fields: &mut Fields<'_>, name: &str) -> Option<Limit> {
    Some(fields.int_opt(name)?.map_or_else(Limit::default, Limit::nearest))
}

pub fn required_limit(fields: &mut Fields<'_>, name: &str) -> Option<Limit> {
    fields.int(name).map(Limit::nearest)
}

/// Less than nothing is nothing.
fn offset(fields: &mut Fields<'_>, name: &str) -> Option<u64> {
    Some(fields.int_opt(name)?.map_or(0, |it| u64::try_from(it).unwrap_or(0)))
}
