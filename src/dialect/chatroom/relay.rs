//! News from the core to this product's sockets: `receive_message`, and nothing else.

use std::{collections::HashMap, time::Duration};

use axum::http::HeaderMap;
use entity::id::RoomId;
use serde_json::json;
use socketioxide::{SocketIo, extract::SocketRef};

use super::{
    listener::Listener,
    payload::{Received, names_us},
    socket::UNKNOWN,
};
use crate::{
    chat::{bus, handle::Chat},
    model::event::{Created, Event, News, Topic},
    wire::{
        links::Links,
        socketio::{emit, is_heard, kick, sockets},
    },
};

/// How often sockets without a credential are looked at though nothing happened: sessions
/// also end by themselves.
const ROUND: Duration = Duration::from_secs(30);

pub(super) struct Relay {
    io: SocketIo,
    chat: Chat,
}

/// Looks at the sockets without a credential from time to time, until the server stops.
pub(super) async fn watch(io: SocketIo, chat: Chat) {
    let mut round = tokio::time::interval(ROUND);
    while chat.stop.run_until_cancelled(round.tick()).await.is_some() {
        chat.stop.run_until_cancelled(recheck_all(&io, &chat, None)).await;
    }
}

impl Relay {
    pub(super) fn new(io: SocketIo, chat: Chat) -> Self {
        Self { io, chat }
    }

    fn tell(&self, to: Topic, created: &Created) {
        let render = |it: &Links| Received::new(&created.message, created.sent_at.as_deref(), it);
        if names_us(&created.message) {
            self.tell_each(to, render);
            return;
        }
        // Without addresses of ours it reads the same for everybody.
        let links = Links::of(&HeaderMap::new(), &self.chat.rules);
        if emit(&self.io, "/", to, "receive_message", &render(&links)) {
            return;
        }
        // A broadcast does not say who missed it; a second event finds out.
        for socket in sockets(&self.io, "/", to) {
            if socket.emit("heads", &json!({})).is_err() {
                kick(&socket);
            }
        }
    }

    /// With addresses that begin with the name by which each client has called us.
    fn tell_each(&self, to: Topic, render: impl Fn(&Links) -> Received) {
        let mut rendered = HashMap::new();
        for socket in sockets(&self.io, "/", to) {
            let links = Links::of(&socket.req_parts().headers, &self.chat.rules);
            let words = rendered.entry(links).or_insert_with_key(&render);
            if socket.emit("receive_message", words).is_err() {
                kick(&socket);
            }
        }
    }

    /// Sockets without a credential listen by somebody else's leave: when that may have
    /// ended, they are asked again.
    fn look_again(&self, room: Option<RoomId>) {
        let (io, chat) = (self.io.clone(), self.chat.clone());
        tokio::spawn(async move {
            recheck_all(&io, &chat, room).await;
        });
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::MessageCreated(created) => {
                if is_heard(&self.io, "/", event.topic) {
                    self.tell(event.topic, created);
                }
            }
            News::Left { room, user, .. } => {
                for socket in sockets(&self.io, "/", Topic::User(*user)) {
                    socket.leave(Topic::Room(*room).to_string());
                }
                self.look_again(Some(*room));
            }
            News::SessionEnded { .. } => {
                for socket in sockets(&self.io, "/", event.topic) {
                    kick(&socket);
                }
                self.look_again(None);
            }
            // This client joins its rooms by itself, and knows nothing of the rest.
            News::MessageUpdated(_)
            | News::MessageDeleted(_)
            | News::ReactionsChanged(_)
            | News::RoomCreated { .. }
            | News::RoomUpdated { .. }
            | News::RoomDeleted { .. }
            | News::Joined { .. }
            | News::Read { .. }
            | News::Delivered { .. }
            | News::CursorShown { .. }
            | News::Unread { .. }
            | News::SettingsChanged { .. }
            | News::Typing { .. }
            | News::FriendRequested { .. }
            | News::FriendAccepted { .. }
            | News::FriendCancelled { .. }
            | News::FriendRemoved { .. }
            | News::Blocked { .. }
            | News::Unblocked { .. }
            | News::ProfileChanged { .. }
            | News::OneselfChanged { .. }
            | News::Guild(_)
            | News::PresenceChanged { .. } => {}
        }
    }
}

async fn recheck_all(io: &SocketIo, chat: &Chat, room: Option<RoomId>) {
    for socket in sockets(io, "/", UNKNOWN) {
        let heard = rooms_of(&socket).into_iter();
        let rooms = heard.filter(|it| room.is_none_or(|room| *it == room)).collect();
        recheck(chat, &socket, rooms).await;
    }
}

async fn recheck(chat: &Chat, socket: &SocketRef, rooms: Vec<RoomId>) {
    let Some(listener) = socket.extensions.get::<Listener>() else { return };
    for room in rooms {
        if listener.may_hear(chat, room).await.is_err() {
            socket.leave(Topic::Room(room).to_string());
        }
    }
}

fn rooms_of(socket: &SocketRef) -> Vec<RoomId> {
    let id = |it: &str| it.strip_prefix("room:").and_then(|it| it.parse().ok()).map(RoomId);
    socket.rooms().iter().filter_map(|it| id(it)).collect()
}
