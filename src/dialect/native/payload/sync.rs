//! What a client holds, and what it lacks.

use std::collections::HashMap;

use entity::{id::RoomId, time::Timestamp};
use serde::Serialize;
use serde_json::Value;
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
        page::Limit,
        room::Settings as Setup,
        sync::{Head as Standing, Held, Own as Mine, Reach, RoomUpdate, Update as Lacking},
    },
    wire::{
        fields::{Fields, Shape},
        spelling::rfc3339_millis,
    },
};

/// What I hold
#[derive(Shape, ToSchema)]
#[schema(as = native::Held)]
#[shape(closed, into = Held)]
pub struct HeldForm {
    /// The `rev` of my own person; without it, all that is mine is told.
    #[schema(example = 7)]
    user_rev: Option<i64>,
    /// The `rev` of each room that I know; rooms that are not named are told from their newest
    /// messages on.
    #[schema(value_type = Option<BTreeMap<Uuid, i64>>,
        example = json!({"6f1f2a52-5f3c-4b4e-9b0a-6b1d5f0c9a11": 19}))]
    #[shape(with = revs)]
    rooms: HashMap<RoomId, i64>,
    /// What the last answer said; without it, the cursors of all rooms are told, and changes to
    /// people's names and portraits are not.
    #[schema(value_type = Option<String>, example = "2026-11-20T23:49:58.000Z")]
    since: Option<Timestamp>,
    /// How many messages of one room at once, from 1 to 100.
    #[schema(value_type = Option<i64>, example = 100)]
    #[shape(default = Limit::clamped(Limit::MAX))]
    limit: Limit,
}

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

impl From<&Lacking> for Update {
    fn from(update: &Lacking) -> Self {
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

impl From<&Mine> for Own {
    fn from(own: &Mine) -> Self {
        let set_up = |it: &(RoomId, Setup)| RoomSettings {
            chatroom_id: it.0.0,
            settings: Settings::from(&it.1),
        };
        Self {
            me: Me::from(&own.user),
            friends: own.friends.iter().map(Relation::from).collect(),
            requests: own.requests.iter().map(Relation::from).collect(),
            blocks: own.blocks.iter().map(User::from).collect(),
            settings: own.settings.iter().map(set_up).collect(),
        }
    }
}

impl From<&Standing> for Head {
    fn from(head: &Standing) -> Self {
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

impl From<HeldForm> for Held {
    fn from(form: HeldForm) -> Self {
        let HeldForm { user_rev, rooms, since, limit } = form;
        Self { user_rev, rooms, since, limit }
    }
}

fn revs(fields: &mut Fields<'_>, name: &str) -> Option<HashMap<RoomId, i64>> {
    let rev =
        |(id, rev): (&String, &Value)| Some((RoomId(Uuid::parse_str(id).ok()?), rev.as_i64()?));
    let rooms = match fields.raw(name) {
        None | Some(Value::Null) => Some(HashMap::new()),
        Some(Value::Object(rooms)) => rooms.iter().map(rev).collect(),
        Some(_) => None,
    };
    if rooms.is_none() {
        fields.refuse(name, "must give a whole number for each room's id");
    }
    rooms
}
