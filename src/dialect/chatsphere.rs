//! ChatSphere: a React client with public rooms, private and group chats and one plain
//! WebSocket. Its description and its client spell the paths differently; both
//! spellings are served by the same handlers.
mod address;
mod audience;
pub mod auth;
mod conversations;
mod document;
mod envelope;
mod frame;
mod messages;
mod online;
mod payload;
mod people;
mod profile;
mod relay;
mod rooms;
mod socket;
mod stamp;
mod typing;

use std::sync::Arc;

use axum::{Extension, middleware, response::Response};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::handle::Chat,
    wire::{
        caller::Caller,
        failure::{Carrier, Dialect, Failure, Refusal},
        registry::{Close, Closings, Registry, term},
    },
};

pub struct ChatSphere;

type Me = Caller<ChatSphere>;
type Reply<T> = Result<T, Failure<ChatSphere>>;

/// The close code of everything that has to do with who somebody is.
const UNAUTHENTICATED: u16 = 4_001;

pub fn routes(chat: &Chat) -> OpenApiRouter<Chat> {
    let registry = Registry::new(Closings {
        // To the client any code but 1000 means that it should come back.
        session_ended: Close { code: UNAUTHENTICATED, reason: "无效token" },
        token_ended: Close { code: UNAUTHENTICATED, reason: "认证失败" },
        // No connection is for one room alone.
        room_left: Close { code: 1_000, reason: "" },
    });
    chat.spawn(term::watch(registry.clone(), chat.clone()));
    let signal = online::PresenceSignal::default();
    let typing = typing::TypingRelay::open(chat, &registry);
    chat.spawn(online::watch(chat.clone(), registry.clone(), signal.clone()));
    chat.listen(Arc::new(relay::Relay::new(
        chat.clone(),
        registry.clone(),
        signal.clone(),
        typing,
    )));
    let routes = [
        auth::routes(),
        profile::routes(),
        people::routes(),
        rooms::routes(),
        messages::routes(),
        conversations::routes(),
        socket::routes(),
    ];
    let routes = routes.into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge);
    document::complete(routes, chat.rules())
        .layer(Extension(registry))
        .layer(Extension(signal))
        // Last and so outermost, because refusals by what is inside have these headers, too.
        .layer(middleware::from_fn(stamp::layer))
}

impl Dialect for ChatSphere {
    const CARRIERS: &'static [Carrier] = &[Carrier::Bearer];
    // The client has its token in the address alone, so what a browser adds counts for nothing.
    const SOCKET_CARRIERS: &'static [Carrier] = &[Carrier::Query("token")];
    const NO_TOKEN: &'static [&'static str] = &["null", "undefined"];

    fn refuse(refusal: &Refusal<'_>) -> Response {
        envelope::refuse(refusal)
    }
}
