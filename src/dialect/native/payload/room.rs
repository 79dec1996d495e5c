//! Rooms and their members.

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    participant::Role,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{message::Message, user::User};
use crate::{
    model::{
        event::cursor::{self, Reached},
        room::{self, BannedPerson, Member as Participant, RoomView, Settings as Setup},
    },
    wire::spelling::rfc3339_millis,
};

/// A room, the same for all its members.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Room)]
pub struct Room {
    pub chatroom_id: Uuid,
    #[schema(example = "the kitchen")]
    pub chatroom_name: Option<String>,
    #[schema(example = "group")]
    pub kind: &'static str,
    pub description: Option<String>,
    pub creator_id: Option<i64>,
    /// Of a channel.
    pub server_id: Option<i64>,
    /// Of a room that every server has from the start: `general`, `tech`, `random`.
    #[schema(example = "general")]
    pub slug: Option<String>,
    #[schema(example = 17)]
    pub last_seq: i64,
    #[schema(example = 19)]
    pub rev: i64,
    /// The `rev` at which somebody last came, went or got another role.
    #[schema(example = 7)]
    pub members_rev: i64,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
}

/// What `room:member_joined` carries.
#[derive(Serialize)]
pub struct Joined {
    chatroom_id: Uuid,
    user_id: i64,
    member: Member,
    rev: i64,
}

/// What `room:cursor_changed` carries: nulls, when it is not shown any more.
#[derive(Serialize)]
pub struct Mark {
    chatroom_id: Uuid,
    user_id: i64,
    last_read_seq: Option<i64>,
    last_delivered_seq: Option<i64>,
}

/// What `room:marks` carries: the members whose cursors rose, and where they are now.
#[derive(Serialize)]
pub struct Marks {
    chatroom_id: Uuid,
    marks: Vec<Moved>,
}

#[derive(Serialize)]
struct Moved {
    user_id: i64,
    last_read_seq: i64,
    last_delivered_seq: i64,
}

impl Marks {
    pub fn new(room: RoomId, marks: &[cursor::Mark]) -> Self {
        let moved = |it: &cursor::Mark| Moved {
            user_id: it.user.0,
            last_read_seq: it.reached.read,
            last_delivered_seq: it.reached.delivered,
        };
        Self { chatroom_id: room.0, marks: marks.iter().map(moved).collect() }
    }
}

/// What `room:updated` carries.
#[derive(Serialize)]
pub struct Updated {
    chatroom: Room,
    /// Who has another role now; missing when nobody has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Ranked>,
    rev: i64,
}

#[derive(Serialize)]
struct Ranked {
    user_id: i64,
    role: &'static str,
}

/// Somebody whom a room keeps out.
#[derive(Serialize, ToSchema)]
#[schema(as = native::RoomBan)]
pub struct RoomBan {
    pub user: User,
    #[schema(example = 42)]
    pub banned_by: i64,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
}

impl From<&BannedPerson> for RoomBan {
    fn from(banned: &BannedPerson) -> Self {
        Self {
            user: User::from(&banned.card),
            banned_by: banned.row.banned_by.0,
            created_at: rfc3339_millis(banned.row.created_at),
        }
    }
}

/// A room as one of its members sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = native::RoomItem)]
pub struct RoomItem {
    #[serde(flatten)]
    pub room: Room,
    #[schema(example = 3)]
    pub member_count: u64,
    /// Capped at 100: nobody reads a larger number.
    #[schema(example = 2)]
    pub unread_count: u64,
    /// The unread messages that speak of me, capped likewise.
    #[schema(example = 0)]
    pub mention_count: u64,
    pub last_message: Option<Message>,
    /// The other person of a direct room.
    pub peer: Option<User>,
    #[schema(example = "owner")]
    pub role: &'static str,
    #[schema(example = 15)]
    pub last_read_seq: i64,
    /// Whether I am in it: a public room is shown to everybody.
    pub joined: bool,
    pub settings: Settings,
}

/// How I have set up a room; nobody else's business.
#[derive(Serialize, ToSchema)]
#[schema(as = native::RoomSettings)]
pub struct Settings {
    /// No notifications until then.
    #[schema(example = "2026-11-21T08:00:00.000Z")]
    pub muted_until: Option<String>,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub pinned_at: Option<String>,
    /// Out of the list until something new is said.
    pub hidden: bool,
    /// Until it is read.
    pub marked_unread: bool,
    /// What was said up to here I have deleted for myself: only in a direct room.
    #[schema(example = 0)]
    pub cleared_seq: i64,
    #[schema(example = "what I was about to say")]
    pub draft: Option<String>,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub drafted_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Member)]
pub struct Member {
    pub user: User,
    #[schema(example = "member")]
    pub role: &'static str,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub joined_at: String,
    /// Null when they do not let it be seen, as is the next.
    #[schema(example = 15)]
    pub last_read_seq: Option<i64>,
    #[schema(example = 17)]
    pub last_delivered_seq: Option<i64>,
}

impl From<&chatroom::Model> for Room {
    fn from(room: &chatroom::Model) -> Self {
        Self {
            chatroom_id: room.chatroom_id.0,
            // A room for two is called what the other person is called, whoever made it and how.
            chatroom_name: room.chatroom_name.clone().filter(|_| room.kind != Kind::Direct),
            kind: match room.kind {
                Kind::Direct => "direct",
                Kind::Group => "group",
                Kind::Channel => "channel",
                Kind::Public => "public",
            },
            description: room.description.clone(),
            creator_id: room.creator_id.map(|it| it.0),
            server_id: room.server_id.map(|it| it.0),
            slug: room.slug.clone(),
            last_seq: room.last_seq,
            rev: room.rev,
            members_rev: room.members_rev,
            created_at: rfc3339_millis(room.created_at),
        }
    }
}

impl Joined {
    pub fn new(room: RoomId, member: &Participant, rev: i64) -> Self {
        let (chatroom_id, user_id) = (room.0, member.card.id.0);
        Self { chatroom_id, user_id, member: Member::from(member), rev }
    }
}

impl Mark {
    pub fn new(room: RoomId, user: UserId, cursor: Option<Reached>) -> Self {
        Self {
            chatroom_id: room.0,
            user_id: user.0,
            last_read_seq: cursor.map(|it| it.read),
            last_delivered_seq: cursor.map(|it| it.delivered),
        }
    }
}

impl Updated {
    pub fn new(room: &chatroom::Model, roles: &[room::Ranked]) -> Self {
        let ranked = |it: &room::Ranked| Ranked { user_id: it.user.0, role: role(it.role) };
        Self {
            chatroom: Room::from(room),
            roles: roles.iter().map(ranked).collect(),
            rev: room.rev,
        }
    }
}

impl From<&RoomView> for RoomItem {
    fn from(view: &RoomView) -> Self {
        Self {
            room: Room::from(&view.room),
            member_count: view.member_count,
            unread_count: view.unread,
            mention_count: view.mentions,
            last_message: view.last_message.as_ref().map(Message::from),
            peer: view.peer.as_ref().map(User::from),
            role: role(view.role()),
            last_read_seq: view.last_read_seq(),
            joined: view.membership.is_some(),
            settings: Settings::from(&view.settings()),
        }
    }
}

impl From<&Setup> for Settings {
    fn from(settings: &Setup) -> Self {
        Self {
            muted_until: settings.muted_until.map(rfc3339_millis),
            pinned_at: settings.pinned_at.map(rfc3339_millis),
            hidden: settings.hidden,
            marked_unread: settings.marked_unread,
            cleared_seq: settings.cleared_seq,
            draft: settings.draft.clone(),
            drafted_at: settings.drafted_at.map(rfc3339_millis),
        }
    }
}

impl From<&Participant> for Member {
    fn from(member: &Participant) -> Self {
        let seen = |cursor: i64| (!member.discreet).then_some(cursor);
        Self {
            user: User::from(&member.card),
            role: role(member.row.role),
            joined_at: rfc3339_millis(member.row.joined_at),
            last_read_seq: seen(member.row.last_read_seq),
            last_delivered_seq: seen(member.row.last_delivered_seq),
        }
    }
}

pub const ROLES: [(&str, Role); 3] =
    [("member", Role::Member), ("admin", Role::Admin), ("owner", Role::Owner)];

pub fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}
