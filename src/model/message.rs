//! Messages, before and after they are stored.

use std::sync::Arc;

use entity::{
    attachment,
    id::{FileId, MessageId},
    message,
};
use uuid::Uuid;

use crate::model::person::Card;

/// A stored message with its author and files.
#[derive(Clone, Debug)]
pub struct Message {
    pub row: message::Model,
    pub author: Arc<Card>,
    pub files: Vec<attachment::Model>,
    /// How far the others have got: derived from their cursors.
    pub status: ReadStatus,
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
    pub media_url: Option<String>,
    pub client_msg_id: Option<Uuid>,
    pub files: Vec<FileId>,
    /// The message that this one answers; it must be in the same room.
    pub reply_to: Option<MessageId>,
    /// The sender's own clock, for clients that recognise their message by it. Only
    /// passed on, never trusted.
    pub sent_at: Option<String>,
}

/// A stored message, and whether it had been stored before.
#[derive(Clone, Debug)]
pub struct Sent {
    pub message: Arc<Message>,
    pub duplicate: bool,
}
