//! What is asked of a search, over REST and in events alike, and how it is answered.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::id::{RoomId, UserId};
use serde::Serialize;

use super::message::Message;
use crate::{
    model::{
        error::Error,
        page::Limit,
        search::{Cursor, Found as Page, Query, Wanted},
    },
    wire::fields::{Fields, Shape},
};

/// What `message:search` is answered with.
#[derive(Serialize)]
pub struct Found {
    pub messages: Vec<Message>,
    pub next: Option<String>,
}

impl From<&Page> for Found {
    fn from(page: &Page) -> Self {
        Self {
            messages: page.messages.iter().map(Message::from).collect(),
            next: page.next.map(spell),
        }
    }
}

impl Shape for Wanted {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let query = query(fields);
        let (room, sender) = (fields.uuid_opt("chatroom_id"), fields.int_opt("sender_id"));
        let (before, after) = (fields.moment_opt("before"), fields.moment_opt("after"));
        let has_file = fields.bool_opt("has_file");
        let (cursor, limit) = (cursor(fields), limit(fields));
        fields.only(&[
            "query",
            "chatroom_id",
            "sender_id",
            "before",
            "after",
            "has_file",
            "cursor",
            "limit",
        ]);
        Some(Self {
            query: query?,
            room: room?.map(RoomId),
            sender: sender?.map(UserId),
            after: after?,
            before: before?,
            has_file: has_file?,
            cursor: cursor?,
            limit: limit?,
        })
    }
}

fn query(fields: &mut Fields<'_>) -> Option<Query> {
    match Query::parse(&fields.text("query")?) {
        Ok(query) => Some(query),
        Err(Error::Invalid(flaw)) => {
            fields.refuse("query", &flaw.problem.to_string());
            None
        }
        Err(_) => None,
    }
}

fn limit(fields: &mut Fields<'_>) -> Option<Limit> {
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
fn cursor(fields: &mut Fields<'_>) -> Option<Option<Cursor>> {
    let Some(text) = fields.text_opt("cursor")? else { return Some(None) };
    let cursor = read(&text);
    if cursor.is_none() {
        fields.refuse("cursor", "is not one of ours");
    }
    cursor.map(Some)
}

fn read(text: &str) -> Option<Cursor> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (at, message) = bytes.split_first_chunk::<8>()?;
    let message = <[u8; 8]>::try_from(message).ok()?;
    Some(Cursor { at: i64::from_be_bytes(*at), message: i64::from_be_bytes(message) })
}

pub fn spell(cursor: Cursor) -> String {
    let bytes = [cursor.at.to_be_bytes(), cursor.message.to_be_bytes()].concat();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
