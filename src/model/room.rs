//! Rooms as their members see them.

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    participant::{self, Role},
    room_ban,
    time::Timestamp,
};
use uuid::Uuid;

use crate::model::{message::Message, person::Card};

/// A room with what a list shows of it.
#[derive(Clone, Debug)]
pub struct RoomView {
    pub room: chatroom::Model,
    /// What clients that know rooms by integer call it.
    pub number: i64,
    /// Mine; none in a public room that I have not joined, or have left.
    pub membership: Option<participant::Model>,
    pub member_count: u64,
    /// Live messages after my cursor that are not mine, capped.
    pub unread: u64,
    /// Those after my cursor that speak of me, capped likewise.
    pub mentions: u64,
    pub last_message: Option<Message>,
    /// The other person of a direct room.
    pub peer: Option<Card>,
}

impl RoomView {
    /// When something was last said, or the room was made.
    pub fn last_activity(&self) -> Timestamp {
        self.last_message.as_ref().map_or(self.room.created_at, |it| it.row.timestamp)
    }

    /// A visitor may do what any member may.
    pub fn role(&self) -> Role {
        self.membership.as_ref().map_or(Role::Member, |it| it.role)
    }

    /// A visitor has nothing left to read.
    pub fn last_read_seq(&self) -> i64 {
        self.membership.as_ref().map_or(self.room.last_seq, participant::Model::position)
    }

    /// How I have set it up; a visitor has not.
    pub fn settings(&self) -> Settings {
        let last = self.room.last_seq;
        self.membership.as_ref().map(|it| Settings::of(it, last)).unwrap_or_default()
    }

    /// I have deleted this chat for myself, and nothing was said since.
    pub fn is_deleted(&self) -> bool {
        let last = self.room.last_seq;
        let is_empty =
            |it: &participant::Model| it.hidden_seq == Some(last) && it.cleared_seq == last;
        self.room.kind == Kind::Direct && self.membership.as_ref().is_some_and(is_empty)
    }

    /// Nothing was said since the two ceased to be friends. They may be again.
    pub fn is_parted(&self) -> bool {
        let parted = self.membership.as_ref().and_then(|it| it.parted_seq);
        self.room.kind == Kind::Direct && parted == Some(self.room.last_seq)
    }
}

/// How somebody has set up a room for themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub muted_until: Option<Timestamp>,
    pub pinned_at: Option<Timestamp>,
    /// Out of the list until something new is said.
    pub hidden: bool,
    pub marked_unread: bool,
    /// What was said up to here is gone, for them alone.
    pub cleared_seq: i64,
    pub draft: Option<String>,
    pub drafted_at: Option<Timestamp>,
}

impl Settings {
    /// Those of a member of a room whose last message this is.
    pub fn of(mine: &participant::Model, last_seq: i64) -> Self {
        Self {
            muted_until: mine.muted_until,
            pinned_at: mine.pinned_at,
            hidden: mine.hidden_seq == Some(last_seq),
            marked_unread: mine.marked_unread,
            cleared_seq: mine.cleared_seq,
            draft: mine.draft.clone(),
            drafted_at: mine.drafted_at,
        }
    }
}

/// What to change of them; `None` leaves a setting as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingsChange {
    /// Until when, or not at all any more.
    pub muted_until: Option<Option<Timestamp>>,
    pub pinned: Option<bool>,
    pub hidden: Option<bool>,
    pub marked_unread: Option<bool>,
    /// Deletes for oneself what was said up to here.
    pub cleared_seq: Option<i64>,
}

/// A room that somebody asked for; a direct room may have been there.
#[derive(Clone, Debug)]
pub struct Opened {
    pub view: RoomView,
    pub is_new: bool,
}

/// A room, and what clients that know rooms by integer call it.
#[derive(Clone, Debug)]
pub struct Numbered {
    pub number: i64,
    pub room: chatroom::Model,
}

/// What a room is, what clients address it by that do not know its UUID, and who does not
/// hear of it where everybody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub room: RoomId,
    pub kind: Kind,
    /// Of a well-known public room.
    pub slug: Option<String>,
    /// Of a direct room: its two people, with their UUIDs.
    pub pair: Option<[(UserId, Uuid); 2]>,
    /// Whom it keeps out.
    pub banned: Vec<UserId>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub card: Card,
    pub row: participant::Model,
    /// Lets nobody see how far they have got, except their own devices.
    pub discreet: bool,
}

/// Somebody, and the role that they have now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    pub user: UserId,
    pub role: Role,
}

/// Somebody whom a room keeps out.
#[derive(Clone, Debug)]
pub struct BannedPerson {
    pub card: Card,
    pub row: room_ban::Model,
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

impl Identity {
    /// The other person of a direct room.
    pub fn peer_of(&self, me: UserId) -> Option<(UserId, Uuid)> {
        let [one, other] = self.pair?;
        Some(if one.0 == me { other } else { one })
    }
}
