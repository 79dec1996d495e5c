//! Messages, stored and to be sent.

use entity::{id::FileId, message};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{file::File, user::Author};
use crate::{
    model::{
        error::{Error, Problem},
        message::{Draft, Message as Stored, ReadStatus, Sent},
        page,
        text::{MessageText, line},
    },
    wire::spelling::rfc3339_millis,
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
    #[schema(example = "unread")]
    pub read_status: &'static str,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    pub timestamp: String,
}

/// What `message:created` carries.
#[derive(Serialize)]
pub struct Created {
    pub message: Message,
    pub rev: i64,
}

/// What whoever sent a message is told.
#[derive(Serialize)]
pub struct Receipt {
    message: Message,
    /// It had been sent before, under the same `client_msg_id`.
    duplicate: bool,
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
            message_type: kind(row.message_type),
            media_url: row.media_url.clone(),
            attachments: message.files.iter().map(File::from).collect(),
            read_status: match message.status {
                ReadStatus::Unread => "unread",
                ReadStatus::Delivered => "delivered",
                ReadStatus::Read => "read",
            },
            timestamp: rfc3339_millis(row.timestamp),
        }
    }
}

impl From<&Sent> for Receipt {
    fn from(sent: &Sent) -> Self {
        Self { message: Message::from(&*sent.message), duplicate: sent.duplicate }
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
pub const KINDS: [(&str, message::Type); 5] = [
    ("text", message::Type::Text),
    ("image", message::Type::Image),
    ("audio", message::Type::Audio),
    ("file", message::Type::File),
    ("video", message::Type::Video),
];

/// A message must say something: words, a file, or a link to one.
pub fn draft(
    content: Option<String>,
    kind: Option<message::Type>,
    media_url: Option<String>,
    client_msg_id: Option<Uuid>,
    files: Vec<FileId>,
) -> Result<Draft, Error> {
    if files.len() > 10 {
        return Err(Error::invalid("attachment_ids", Problem::Other("at most 10 files at once")));
    }
    let media_url = media_url.map(|it| line("media_url", &it, 1_024)).transpose()?;
    let media_url = media_url.filter(|it| !it.is_empty());
    let content = content.filter(|it| !it.is_empty());
    let content = match content {
        None if !files.is_empty() || media_url.is_some() => String::new(),
        other => MessageText::parse(other.unwrap_or_default())?.into_string(),
    };
    let kind = kind.unwrap_or(message::Type::Text);
    let (reply_to, sent_at) = (None, None);
    Ok(Draft { content, kind, media_url, client_msg_id, files, reply_to, sent_at })
}

pub fn kind(kind: message::Type) -> &'static str {
    match kind {
        message::Type::Text => "text",
        message::Type::Image => "image",
        message::Type::Audio => "audio",
        message::Type::File => "file",
        message::Type::Video => "video",
    }
}
