//! What happened, and who should hear of it. There is a family of news for each noun, in a file
//! of its own: a dialect says in one line that it does not speak of a family, and of one that it
//! does, it says what it makes of each.

pub mod cursor;
pub mod friend;
pub mod member;
pub mod message;
pub mod person;
pub mod presence;
pub mod room;
pub mod server;
pub mod session;

use std::fmt;

use entity::id::{RoomId, ServerId, SessionId, UserId};

use crate::model::event::{
    cursor::CursorNews, friend::FriendNews, member::MemberNews, message::MessageNews,
    person::PersonNews, presence::PresenceNews, room::RoomNews, server::ServerNews,
    session::SessionNews,
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
    Message(MessageNews),
    Room(RoomNews),
    Member(MemberNews),
    Cursor(CursorNews),
    Friend(FriendNews),
    Person(PersonNews),
    Presence(PresenceNews),
    Server(ServerNews),
    Session(SessionNews),
}

impl Event {
    pub fn new(topic: Topic, news: impl Into<News>) -> Self {
        Self { topic, news: news.into() }
    }
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

impl From<MessageNews> for News {
    fn from(news: MessageNews) -> Self {
        Self::Message(news)
    }
}

impl From<RoomNews> for News {
    fn from(news: RoomNews) -> Self {
        Self::Room(news)
    }
}

impl From<MemberNews> for News {
    fn from(news: MemberNews) -> Self {
        Self::Member(news)
    }
}

impl From<CursorNews> for News {
    fn from(news: CursorNews) -> Self {
        Self::Cursor(news)
    }
}

impl From<FriendNews> for News {
    fn from(news: FriendNews) -> Self {
        Self::Friend(news)
    }
}

impl From<PersonNews> for News {
    fn from(news: PersonNews) -> Self {
        Self::Person(news)
    }
}

impl From<PresenceNews> for News {
    fn from(news: PresenceNews) -> Self {
        Self::Presence(news)
    }
}

impl From<ServerNews> for News {
    fn from(news: ServerNews) -> Self {
        Self::Server(news)
    }
}

impl From<SessionNews> for News {
    fn from(news: SessionNews) -> Self {
        Self::Session(news)
    }
}
