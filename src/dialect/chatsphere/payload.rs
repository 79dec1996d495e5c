//! What travels between this product's client and us. Times are UTC and say so.

use entity::{message::Type, time::Timestamp, user};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{message::Message, person::Card},
    wire::spelling::rfc3339_millis,
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

impl From<&user::Model> for User {
    fn from(user: &user::Model) -> Self {
        Self {
            id: user.public_id,
            email: user.email.clone(),
            username: user.username.clone(),
            display_name: user.nickname.clone().unwrap_or_else(|| user.username.clone()),
            avatar_url: user.avatar_url.clone(),
            bio: user.bio.clone(),
            oauth_provider: "local",
            created_at: rfc3339_millis(user.created_at),
            last_seen: user.last_seen.map(rfc3339_millis),
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

impl From<&Message> for HistoryItem {
    fn from(message: &Message) -> Self {
        let row = &message.row;
        Self {
            id: row.message_id.0,
            from_user_id: message.author.public_id,
            content: shown(message),
            message_type: kind(message),
            created_at: rfc3339_millis(row.timestamp),
            is_edited: row.edited_at.is_some(),
            reply_to_id: row.reply_to_id.map(|it| it.0),
        }
    }
}

/// This client shows a file by the address in `content`; others attach files.
pub(super) fn shown(message: &Message) -> String {
    let row = &message.row;
    match (message.files.first(), &row.media_url) {
        _ if !row.content.is_empty() => row.content.clone(),
        (Some(file), _) => format!("/static/message/{}", file.stored_name),
        (None, Some(url)) => url.clone(),
        (None, None) => String::new(),
    }
}

pub(super) fn kind(message: &Message) -> &'static str {
    match message.row.message_type {
        Type::Text => "text",
        Type::Image => "image",
        Type::Audio => "audio",
        Type::File => "file",
        Type::Video => "video",
    }
}
