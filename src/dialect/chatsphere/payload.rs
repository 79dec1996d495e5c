//! What travels between this product's client and us. Times are UTC and say so.

use entity::{id::MessageId, message::Type, time::Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{
        file::shown_as,
        message::Message,
        person::{Card, account::Account},
    },
    wire::{
        fields::Word,
        file::part::{Body, Part},
        spelling::rfc3339_millis,
    },
};

/// A person, for oneself.
#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::User)]
pub(super) struct User {
    id: Uuid,
    #[schema(example = "ann@example.com")]
    email: Option<String>,
    #[schema(example = "ann")]
    username: String,
    #[schema(example = "Ann")]
    display_name: String,
    avatar_url: Option<String>,
    bio: Option<String>,
    #[schema(example = "local")]
    oauth_provider: &'static str,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    created_at: String,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    last_seen: Option<String>,
}

/// A person, for others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = chatsphere::Person)]
pub(super) struct Person {
    pub id: Uuid,
    #[schema(example = "bob")]
    pub username: String,
    #[schema(example = "Bob")]
    pub display_name: String,
    pub avatar_url: Option<String>,
}

/// A message of the history, where its id is a number.
#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Message)]
pub(super) struct HistoryItem {
    #[schema(example = 1)]
    id: i64,
    from_user_id: Uuid,
    #[schema(example = "hello")]
    content: String,
    #[schema(example = "text")]
    message_type: &'static str,
    #[schema(example = "2026-11-20T23:50:03.123Z")]
    created_at: String,
    is_edited: bool,
    reply_to_id: Option<i64>,
}

/// What a frame carries, with its name and the time: `{type, data, timestamp}`.
#[derive(Serialize)]
pub(super) struct Frame<'a, T> {
    #[serde(rename = "type")]
    kind: &'a str,
    data: T,
    timestamp: String,
}

impl<'a, T> Frame<'a, T> {
    pub(super) fn new(kind: &'a str, data: T, now: Timestamp) -> Self {
        Self { kind, data, timestamp: rfc3339_millis(now) }
    }
}

impl From<&Account> for User {
    fn from(account: &Account) -> Self {
        Self {
            id: account.public_id,
            email: account.email.clone(),
            username: account.username.clone(),
            display_name: account.nickname.clone().unwrap_or_else(|| account.username.clone()),
            avatar_url: account.avatar_url.clone(),
            bio: account.bio.clone(),
            // Nobody comes here by another service, which the client would name.
            oauth_provider: "local",
            created_at: rfc3339_millis(account.created_at),
            last_seen: account.last_seen.map(rfc3339_millis),
        }
    }
}

impl From<&Card> for Person {
    fn from(card: &Card) -> Self {
        Self {
            id: card.public_id,
            username: card.username.clone(),
            display_name: card.nickname.clone().unwrap_or_else(|| card.username.clone()),
            avatar_url: card.avatar_url.clone(),
        }
    }
}

impl HistoryItem {
    /// This client knows words or one file in each message, so one may be several to it.
    pub(super) fn all(message: &Message) -> Vec<Self> {
        message.parts().iter().map(|part| Self::new(message, part)).collect()
    }

    fn new(message: &Message, part: &Part<'_>) -> Self {
        let row = &message.row;
        Self {
            id: part_id(message, part),
            from_user_id: message.author.public_id,
            content: shown(part),
            message_type: part.kind(message).word(),
            created_at: rfc3339_millis(row.timestamp),
            is_edited: row.edited_at.is_some(),
            reply_to_id: row.reply_to_id.map(|it| it.0),
        }
    }
}

/// The first part is called as the message is. This client tells messages by their ids, so
/// the others have some that no message has.
pub(super) fn part_id(message: &Message, part: &Part<'_>) -> i64 {
    let id = message.row.message_id.0;
    // No message is below zero, and an answer to a part still finds the message that it is of.
    if part.number == 0 { id } else { -(id * PARTS + part.number) }
}

/// The message that this is a part of.
pub(super) fn message_of(id: i64) -> MessageId {
    MessageId(if id < 0 { -(id / PARTS) } else { id })
}

/// More than a message may have.
const PARTS: i64 = 64;

/// This client shows a picture by the address in `content`, and any other file not at all:
/// then one may at least read what it is called and where it is.
pub(super) fn shown(part: &Part<'_>) -> String {
    match part.body {
        Body::Words(words) => words.to_owned(),
        Body::Address(address, _) => address.to_owned(),
        Body::File(file) => {
            let address = format!("/static/message/{}", file.stored_name);
            let is_picture = shown_as(&file.mime) == Type::Image;
            if is_picture { address } else { format!("{} {address}", file.name) }
        }
    }
}
