//! Lists: `{items, next}`, where `next` is opaque to clients.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{model::page::Limit, wire::fields::Fields};

#[derive(Serialize, ToSchema)]
#[schema(as = native::List)]
pub struct List<T> {
    pub items: Vec<T>,
    /// For `?cursor=`; null at the end.
    pub next: Option<String>,
}

impl<T> List<T> {
    pub fn whole(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next: None }
    }
}

pub fn spell(id: i64) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(id.to_be_bytes())
}

/// `limit` from 1 to 100; more is refused, because a client that asked for more would
/// take the end of the page for the end of the list.
pub fn limit(fields: &mut Fields<'_>) -> Option<Limit> {
    match fields.int_opt("limit")? {
        None => Some(Limit::default()),
        Some(limit @ 1..=100) => Some(Limit::clamped(limit.unsigned_abs())),
        Some(_) => {
            fields.refuse("limit", "must be from 1 to 100");
            None
        }
    }
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
pub fn cursor(fields: &mut Fields<'_>) -> Option<Option<i64>> {
    let Some(text) = fields.text_opt("cursor")? else { return Some(None) };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let bytes = bytes.and_then(|it| <[u8; 8]>::try_from(it).ok());
    if bytes.is_none() {
        fields.refuse("cursor", "is not one of ours");
    }
    bytes.map(|it| Some(i64::from_be_bytes(it)))
}
