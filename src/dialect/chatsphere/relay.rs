//! News from the core to this product's sockets.

use entity::{
    chatroom::Kind,
    id::{MessageId, RoomId, UserId},
};
use serde::Serialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

use super::{
    address::{Address, ChatType},
    audience::{self, SocketState},
    online::PresenceSignal,
    payload::{Frame, part_id, shown},
    typing,
};
use crate::{
    chat::engine::{bus, handle::Chat},
    model::{
        event::{
            Event, News, Topic,
            member::MemberNews,
            message::{Created, MessageNews},
            person::PersonNews,
            presence::PresenceNews,
        },
        message::Message,
        room::Identity,
    },
    wire::{
        fields::Word,
        file::part::Part,
        registry::{Entry, Registry, frame},
        spelling::rfc3339_millis,
    },
};

pub(super) struct Relay {
    chat: Chat,
    registry: Registry<SocketState>,
    signal: PresenceSignal,
    typing: typing::TypingRelay,
}

/// A message on the socket, where its id is a text.
#[derive(Serialize)]
struct LiveMessage {
    id: String,
    from_user_id: Uuid,
    content: String,
    message_type: &'static str,
    created_at: String,
    is_edited: bool,
    reply_to_id: Option<String>,
    chat_type: ChatType,
    chat_id: String,
    room_id: Option<String>,
    to_user_id: Option<Uuid>,
    group_id: Option<Uuid>,
}

#[derive(Serialize)]
struct Updated {
    chat_type: ChatType,
    chat_id: String,
    message_id: String,
    timestamp: String,
}

impl Relay {
    pub(super) fn new(
        chat: Chat,
        registry: Registry<SocketState>,
        signal: PresenceSignal,
        typing: typing::TypingRelay,
    ) -> Self {
        Self { chat, registry, signal, typing }
    }

    fn message(&self, created: &Created) {
        let (room, message) = (&*created.room, &*created.message);
        for part in message.parts() {
            self.tell(room, |hearer| self.said(room, message, &part, hearer));
        }
        // Once for all parts, because the client asks for its list of chats at each.
        self.changed(room, message.row.message_id);
    }

    /// This client has no frame for a message that was edited or deleted, but looks at its
    /// list of chats again, and shows it in full when a chat is opened.
    fn changed(&self, room: &Identity, message: MessageId) {
        self.tell(room, |hearer| self.updated(room, message, hearer));
    }

    /// Each of two people knows their chat by the other, so each hears of it by another id.
    fn tell(&self, room: &Identity, render: impl Fn(UserId) -> Utf8Bytes) {
        let Some(pair) = room.pair.filter(|_| room.kind == Kind::Direct) else {
            // What a room is called does not depend on who hears of it.
            audience::tell(&self.registry, room, || render(UserId(0)));
            return;
        };
        for (user, _) in pair {
            let theirs = |it: &Entry<SocketState>| it.me.id == user;
            self.registry.tell_some(Topic::Room(room.room), theirs, || render(user));
        }
    }

    fn said(
        &self,
        room: &Identity,
        message: &Message,
        part: &Part<'_>,
        hearer: UserId,
    ) -> Utf8Bytes {
        let row = &message.row;
        let Address { chat_type, chat_id } = Address::of(room, hearer);
        let data = LiveMessage {
            id: part_id(message, part).to_string(),
            from_user_id: message.author.public_id,
            content: shown(part),
            message_type: part.kind(message).word(),
            created_at: rfc3339_millis(row.timestamp),
            is_edited: false,
            reply_to_id: row.reply_to_id.map(|it| it.to_string()),
            room_id: (chat_type == ChatType::Room).then(|| chat_id.clone()),
            // The client finds the chat of a private message by either of the two people.
            to_user_id: room.peer_of(row.sender_id).map(|it| it.1),
            group_id: (chat_type == ChatType::Group).then_some(room.room.0),
            chat_type,
            chat_id,
        };
        frame(&Frame::new("message", data, self.chat.now()))
    }

    fn updated(&self, room: &Identity, message: MessageId, hearer: UserId) -> Utf8Bytes {
        let Address { chat_type, chat_id } = Address::of(room, hearer);
        let now = self.chat.now();
        let message_id = message.to_string();
        let data = Updated { chat_type, chat_id, message_id, timestamp: rfc3339_millis(now) };
        frame(&Frame::new("conversation_updated", data, now))
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Message(news) => match news {
                MessageNews::Created(created) => self.message(created),
                MessageNews::Updated(updated) => {
                    self.changed(&updated.room, updated.message.row.message_id);
                }
                MessageNews::Deleted(deleted) => self.changed(&deleted.room, deleted.message),
                // Its list of chats shows no reactions, so there is nothing to look at again.
                MessageNews::Reacted(_) => {}
            },
            News::Member(news) => {
                self.registry.follow(event);
                match news {
                    MemberNews::Left { room, user, .. } => self.forget(*room, *user),
                    MemberNews::Joined { .. } => {}
                }
            }
            News::Person(news) => match news {
                // The list of who is there has their names and portraits, and blocks
                // decide whom it shows.
                PersonNews::ProfileChanged(_)
                | PersonNews::OneselfChanged(_)
                | PersonNews::Blocked(_)
                | PersonNews::Unblocked(_) => self.signal.notify(),
            },
            News::Presence(news) => match news {
                PresenceNews::Changed(_) => self.signal.notify(),
                PresenceNews::Typing { room, people } => self.typing.note(*room, people),
            },
            News::Room(_) | News::Session(_) => self.registry.follow(event),
            // This client has no words for the rest.
            News::Cursor(_) | News::Friend(_) | News::Server(_) => {}
        }
    }
}

impl Relay {
    /// Whoever has left a room has it open no more.
    fn forget(&self, room: RoomId, user: UserId) {
        for entry in self.registry.of(Topic::User(user)) {
            entry.state.leave(room);
        }
    }
}
