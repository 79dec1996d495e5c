//! The "Chatroom聊天室系統": friends, rooms for two, uploads, and a Socket.IO whose clients
//! carry no credential.
mod auth;
mod chatrooms;
mod document;
mod fault;
mod friends;
mod listener;
mod messages;
mod payload;
mod relay;
mod socket;
mod term;
mod upload;
mod user;

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use socketioxide::{SocketIo, layer::SocketIoLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::handle::Chat,
    model::error::{Ban, Clash, Error, Thing},
    wire::{
        caller::Caller,
        failure::{Carrier, Dialect, Failure, Refusal, status},
        fastapi::{self, refusal::Wording},
        socketio,
    },
};

pub struct Chatroom;

type Me = Caller<Chatroom>;
type Reply<T> = Result<T, Failure<Chatroom>>;

pub fn routes(chat: &Chat) -> OpenApiRouter<Chat> {
    let mut routes = [
        user::routes(),
        friends::routes(),
        chatrooms::routes(),
        messages::routes(),
        upload::routes(),
    ]
    .into_iter()
    .fold(auth::routes(), OpenApiRouter::merge);
    document::bound(routes.get_openapi_mut(), chat.rules());
    routes
}

pub fn attach(chat: &Chat) -> (SocketIoLayer, SocketIo) {
    let (layer, io) = socketio::builder("/ws/socket.io", chat.clone()).build_layer();
    let terms = term::Terms::default();
    socket::open(&io, &terms);
    chat.spawn(term::watch(io.clone(), chat.clone(), terms));
    chat.spawn(relay::watch(chat.clone()));
    chat.listen(Arc::new(relay::Relay::new(io.clone(), chat.clone())));
    (layer, io)
}

impl Dialect for Chatroom {
    const CARRIERS: &'static [Carrier] = &[Carrier::Bearer];

    fn refuse(refusal: &Refusal<'_>) -> Response {
        WORDING.refuse(refusal)
    }
}

const WORDING: Wording = Wording { status: worded_status, sentence: words, asks_for_bearer: true };

/// Where this product's codes are not the usual ones.
fn worded_status(error: &Error) -> StatusCode {
    match error {
        Error::Taken(_) | Error::Unsupported => StatusCode::BAD_REQUEST,
        other => status(other),
    }
}

/// Sentences that its client shows or compares.
fn words(error: &Error) -> String {
    let fixed = match error {
        Error::Forbidden(Ban::NotAllowed) => "Forbidden",
        Error::Forbidden(Ban::NotMember) => "You are not a member of this chatroom",
        Error::Missing(Thing::User) => "User not found",
        Error::Missing(Thing::Room) => "Chatroom not found",
        Error::Missing(Thing::FriendRequest) => "Friend request not found",
        Error::Taken(Clash::Oneself) => "You cannot add yourself as a friend.",
        Error::Taken(Clash::AlreadyAsked) => "Friend request already sent",
        Error::Taken(Clash::AlreadyFriends) => "Already friends",
        Error::Unsupported => "Unsupported file type",
        other => return fastapi::sentence(other),
    };
    fixed.to_owned()
}
