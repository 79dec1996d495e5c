//! What a client holds, and what it lacks.

use std::collections::HashMap;

use entity::{
    id::{RoomId, UserId},
    time::Timestamp,
};

use crate::model::{
    message::Message,
    page::Limit,
    person::{Card, account::Account, friendship::Relation},
    room::{Member, RoomView, Settings},
};

/// What a client says that it holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// The `rev` of its own person, if it knows any.
    pub user_rev: Option<i64>,
    /// The `rev` up to which it knows each room.
    pub rooms: HashMap<RoomId, i64>,
    /// The moment that the last answer named.
    pub since: Option<Timestamp>,
    /// Messages of one room at once.
    pub limit: Limit,
}

/// What a client lacks, or the next part of it.
#[derive(Clone, Debug)]
pub struct Update {
    pub rooms: Vec<RoomUpdate>,
    /// Rooms that it holds and is not in any more.
    pub removed: Vec<RoomId>,
    /// All that is the person's own, if any of it changed.
    pub own: Option<Own>,
    /// Others who present themselves differently now.
    pub people: Vec<Card>,
    /// To be named when it asks again.
    pub since: Timestamp,
    /// Asking again brings more.
    pub has_more: bool,
}

#[derive(Clone, Debug)]
pub struct RoomUpdate {
    pub view: RoomView,
    /// In the order of their changes; after a reset, in their own order.
    pub messages: Vec<Message>,
    /// All of them, if any of them changed and they are not too many to be listed.
    pub members: Option<Vec<Member>>,
    /// How far everybody has got who lets it be seen, unless they are too many: then only
    /// oneself.
    pub cursors: Vec<Reach>,
    /// Up to where the client knows the room with this.
    pub rev: i64,
    pub has_more: bool,
    /// What the client holds of this room's messages is to be forgotten first.
    pub reset: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub user: UserId,
    pub read: i64,
    pub delivered: i64,
}

/// What belongs to a person alone.
#[derive(Clone, Debug)]
pub struct Own {
    pub account: Account,
    pub friends: Vec<Relation>,
    /// Those that wait, asked by them or by others.
    pub requests: Vec<Relation>,
    pub blocks: Vec<Card>,
    /// Of the rooms that are not set up as every room is at first.
    pub settings: Vec<(RoomId, Settings)>,
}

/// What a client that connects is told, so that it knows whether it lacks anything.
#[derive(Clone, Debug)]
pub struct Greeting {
    pub account: Account,
    pub heads: Vec<Head>,
    /// What has no number of its own, cursors and how others present themselves, is as it was
    /// when the client last asked; the moment to name when it asks again.
    pub since: Option<Timestamp>,
}

/// Where a room stands for one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub room: RoomId,
    pub last_seq: i64,
    pub rev: i64,
    pub unread: u64,
    pub mentions: u64,
    pub last_read_seq: i64,
}
