//! What a client holds, and what it lacks.

use entity::id::RoomId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    friend::Relation,
    message::Message,
    room::{Member, RoomItem, Settings},
    user::{Me, User},
};
use crate::{
    model::{
        room::Settings as Setup,
        sync::{Head as CoreHead, Own as CoreOwn, Reach, RoomUpdate, Update as CoreUpdate},
    },
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
#[schema(as = native::Sync)]
pub struct Update {
    pub rooms: Vec<Room>,
    /// Rooms that I hold and am not in any more.
    pub removed: Vec<Uuid>,
    /// All that is my own, unless I have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Own>,
    /// Others who changed their names or portraits.
    pub people: Vec<User>,
    /// To be sent when I ask again.
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub since: String,
    /// Ask again at once: there is more.
    pub has_more: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::SyncRoom)]
pub struct Room {
    pub chatroom_id: Uuid,
    pub chatroom: RoomItem,
    /// Those that came or changed; each replaces an older one of itself.
    pub messages: Vec<Message>,
    /// All members, when any of them came, went or got another role, in rooms of up to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// How far everybody has got who lets it be seen; in rooms of more than 1,000, only I.
    pub cursors: Vec<Cursor>,
    /// What I know the room up to when I have applied this.
    #[schema(example = 19)]
    pub rev: i64,
    /// The room goes on after this `rev`.
    pub has_more: bool,
    /// Forget the messages of this room that I hold before applying these.
    pub reset: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::ReadingCursor)]
pub struct Cursor {
    #[schema(example = 43)]
    pub user_id: i64,
    #[schema(example = 15)]
    pub last_read_seq: i64,
    #[schema(example = 17)]
    pub last_delivered_seq: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Own)]
pub struct Own {
    #[serde(flatten)]
    pub me: Me,
    pub friends: Vec<Relation>,
    /// Those that wait, asked by me (`outgoing`) or by others (`incoming`).
    pub requests: Vec<Relation>,
    pub blocks: Vec<User>,
    /// Of the rooms that I have set up; the others are as every room is at first.
    pub settings: Vec<RoomSettings>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::SettingsOfRoom)]
pub struct RoomSettings {
    pub chatroom_id: Uuid,
    pub settings: Settings,
}

/// Where a room stands, as `session:ready` says it.
#[derive(Serialize)]
pub struct Head {
    chatroom_id: Uuid,
    last_seq: i64,
    rev: i64,
    unread_count: u64,
    mention_count: u64,
    last_read_seq: i64,
}

impl From<&CoreUpdate> for Update {
    fn from(update: &CoreUpdate) -> Self {
        Self {
            rooms: update.rooms.iter().map(Room::from).collect(),
            removed: update.removed.iter().map(|it| it.0).collect(),
            user: update.own.as_ref().map(Own::from),
            people: update.people.iter().map(User::from).collect(),
            since: rfc3339_millis(update.since),
            has_more: update.has_more,
        }
    }
}

impl From<&RoomUpdate> for Room {
    fn from(update: &RoomUpdate) -> Self {
        Self {
            chatroom_id: update.view.room.chatroom_id.0,
            chatroom: RoomItem::from(&update.view),
            messages: update.messages.iter().map(Message::from).collect(),
            members: update.members.as_ref().map(|it| it.iter().map(Member::from).collect()),
            cursors: update.cursors.iter().map(Cursor::from).collect(),
            rev: update.rev,
            has_more: update.has_more,
            reset: update.reset,
        }
    }
}

impl From<&Reach> for Cursor {
    fn from(reach: &Reach) -> Self {
        Self {
            user_id: reach.user.0,
            last_read_seq: reach.read,
            last_delivered_seq: reach.delivered,
        }
    }
}

impl From<&CoreOwn> for Own {
    fn from(own: &CoreOwn) -> Self {
        let set_up = |it: &(RoomId, Setup)| RoomSettings {
            chatroom_id: it.0.0,
            settings: Settings::from(&it.1),
        };
        Self {
            me: Me::from(&own.account),
            friends: own.friends.iter().map(Relation::from).collect(),
            requests: own.requests.iter().map(Relation::from).collect(),
            blocks: own.blocks.iter().map(User::from).collect(),
            settings: own.settings.iter().map(set_up).collect(),
        }
    }
}

impl From<&CoreHead> for Head {
    fn from(head: &CoreHead) -> Self {
        Self {
            chatroom_id: head.room.0,
            last_seq: head.last_seq,
            rev: head.rev,
            unread_count: head.unread,
            mention_count: head.mentions,
            last_read_seq: head.last_read_seq,
        }
    }
}
