//! The "Final Project" course work: an Angular client with cookies, rooms made by anybody,
//! and one plain WebSocket for all of them.
mod action;
mod cookie;
mod document;
mod message;
mod online;
mod payload;
mod relay;
mod user;

use std::sync::Arc;

use axum::{
    Extension, Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::handle::Chat,
    model::{
        error::{Clash, Doubt, Error, Thing},
        session::Client,
    },
    wire::{
        failure::{Carrier, Dialect, Refusal, status},
        fastapi::{self, refusal::Wording},
        registry::{Close, Closings, Registry, term},
    },
};

/// `/user`, and the words of the socket.
pub struct Campus;

/// `/message`, which words a missing sign-in another way.
pub struct Rooms;

#[derive(Serialize, ToSchema)]
struct SocketFault {
    #[schema(example = "User not authenticated")]
    error: String,
}

/// The client asks for everything under `/api`, its description for everything without.
pub fn routes(chat: &Chat) -> OpenApiRouter<Chat> {
    let registry = Registry::new(Closings {
        session_ended: Close { code: 1_008, reason: "signed out" },
        token_ended: Close { code: 1_008, reason: "token expired" },
        // Every socket here is for all rooms, so none is ever closed by this.
        room_left: Close { code: 1_000, reason: "left" },
    });
    chat.spawn(term::watch(registry.clone(), chat.clone()));
    chat.listen(Arc::new(relay::Relay::new(registry.clone())));
    let plain = || {
        let online = online::routes().layer(Extension(registry.clone()));
        user::routes().merge(message::routes()).merge(online)
    };
    let mut routes = plain().nest("/api", plain());
    document::bound(routes.get_openapi_mut(), chat.rules());
    routes
}

impl Dialect for Campus {
    // The original's order: where both are sent the bearer counts, however good the cookie is.
    const CARRIERS: &'static [Carrier] = &[Carrier::Bearer, Carrier::Cookie(cookie::ACCESS)];
    const SOCKET_CARRIERS: &'static [Carrier] =
        // The original looks into the query first. Its own client has cookies alone.
        &[Carrier::Query("token"), Carrier::Cookie(cookie::ACCESS), Carrier::Bearer];
    // The client renews its token when a request gets a 401, and a refused socket never gets one.
    const SOCKET_REFRESH: Option<(&'static str, Client)> = Some((cookie::REFRESH, Client::Campus));
    // What a script writes where it has no token; the original goes on to the cookie then.
    const NO_TOKEN: &'static [&'static str] = &["null", "undefined"];
    const COOKIES_WITHOUT_ORIGIN: bool = true;

    fn refuse(refusal: &Refusal<'_>) -> Response {
        WORDING.refuse(refusal)
    }
}

impl Dialect for Rooms {
    const CARRIERS: &'static [Carrier] = Campus::CARRIERS;
    const NO_TOKEN: &'static [&'static str] = Campus::NO_TOKEN;
    const COOKIES_WITHOUT_ORIGIN: bool = Campus::COOKIES_WITHOUT_ORIGIN;

    fn refuse(refusal: &Refusal<'_>) -> Response {
        match refusal {
            Refusal::Error(error @ Error::Unauthenticated(_)) => {
                (status(error), Json(SocketFault { error: words(error) })).into_response()
            }
            Refusal::Error(_) | Refusal::Body(_) | Refusal::NotFound | Refusal::NotAllowed => {
                Campus::refuse(refusal)
            }
        }
    }
}

// Its clients have cookies, and the original names no other way to sign in.
const WORDING: Wording = Wording { status: worded_status, sentence: words, asks_for_bearer: false };

/// Where this product's codes are not the usual ones.
fn worded_status(error: &Error) -> StatusCode {
    match error {
        Error::Taken(_) => StatusCode::BAD_REQUEST,
        other => status(other),
    }
}

/// Sentences that its client shows or compares.
fn words(error: &Error) -> String {
    let fixed = match error {
        // The original tells the two apart, although that shows who has an account.
        Error::Unauthenticated(Doubt::UnknownUser) => "User not found",
        Error::Unauthenticated(Doubt::WrongPassword) => "Invalid password",
        Error::Unauthenticated(
            Doubt::NoToken | Doubt::BadToken | Doubt::Expired | Doubt::Revoked,
        ) => "User not authenticated",
        Error::Taken(Clash::Username) => "User already exists",
        Error::Missing(Thing::Room) => "room not exists",
        other => return fastapi::sentence(other),
    };
    fixed.to_owned()
}
