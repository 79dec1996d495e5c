//! What happened, and who should hear of it.

use std::{fmt, sync::Arc};

use entity::{
    chatroom,
    id::{MessageId, RoomId, ServerId, SessionId, UserId},
    participant::Role,
    time::Timestamp,
};

use crate::model::{
    message::{Message, reaction::Reacted},
    person::{Card, account::Account, friendship::Relation, presence::Presence},
    room::{Identity, Member, Settings},
    server::ServerNews,
};

#[derive(Clone, Debug)]
pub struct Event {
    pub topic: Topic,
    pub news: News,
}

/// An audience. Its spelling doubles as the Socket.IO room name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    Room(RoomId),
    /// Everybody on it, whichever of its channels they look at.
    Server(ServerId),
    User(UserId),
    Session(SessionId),
}

#[derive(Clone, Debug)]
pub enum News {
    MessageCreated(Created),
    /// It was edited, pinned or unpinned.
    MessageUpdated(Updated),
    MessageDeleted(Deleted),
    ReactionsChanged(Arc<Reacted>),
    RoomCreated {
        room: chatroom::Model,
    },
    RoomUpdated {
        room: chatroom::Model,
        /// Those who have another role now.
        roles: Vec<(UserId, Role)>,
    },
    RoomDeleted {
        room: RoomId,
        rev: i64,
    },
    Joined {
        room: RoomId,
        user: UserId,
        member: Arc<Member>,
        rev: i64,
    },
    Left {
        room: RoomId,
        user: UserId,
        rev: i64,
    },
    /// To the room: somebody's cursor rose.
    Read {
        room: RoomId,
        user: UserId,
        seq: i64,
        at: Timestamp,
    },
    Delivered {
        room: RoomId,
        user: UserId,
        seq: i64,
    },
    /// To the room: somebody lets it be seen how far they have got, or does so no more.
    CursorShown {
        room: RoomId,
        user: UserId,
        cursor: Option<Reached>,
    },
    /// To the reader's own devices.
    Unread {
        room: RoomId,
        unread: u64,
        /// Those of them that speak of the reader.
        mentions: u64,
        last_read_seq: i64,
    },
    /// To one's own devices: how one has set up a room for oneself.
    SettingsChanged {
        room: RoomId,
        settings: Settings,
        user_rev: i64,
    },
    /// Everybody who is typing right now, with the end of each lease.
    Typing {
        room: RoomId,
        people: Vec<(UserId, Timestamp)>,
    },
    /// Each side hears its own view of the relation.
    FriendRequested {
        relation: Relation,
    },
    FriendAccepted {
        relation: Relation,
    },
    FriendCancelled {
        relation: Relation,
    },
    FriendRemoved {
        relation: Relation,
    },
    /// To one's own devices: somebody is blocked from now on, or no more.
    Blocked {
        card: Card,
    },
    Unblocked {
        card: Card,
    },
    ProfileChanged {
        card: Card,
    },
    /// The same to one's own devices, with what is nobody else's business.
    OneselfChanged {
        me: Arc<Account>,
    },
    PresenceChanged {
        presences: Vec<Presence>,
    },
    Server(ServerNews),
    /// The session is over: its sockets are told and closed.
    SessionEnded {
        reason: Ending,
    },
}

/// How far somebody has got in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub read: i64,
    pub delivered: i64,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    LoggedOut,
    Revoked,
    PasswordChanged,
    AccountDeleted,
    TokenReused,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(id) => write!(f, "room:{id}"),
            Self::Server(id) => write!(f, "server:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Session(id) => write!(f, "session:{id}"),
        }
    }
}
