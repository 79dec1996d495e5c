//! Answers that are one emoji.

use std::sync::Arc;

use entity::{
    id::{MessageId, RoomId},
    reaction,
};

use crate::model::person::Card;

/// One emoji under a message, and everybody who put it there, the first one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub emoji: String,
    pub people: Vec<Arc<Card>>,
}

/// What became of a reaction: the row, and all the reactions of its message.
#[derive(Clone, Debug)]
pub struct Put {
    pub row: reaction::Model,
    pub tallies: Vec<Tally>,
}

/// Somebody put or took back a reaction.
#[derive(Clone, Debug)]
pub struct Reacted {
    pub room: RoomId,
    pub message: MessageId,
    pub who: Arc<Card>,
    pub added: Option<String>,
    /// What was taken back, or gave way to what was added.
    pub removed: Vec<String>,
    /// All the reactions of the message now.
    pub tallies: Vec<Tally>,
    pub rev: i64,
}
