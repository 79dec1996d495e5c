//! How chats are addressed here: a room by its short name or its UUID, a group by its UUID,
//! and a private chat by the other person, so that each of the two knows it by another id.

use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    chat::{
        engine::handle::Chat,
        room::{self, direct, public},
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
        room::{Identity, RoomView},
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ChatType {
    Private,
    Group,
    Room,
}

/// A chat, as one of its people calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub chat_type: ChatType,
    pub chat_id: String,
}

impl ChatType {
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "private" => Some(Self::Private),
            "group" => Some(Self::Group),
            "room" => Some(Self::Room),
            _ => None,
        }
    }

    /// A channel of a server is a group to this client: a named chat of some people.
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Direct => Self::Private,
            Kind::Group | Kind::Channel => Self::Group,
            Kind::Public => Self::Room,
        }
    }
}

impl Address {
    /// What this person calls the room.
    pub(super) fn of(room: &Identity, me: UserId) -> Self {
        let chat_id = match (room.peer_of(me), &room.slug) {
            (Some((_, peer)), _) => peer.to_string(),
            (None, Some(slug)) => slug.clone(),
            (None, None) => room.room.to_string(),
        };
        Self { chat_type: ChatType::of(room.kind), chat_id }
    }

    /// What I call a room of my list.
    pub(super) fn of_view(view: &RoomView) -> Self {
        let chat_id = match (&view.peer, &view.room.slug) {
            (Some(peer), _) => peer.public_id.to_string(),
            (None, Some(slug)) => slug.clone(),
            (None, None) => view.room.chatroom_id.to_string(),
        };
        Self { chat_type: ChatType::of(view.room.kind), chat_id }
    }

    /// The room, if it is there. Says nothing about who may go in.
    pub(super) async fn find(&self, chat: &Chat, me: Actor) -> Result<Option<RoomId>, Error> {
        match self.chat_type {
            ChatType::Private => match Uuid::parse_str(&self.chat_id) {
                Ok(peer) => direct::find(chat, me, peer).await,
                Err(_) => Ok(None),
            },
            ChatType::Room => self.public(chat).await,
            ChatType::Group => self.by_id(chat).await,
        }
    }

    /// The same for somebody who is going to write there: a private chat begins with its
    /// first message.
    pub(super) async fn open(&self, chat: &Chat, me: Actor) -> Result<RoomId, Error> {
        if self.chat_type == ChatType::Private {
            let peer = Uuid::parse_str(&self.chat_id).map_err(|_| Error::Missing(Thing::User))?;
            return direct::open(chat, me, peer).await;
        }
        self.find(chat, me).await?.ok_or(Error::Missing(Thing::Room))
    }

    async fn public(&self, chat: &Chat) -> Result<Option<RoomId>, Error> {
        // No room is called so, and PostgreSQL does not even look for a NUL.
        if self.chat_id.chars().any(char::is_control) {
            return Ok(None);
        }
        match public::by_slug(chat, &self.chat_id).await {
            Ok(it) => Ok(Some(it.room.chatroom_id)),
            // Rooms of other surfaces have no short name, and go by their UUID.
            Err(Error::Missing(_)) => self.by_id(chat).await,
            Err(error) => Err(error),
        }
    }

    /// A room by its UUID, if it is of the kind that was asked for.
    async fn by_id(&self, chat: &Chat) -> Result<Option<RoomId>, Error> {
        let Ok(id) = Uuid::parse_str(&self.chat_id) else { return Ok(None) };
        match room::identity(chat, RoomId(id)).await {
            Ok(it) => Ok(Some(it.room).filter(|_| ChatType::of(it.kind) == self.chat_type)),
            Err(Error::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_two_calls_their_chat_by_the_other() {
        let (ann, bob) = (UserId(1), UserId(2));
        let [anns, bobs] = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let id = RoomId(Uuid::from_u128(9));
        let pair = Some([(ann, anns), (bob, bobs)]);
        let direct =
            Identity { room: id, kind: Kind::Direct, slug: None, pair, banned: Vec::new() };
        let called = |room: &Identity, me| Address::of(room, me).chat_id;
        assert_eq!(called(&direct, ann), bobs.to_string());
        assert_eq!(called(&direct, bob), anns.to_string());
        let default_room =
            Identity { kind: Kind::Public, slug: Some("general".into()), pair: None, ..direct };
        assert_eq!(called(&default_room, ann), "general");
        let group = Identity { kind: Kind::Group, slug: None, ..default_room };
        assert_eq!(called(&group, ann), id.to_string());
        assert_eq!(Address::of(&group, ann).chat_type, ChatType::Group);
    }
}
