//! What happened to messages, to those who are in their room.

use std::sync::Arc;

use entity::{id::MessageId, time::Timestamp};

use crate::model::{
    message::{Message, reaction::Reacted},
    room::Identity,
};

#[derive(Clone, Debug)]
pub enum MessageNews {
    Created(Created),
    /// It was edited, pinned or unpinned.
    Updated(Updated),
    Deleted(Deleted),
    /// Somebody put a reaction under it, or took one back.
    Reacted(Arc<Reacted>),
}

/// A new message, with what only its sender's own clients need.
#[derive(Clone, Debug)]
pub struct Created {
    pub message: Arc<Message>,
    /// The room that it was said in, for surfaces that do not call rooms by their UUID.
    pub room: Arc<Identity>,
    /// The sender's clock, see [`crate::model::message::Draft::sent_at`].
    pub sent_at: Option<String>,
}

/// A message as it is now, at the `rev` of its row.
#[derive(Clone, Debug)]
pub struct Updated {
    pub message: Arc<Message>,
    pub room: Arc<Identity>,
}

/// A message that is gone for everybody; its place in the order stays.
#[derive(Clone, Debug)]
pub struct Deleted {
    pub message: MessageId,
    pub room: Arc<Identity>,
    pub seq: i64,
    pub rev: i64,
    pub at: Timestamp,
}
