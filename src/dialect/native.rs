//! Our own vocabulary: Socket.IO events at `/socket.io/` and REST under `/v1`, two doors
//! to the same commands.
mod operation;
mod payload;
mod problem;
mod relay;
mod render_cache;
mod rest;
mod socket;

use std::sync::Arc;

use socketioxide::{SocketIo, layer::SocketIoLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::handle::Chat,
    dialect::native::relay::Relay,
    wire::{failure::Failure, socketio},
};

pub use problem::Native;
pub use socket::events::list as events;

/// A failed request, in the words of this surface.
pub type Oops = Failure<Native>;

pub fn routes(chat: &Chat) -> OpenApiRouter<Chat> {
    rest::routes(chat.rules())
}

/// The Socket.IO side: a layer that answers its path, and the handle to close it.
pub fn attach(chat: &Chat) -> (SocketIoLayer, SocketIo) {
    let (layer, io) = socketio::builder("/socket.io", chat.clone()).build_layer();
    let sockets = Arc::new(socket::Sockets::default());
    for namespace in socket::NAMESPACES {
        socket::open(&io, namespace, &sockets);
    }
    chat.spawn(socket::heads::watch(io.clone(), chat.clone(), sockets.clone()));
    chat.spawn(socket::token_expiry::watch(io.clone(), chat.clone(), sockets.clone()));
    chat.listen(Arc::new(Relay::new(io.clone(), sockets)));
    (layer, io)
}
