//! What is asked of a search, over REST and in events alike, and how it is answered.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{
    id::{RoomId, UserId},
    time::Timestamp,
};
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

/// What is looked for. At the door it is the same for both ways in.
#[derive(Shape)]
#[shape(closed, into = Wanted)]
struct Search {
    #[shape(with = query)]
    query: Query,
    chatroom_id: Option<RoomId>,
    sender_id: Option<UserId>,
    before: Option<Timestamp>,
    after: Option<Timestamp>,
    has_file: Option<bool>,
    #[shape(with = cursor)]
    cursor: Option<Cursor>,
    limit: Limit,
}

impl From<Search> for Wanted {
    fn from(it: Search) -> Self {
        let Search { query, chatroom_id: room, sender_id: sender, before, after, .. } = it;
        let Search { has_file, cursor, limit, .. } = it;
        Self { query, room, sender, after, before, has_file, cursor, limit }
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
fn cursor(fields: &mut Fields<'_>, name: &str) -> Option<Option<Cursor>> {
    let Some(text) = fields.text_opt(name)? else { return Some(None) };
    let cursor = read(&text);
    if cursor.is_none() {
        fields.refuse(name, "is not one of ours");
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
