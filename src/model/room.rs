//! Rooms as their members see them.

use entity::{chatroom, id::UserId, participant};

use crate::model::{message::Message, person::Card};

/// A room with what a list shows of it.
#[derive(Clone, Debug)]
pub struct RoomView {
    pub room: chatroom::Model,
    /// My own membership.
    pub mine: participant::Model,
    pub member_count: u64,
    /// Live messages after my cursor that are not mine, capped.
    pub unread: u64,
    pub last_message: Option<Message>,
    /// The other person of a direct room.
    pub peer: Option<Card>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub card: Card,
    pub row: participant::Model,
}

/// What a new room should be.
#[derive(Clone, Debug)]
pub struct RoomDraft {
    pub kind: chatroom::Kind,
    pub name: Option<String>,
    pub description: Option<String>,
    /// Besides its maker.
    pub members: Vec<UserId>,
}
