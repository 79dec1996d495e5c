//! Messages, stored and to be sent.

use entity::{
    id::{FileId, MessageId},
    message,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{file::File, reaction::Reaction, user::Author};
use crate::{
    model::{
        error::{Error, Problem},
        event::message::Deleted,
        message::{self as stored, Draft, Message as Stored, ReadStatus},
        page,
        text::{MessageText, link::Link},
    },
    wire::{fields::Word, spelling::rfc3339_millis},
};

#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the protocol's")]
#[schema(as = native::Message)]
pub struct Message {
    #[schema(example = 1024)]
    pub message_id: i64,
    pub chatroom_id: Uuid,
    #[schema(example = 17)]
    pub seq: i64,
    #[schema(example = 19)]
    pub rev: i64,
    /// What its sender called it, if they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_msg_id: Option<Uuid>,
    #[schema(example = 42)]
    pub sender_id: i64,
    pub user: Author,
    #[schema(example = "hello")]
    pub content: String,
    #[schema(example = "text")]
    pub message_type: &'static str,
    pub media_url: Option<String>,
    pub attachments: Vec<File>,
    /// What it answers; follows its edits and its deletion, so whoever keeps a copy changes
    /// it when they hear of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<Quote>,
    pub reactions: Vec<Reaction>,
    #[schema(example = "2026-11-20T23:52:00.000Z")]
    pub pinned_at: Option<String>,
    #[schema(example = "2026-11-20T23:51:00.000Z")]
    pub edited_at: Option<String>,
    /// Of a deleted message only its place is left: it has no content, files or reactions.
    pub deleted_at: Option<String>,
    /// Of a forwarded message: who had said it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub forwarded_from: Option<Author>,
    /// Members whom it calls by `@username`.
    #[schema(example = json!([43]))]
    pub mentions: Vec<i64>,
    #[schema(example = "unread")]
    pub read_status: &'static str,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    pub timestamp: String,
}

/// A glimpse of a message that another one answers.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Quote)]
pub struct Quote {
    #[schema(example = 1023)]
    pub message_id: i64,
    #[schema(example = 16)]
    pub seq: i64,
    #[schema(example = 43)]
    pub sender_id: i64,
    /// The first 120 characters of what it says now; empty when it was deleted.
    #[schema(example = "shall we meet?")]
    pub excerpt: String,
    pub deleted: bool,
}

/// What `message:deleted` carries.
#[derive(Serialize)]
pub struct Gone {
    message_id: i64,
    chatroom_id: Uuid,
    seq: i64,
    rev: i64,
    deleted_at: String,
}

/// What a message said before.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Version)]
pub struct Version {
    #[schema(example = "helo")]
    pub content: String,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    pub written_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Page)]
pub struct Page {
    /// Oldest first.
    pub messages: Vec<Message>,
    pub has_more_before: bool,
    pub has_more_after: bool,
}

impl From<&Stored> for Message {
    fn from(message: &Stored) -> Self {
        let row = &message.row;
        Self {
            message_id: row.message_id.0,
            chatroom_id: row.chatroom_id.0,
            seq: row.seq,
            rev: row.rev,
            client_msg_id: row.client_msg_id,
            sender_id: row.sender_id.0,
            user: Author::from(&*message.author),
            content: row.content.clone(),
            message_type: row.message_type.word(),
            media_url: row.media_url.clone(),
            attachments: message.files.iter().map(File::from).collect(),
            reply_to: message.quote.as_ref().map(Quote::from),
            reactions: message.tallies.iter().map(Reaction::from).collect(),
            pinned_at: message.pinned_at.map(rfc3339_millis),
            edited_at: row.edited_at.map(rfc3339_millis),
            deleted_at: row.deleted_at.map(rfc3339_millis),
            forwarded_from: message.origin.as_deref().map(Author::from),
            mentions: message.mentions.iter().map(|it| it.0).collect(),
            read_status: match message.status {
                ReadStatus::Unread => "unread",
                ReadStatus::Delivered => "delivered",
                ReadStatus::Read => "read",
            },
            timestamp: rfc3339_millis(row.timestamp),
        }
    }
}

impl From<&stored::Quote> for Quote {
    fn from(quote: &stored::Quote) -> Self {
        Self {
            message_id: quote.message.0,
            seq: quote.seq,
            sender_id: quote.sender.0,
            excerpt: quote.excerpt.clone(),
            deleted: quote.deleted,
        }
    }
}

impl From<&Deleted> for Gone {
    fn from(deleted: &Deleted) -> Self {
        Self {
            message_id: deleted.message.0,
            chatroom_id: deleted.room.room.0,
            seq: deleted.seq,
            rev: deleted.rev,
            deleted_at: rfc3339_millis(deleted.at),
        }
    }
}

impl From<&stored::Version> for Version {
    fn from(version: &stored::Version) -> Self {
        Self { content: version.content.clone(), written_at: rfc3339_millis(version.written_at) }
    }
}

impl From<&page::Page<Stored>> for Page {
    fn from(page: &page::Page<Stored>) -> Self {
        Self {
            messages: page.items.iter().map(Message::from).collect(),
            has_more_before: page.more_before,
            has_more_after: page.more_after,
        }
    }
}

/// The types of a message, as clients spell them.
pub const KINDS: &[(&str, message::Type)] = message::Type::WORDS;

pub const MOST_FILES: usize = 10;
pub const LONGEST_LINK: usize = 1_024;

/// A message must say something: words, a file, or a link to one.
pub fn draft(
    content: Option<String>,
    kind: Option<message::Type>,
    media_url: Option<String>,
    client_msg_id: Option<Uuid>,
    files: Vec<FileId>,
    reply_to: Option<MessageId>,
) -> Result<Draft, Error> {
    // The bound of the shape is there for the document, and refuses nothing.
    if files.len() > MOST_FILES {
        return Err(Error::invalid("attachment_ids", Problem::Other("at most 10 files at once")));
    }
    let media_url = media_url.map(|it| Link::parse("media_url", &it, LONGEST_LINK)).transpose()?;
    let media_url = media_url.flatten();
    // With a file, an empty text is as good as none; alone it is refused below.
    let content = content.filter(|it| !it.is_empty());
    let content = match content {
        None if !files.is_empty() || media_url.is_some() => String::new(),
        other => MessageText::parse(other.unwrap_or_default())?.into_string(),
    };
    let kind = kind.unwrap_or(message::Type::Text);
    // Only a client that says everything twice sends a time of its own, to be known by.
    Ok(Draft { content, kind, media_url, client_msg_id, files, reply_to, sent_at: None })
}

/// The words of an edit; none at all take away those of a message with files.
pub fn words(content: String) -> Result<Option<MessageText>, Error> {
    if content.is_empty() { Ok(None) } else { MessageText::parse(content).map(Some) }
}
