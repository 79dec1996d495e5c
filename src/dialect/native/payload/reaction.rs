//! Reactions.

use serde::Serialize;
use uuid::Uuid;

use crate::model::reaction::{Reacted, Tally};

/// One reaction came or went; `reactions` is what there is now.
#[derive(Serialize)]
pub struct Changed<'a> {
    message_id: i64,
    chatroom_id: Uuid,
    emoji: &'a str,
    user_id: i64,
    reactions: Vec<Reaction<'a>>,
    rev: i64,
}

#[derive(Serialize)]
struct Reaction<'a> {
    emoji: &'a str,
    count: usize,
    user_ids: Vec<i64>,
}

impl<'a> Changed<'a> {
    pub fn new(change: &'a Reacted, emoji: &'a str) -> Self {
        Self {
            message_id: change.message.0,
            chatroom_id: change.room.0,
            emoji,
            user_id: change.who.id.0,
            reactions: change.tallies.iter().map(Reaction::from).collect(),
            rev: change.rev,
        }
    }
}

impl<'a> From<&'a Tally> for Reaction<'a> {
    fn from(tally: &'a Tally) -> Self {
        let user_ids: Vec<i64> = tally.people.iter().map(|it| it.id.0).collect();
        Self { emoji: &tally.emoji, count: user_ids.len(), user_ids }
    }
}
