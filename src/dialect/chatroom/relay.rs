//! News from the core to this product's sockets: `receive_message`, and nothing else.

use entity::id::RoomId;
use serde_json::json;
use socketioxide::{SocketIo, extract::SocketRef};

use super::{listener::Listener, payload::Received, socket::UNKNOWN};
use crate::{
    chat::{bus, handle::Chat},
    model::event::{Event, News, Topic},
    wire::socketio::{emit, kick, sockets},
};

pub(super) struct Relay {
    io: SocketIo,
    chat: Chat,
}

impl Relay {
    pub(super) fn new(io: SocketIo, chat: Chat) -> Self {
        Self { io, chat }
    }

    fn tell(&self, to: Topic, message: &Received) {
        if emit(&self.io, "/", to, "receive_message", message) {
            return;
        }
        // A broadcast does not say who missed it; a second event finds out.
        for socket in sockets(&self.io, "/", to) {
            if socket.emit("heads", &json!({})).is_err() {
                kick(&socket);
            }
        }
    }

    /// Sockets without a credential listen by somebody else's leave: when that may have
    /// ended, they are asked again.
    fn look_again(&self, room: Option<RoomId>) {
        let (io, chat) = (self.io.clone(), self.chat.clone());
        tokio::spawn(async move {
            for socket in sockets(&io, "/", UNKNOWN) {
                let rooms = match room {
                    Some(room) => vec![room],
                    None => rooms_of(&socket),
                };
                recheck(&chat, &socket, rooms).await;
            }
        });
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::MessageCreated(created) => {
                let sent_at = created.sent_at.as_deref();
                self.tell(event.topic, &Received::new(&created.message, sent_at));
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
            News::RoomCreated { .. }
            | News::RoomUpdated { .. }
            | News::RoomDeleted { .. }
            | News::Joined { .. }
            | News::Read { .. }
            | News::Delivered { .. }
            | News::Unread { .. }
            | News::Typing { .. }
            | News::FriendRequested { .. }
            | News::FriendAccepted { .. }
            | News::FriendCancelled { .. }
            | News::FriendRemoved { .. }
            | News::ProfileChanged { .. }
            | News::PresenceChanged { .. } => {}
        }
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
