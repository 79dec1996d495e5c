//! Who sits at a socket of this product: somebody with a token, or one of its old clients.

use std::sync::Arc;

use entity::id::RoomId;
use socketioxide::{SocketIo, socket::Sid};

use crate::{
    chat::session::{pairing::subscription::Subscription, subscriber::SocketRooms},
    model::{actor::Actor, event::Topic},
};

#[derive(Clone)]
pub(super) enum Listener {
    Known(Actor),
    /// Hears `receive_message` of its person's rooms, and nothing else.
    Unknown(Arc<Subscription>),
}

/// A socket as the core sees it, by its name: whoever held the socket itself would keep it.
pub(super) struct Line {
    pub io: SocketIo,
    pub id: Sid,
}

impl SocketRooms for Line {
    fn enter(&self, room: RoomId) {
        if let Some(socket) = self.io.get_socket(self.id) {
            socket.join(Topic::Room(room).to_string());
        }
    }

    fn leave(&self, room: RoomId) {
        if let Some(socket) = self.io.get_socket(self.id) {
            socket.leave(Topic::Room(room).to_string());
        }
    }
}
