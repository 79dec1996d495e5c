//! Messages, before and after they are stored.

pub mod reaction;
pub mod receipt;

use std::sync::Arc;

use entity::{
    attachment,
    id::{FileId, MessageId, UserId},
    message,
    time::Timestamp,
};
use uuid::Uuid;

use crate::model::{message::reaction::Tally, person::Card, text::link::Link};

/// A stored message with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Message {
    pub row: message::Model,
    pub author: Arc<Card>,
    pub files: Vec<attachment::Model>,
    /// How far the others have got: derived from their cursors.
    pub status: ReadStatus,
    /// What it answers, as that reads now.
    pub quote: Option<Quote>,
    /// Of a forwarded message: who had said it first.
    pub origin: Option<Arc<Card>>,
    pub tallies: Vec<Tally>,
    pub pinned_at: Option<Timestamp>,
    /// Who is spoken of, by their ids.
    pub mentions: Vec<UserId>,
}

/// A glimpse of a message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub message: MessageId,
    pub seq: i64,
    pub sender: UserId,
    /// The beginning of what it says now.
    pub excerpt: String,
    pub deleted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadStatus {
    Unread,
    Delivered,
    Read,
}

/// What somebody wants to say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Never blank, unless there are files.
    pub content: String,
    pub kind: message::Type,
    pub media_url: Option<Link>,
    pub client_msg_id: Option<Uuid>,
    pub files: Vec<FileId>,
    /// The message that this one answers; it must be in the same room.
    pub reply_to: Option<MessageId>,
    /// The sender's own clock, for clients that recognise their message by it. Only
    /// passed on, never trusted.
    pub sent_at: Option<String>,
}

/// What a message said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub content: String,
    pub written_at: Timestamp,
    /// The change that replaced it.
    pub rev: i64,
}

/// What is left of a deleted message: that it is gone since this `rev` of its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    pub message: MessageId,
    pub rev: i64,
}

/// A stored message, and whether it had been stored before.
#[derive(Clone, Debug)]
pub struct Sent {
    pub message: Arc<Message>,
    pub duplicate: bool,
}

impl Message {
    /// As it is stored: nothing has happened to it yet.
    pub fn plain(row: message::Model, author: Arc<Card>, files: Vec<attachment::Model>) -> Self {
        Self {
            row,
            author,
            files,
            status: ReadStatus::Unread,
            quote: None,
            origin: None,
            tallies: Vec::new(),
            pinned_at: None,
            mentions: Vec::new(),
        }
    }
}

impl Quote {
    /// In characters.
    const LONGEST: usize = 120;
}

impl From<&message::Model> for Quote {
    fn from(row: &message::Model) -> Self {
        Self {
            message: row.message_id,
            seq: row.seq,
            sender: row.sender_id,
            excerpt: row.content.chars().take(Self::LONGEST).collect(),
            deleted: row.deleted_at.is_some(),
        }
    }
}
