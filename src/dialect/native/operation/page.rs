//! Lists: `{items, next}`, where `next` is opaque to clients.

use axum::{
    Json,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::answer::{Answer, Documented, value};
use crate::{
    model::{
        error::{Error, Problem},
        page::Limit,
    },
    wire::fields::{Fields, Shape},
};

#[derive(Serialize, ToSchema)]
#[schema(as = native::List)]
pub struct List<T> {
    pub items: Vec<T>,
    /// For `?cursor=`; null at the end.
    pub next: Option<String>,
}

/// Which part of a list is asked for.
#[derive(Shape, ToSchema)]
pub struct Part {
    #[schema(value_type = Option<i64>)]
    limit: Limit,
    #[schema(rename = "cursor", value_type = Option<String>)]
    #[shape(name = "cursor", with = key)]
    after: Option<String>,
}

impl<T: Serialize + ToSchema + Send> Answer for List<T> {
    fn to_value(&self) -> Result<Value, Error> {
        value(self)
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(Json(self).into_response())
    }

    fn describe(document: &mut Documented) {
        document.list::<T>(Self::schema(), &Self::name());
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        document.know::<T>();
        Self::schema()
    }
}

impl<T> List<T> {
    pub fn whole(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next: None }
    }

    /// A part of a list that is short enough to be read whole, in the order of its keys:
    /// what comes or goes in between moves nothing else.
    pub fn part(part: &Part, items: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut items: Vec<(String, T)> = items.into_iter().collect();
        items.sort_by(|one, two| one.0.cmp(&two.0));
        if let Some(after) = &part.after {
            items.retain(|(key, _)| key > after);
        }
        let limit = usize::try_from(part.limit.get()).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next = last.map(|(key, _)| BASE64_URL_SAFE_NO_PAD.encode(key));
        Self { items: items.into_iter().map(|(_, item)| item).collect(), next }
    }
}

impl Part {
    /// For lists that are too long to be read whole: the number after which the part
    /// begins, when they are ordered by [`rising`].
    pub fn after_number(&self) -> Result<i64, Error> {
        let Some(key) = &self.after else { return Ok(0) };
        let foreign = |_| Error::invalid("cursor", Problem::Other("is not one of ours"));
        key.parse().map_err(foreign)
    }

    /// So many rows tell whether the list goes on.
    pub fn one_more(&self) -> u64 {
        self.limit.get() + 1
    }
}

/// The key after which a part begins.
#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn key(fields: &mut Fields<'_>, name: &str) -> Option<Option<String>> {
    let Some(text) = fields.text_opt(name)? else { return Some(None) };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let key = bytes.and_then(|it| String::from_utf8(it).ok());
    if key.is_none() {
        fields.refuse(name, "is not one of ours");
    }
    key.map(Some)
}

/// A key by which small numbers come first.
pub fn rising(number: i64) -> String {
    // Keys are compared as texts, so each number has as many digits as the largest.
    format!("{number:020}")
}

/// A key by which large numbers come first.
pub fn falling(number: i64) -> String {
    format!("{:020}", i64::MAX - number)
}

pub fn spell(id: i64) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(id.to_be_bytes())
}

/// The number after which a page begins.
#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
pub fn cursor(fields: &mut Fields<'_>, name: &str) -> Option<Option<i64>> {
    let Some(text) = fields.text_opt(name)? else { return Some(None) };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let bytes = bytes.and_then(|it| <[u8; 8]>::try_from(it).ok());
    if bytes.is_none() {
        fields.refuse(name, "is not one of ours");
    }
    bytes.map(|it| Some(i64::from_be_bytes(it)))
}
