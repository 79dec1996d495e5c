//! The products whose clients we serve, one module each.
//!
//! A dialect may name [`crate::wire`], [`crate::chat`] and [`crate::model`], never another
//! dialect. To add one: write its module, then add its row to [`SURFACES`].
pub mod campus;
pub mod chatroom;
pub mod chatsphere;
pub mod discord;
pub mod native;
pub mod swift;

use serde_json::json;
use socketioxide::{SocketIo, layer::SocketIoLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::chat::engine::handle::Chat;

/// One product's way in.
pub struct Surface {
    pub name: &'static str,
    /// Its paths, its plain sockets among them; those that others claim too are decided in
    /// [`crate::serve`].
    pub routes: fn(&Chat) -> OpenApiRouter<Chat>,
    /// Its Socket.IO server, if its clients speak that.
    pub attach: fn(&Chat) -> Option<(SocketIoLayer, SocketIo)>,
}

pub const SURFACES: &[Surface] = &[
    Surface { name: "campus", routes: campus::routes, attach: |_| None },
    Surface {
        name: "chatroom",
        routes: chatroom::routes,
        attach: |chat| Some(chatroom::attach(chat)),
    },
    Surface { name: "chatsphere", routes: chatsphere::routes, attach: |_| None },
    Surface { name: "discord", routes: discord::routes, attach: |_| None },
    Surface { name: "native", routes: native::routes, attach: |chat| Some(native::attach(chat)) },
    Surface { name: "swift", routes: swift::routes, attach: |_| None },
];

/// Tells every socket that the server goes down, each with another delay, so that they do
/// not all come back at once.
pub fn farewell(servers: &[SocketIo]) {
    for io in servers {
        // `io.emit` panics on a server that has been closed; a namespace that is gone has
        // no sockets.
        let sockets = io
            .of("/")
            .map(socketioxide::operators::BroadcastOperators::sockets)
            .unwrap_or_default();
        for socket in sockets {
            let wait = 500 + rand::random::<u64>() % 4_500;
            // Who cannot be told will notice.
            socket.emit("server:restarting", &json!({"reconnect_after_ms": wait})).ok();
        }
    }
}
