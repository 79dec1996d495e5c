//! The "Python FastAPI Chat Backend", the room chat of an iOS app: rooms by number, their whole
//! history, one reaction per person and message, files, and a plain WebSocket per room.
mod auth;
mod document;
mod door;
mod files;
mod frame;
mod link;
mod messages;
mod page;
mod payload;
mod reactions;
mod relay;
mod request;
mod rooms;
mod socket;
mod typing;

use std::sync::Arc;

use axum::{Extension, http::StatusCode, response::Response};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::handle::Chat,
    model::error::{Ban, Clash, Doubt, Error},
    wire::{
        failure::{Carrier, Dialect, Failure, Refusal, status},
        fastapi::{self, refusal::Wording},
        registry::{Close, Closings, Registry, term},
    },
};

pub struct Swift;

type Reply<T> = Result<T, Failure<Swift>>;

/// What must be remembered of each connection: its room's number.
#[derive(Clone, Copy, Debug)]
struct Number(i64);

pub fn routes(chat: &Chat) -> OpenApiRouter<Chat> {
    let registry = Registry::new(Closings {
        session_ended: Close { code: 1_008, reason: "signed out" },
        token_ended: Close { code: 1_008, reason: "token expired" },
        room_left: Close { code: 1_000, reason: "left" },
    });
    chat.spawn(term::watch(registry.clone(), chat.clone()));
    let typing = typing::watch(chat, registry.clone());
    chat.listen(Arc::new(relay::Relay::new(chat.clone(), registry.clone(), typing)));
    let socket = socket::routes().layer(Extension(registry));
    let mut routes = [
        auth::routes(),
        rooms::routes(),
        messages::routes(),
        files::routes(),
        reactions::routes(),
        page::routes(),
    ]
    .into_iter()
    .fold(socket, OpenApiRouter::merge);
    document::bound(routes.get_openapi_mut(), chat.rules());
    routes
}

impl Dialect for Swift {
    // All surfaces share one document, in which another's form has the plain name.
    const UPLOAD: &'static str = "swift.UploadForm";
    const CARRIERS: &'static [Carrier] = &[Carrier::Bearer];
    const SOCKET_CARRIERS: &'static [Carrier] = &[Carrier::Query("token"), Carrier::Bearer];

    fn refuse(refusal: &Refusal<'_>) -> Response {
        WORDING.refuse(refusal)
    }
}

const WORDING: Wording = Wording { status: worded_status, sentence: words, asks_for_bearer: true };

/// Where this product's codes are not the usual ones. A room that one may not enter is
/// not there.
fn worded_status(error: &Error) -> StatusCode {
    match error {
        // The original's `HTTPBearer` says 403 to whoever brings nothing; a 401 has the
        // app renew its token.
        Error::Unauthenticated(Doubt::NoToken) => StatusCode::FORBIDDEN,
        Error::Taken(_) | Error::Unsupported => StatusCode::BAD_REQUEST,
        // The original keeps nobody out of a room, so the app has no words for it.
        Error::Forbidden(Ban::NotMember | Ban::BannedFromRoom) => StatusCode::NOT_FOUND,
        other => status(other),
    }
}

/// Sentences that its client shows or compares.
fn words(error: &Error) -> String {
    let fixed = match error {
        Error::Unauthenticated(Doubt::UnknownUser | Doubt::WrongPassword) => {
            "Incorrect username or password"
        }
        Error::Taken(Clash::Username) => "Username already registered",
        Error::Forbidden(Ban::NotMember | Ban::BannedFromRoom) => "Room not found",
        other => return fastapi::sentence(other),
    };
    fixed.to_owned()
}
