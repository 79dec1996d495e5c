//! Reactions.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::message::reaction::{Reacted, Tally};

/// One reaction came or went; `reactions` is what there is now.
#[derive(Serialize)]
pub struct Changed<'a> {
    message_id: i64,
    chatroom_id: Uuid,
    emoji: &'a str,
    user_id: i64,
    reactions: Vec<Reaction>,
    rev: i64,
}

/// One emoji under a message, and who put it there.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Reaction)]
pub struct Reaction {
    #[schema(example = "👍")]
    pub emoji: String,
    #[schema(example = 1)]
    pub count: usize,
    #[schema(example = json!([42]))]
    pub user_ids: Vec<i64>,
}

/// All that is under a message now.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Reactions)]
pub struct Reactions {
    pub reactions: Vec<Reaction>,
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

impl From<&Tally> for Reaction {
    fn from(tally: &Tally) -> Self {
        let user_ids: Vec<i64> = tally.people.iter().map(|it| it.id.0).collect();
        Self { emoji: tally.emoji.clone(), count: user_ids.len(), user_ids }
    }
}

impl From<&[Tally]> for Reactions {
    fn from(tallies: &[Tally]) -> Self {
        Self { reactions: tallies.iter().map(Reaction::from).collect() }
    }
}
