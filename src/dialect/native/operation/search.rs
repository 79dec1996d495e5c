//! Messages, wherever they are.

use axum::{http::HeaderMap, response::Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{
    id::{RoomId, UserId},
    time::Timestamp,
};
use parlor_derive::operation;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    Answer, Entry,
    answer::{Documented, object, value},
    entry,
    page::List,
};
use crate::{
    chat::{engine::handle::Chat, search as core},
    dialect::native::payload::message::Message,
    model::{
        actor::Actor,
        error::Error,
        page::Limit,
        search::{Query, SearchPosition, Wanted},
    },
    wire::fields::{Fields, Shape},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![entry::<search>()]
}

#[derive(Shape, ToSchema)]
#[shape(closed, check = know_all)]
struct Search {
    #[schema(example = "hello", max_length = 100, value_type = String)]
    #[shape(with = query)]
    query: Query,
    /// Only in this room
    #[schema(value_type = Option<Uuid>)]
    chatroom_id: Option<RoomId>,
    /// Only from this person
    #[schema(example = 42, value_type = Option<i64>)]
    sender_id: Option<UserId>,
    /// Sent at this moment or later
    #[schema(example = "2026-11-01T00:00:00Z", value_type = Option<String>)]
    after: Option<Timestamp>,
    /// Sent earlier than this moment
    #[schema(example = "2026-12-01T00:00:00Z", value_type = Option<String>)]
    before: Option<Timestamp>,
    /// Only with a file, or only without
    has_file: Option<bool>,
    /// The `next` of the page before
    #[schema(value_type = Option<String>)]
    #[shape(with = cursor)]
    cursor: Option<SearchPosition>,
    #[schema(example = 50, value_type = Option<i64>)]
    limit: Limit,
}

/// A restriction that is misspelled would find what it should not.
fn know_all(_: &Search, fields: &mut Fields<'_>) {
    fields.only_in_query(&Search::names());
}

/// Find messages by words or parts of words, the newest first
///
/// In all rooms that you are a member of, or in one that you may read. Every word of the query
/// must be somewhere in the message, be it inside another word; upper and lower case, accents on
/// Latin letters and punctuation make no difference. A word needs two characters, one where it is
/// Chinese, Japanese, Korean or an emoji. A page may have fewer messages than its limit, or none,
/// and still a `next`: then the search is not over.
#[operation(event = "message:search", get = "/v1/search", refuses(403, 404, 422, 429))]
async fn search(chat: &Chat, me: Actor, wanted: Search) -> Result<Found, Error> {
    let Search { query, chatroom_id: room, sender_id: sender, after, before, .. } = wanted;
    let Search { has_file, cursor, limit, .. } = wanted;
    let wanted = Wanted { query, room, sender, after, before, has_file, cursor, limit };
    let found = core::messages(chat, me, wanted).await?;
    let items = found.messages.iter().map(Message::from).collect();
    Ok(Found(List { items, next: found.next.map(spell) }))
}

/// A page of what was found: a list for a route, messages for an event.
struct Found(List<Message>);

impl Answer for Found {
    fn to_value(&self) -> Result<Value, Error> {
        Ok(json!({"messages": value(&self.0.items)?, "next": self.0.next}))
    }

    fn into_response(self, request: &HeaderMap) -> Result<Response, Error> {
        self.0.into_response(request)
    }

    fn describe(document: &mut Documented) {
        <List<Message>>::describe(document);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        document.know::<Message>();
        let next = <Option<String>>::schema();
        object([("messages", <Vec<Message>>::schema()), ("next", next)])
    }
}

fn query(fields: &mut Fields<'_>, name: &str) -> Option<Query> {
    match Query::parse(&fields.text(name)?) {
        Ok(query) => Some(query),
        Err(Error::Invalid(flaw)) => {
            fields.refuse(name, &flaw.problem.to_string());
            None
        }
        Err(_) => None,
    }
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn cursor(fields: &mut Fields<'_>, name: &str) -> Option<Option<SearchPosition>> {
    let Some(text) = fields.text_opt(name)? else { return Some(None) };
    let cursor = read(&text);
    if cursor.is_none() {
        fields.refuse(name, "is not one of ours");
    }
    cursor.map(Some)
}

fn read(text: &str) -> Option<SearchPosition> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (at, message) = bytes.split_first_chunk::<8>()?;
    let message = <[u8; 8]>::try_from(message).ok()?;
    Some(SearchPosition { at: i64::from_be_bytes(*at), message: i64::from_be_bytes(message) })
}

fn spell(cursor: SearchPosition) -> String {
    // Messages of two rooms may have one moment, so it alone is no place to go on from.
    let bytes = [cursor.at.to_be_bytes(), cursor.message.to_be_bytes()].concat();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
