//! The Discord-like system: servers and channels, a bearer token, a form to sign in, and one plain
//! WebSocket per channel. What it calls a server is [`crate::chat::server`] inside.
pub mod auth;
mod channels;
mod document;
mod payload;
mod relay;
mod servers;
mod socket;
mod users;

use std::sync::Arc;

use axum::{Extension, http::StatusCode, response::Response};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::handle::Chat,
    model::error::{Ban, Clash, Doubt, Error, Flaw, Thing},
    wire::{
        caller::Caller,
        failure::{Carrier, Dialect, Failure, Refusal, status},
        fastapi::{self, refusal::Wording},
        registry::{Close, Closings, Registry, term},
    },
};

pub struct Discord;

type Me = Caller<Discord>;
type Reply<T> = Result<T, Failure<Discord>>;

/// Each socket remembers the number of its channel.
type ChannelRegistry = Registry<i64>;

const LEFT: Close = Close { code: 1_000, reason: "no longer in this channel" };

pub fn routes(chat: &Chat) -> OpenApiRouter<Chat> {
    let registry: ChannelRegistry = Registry::new(Closings {
        session_ended: Close { code: 1_008, reason: "signed out" },
        token_ended: Close { code: 1_008, reason: "token expired" },
        room_left: LEFT,
    });
    chat.spawn(term::watch(registry.clone(), chat.clone()));
    chat.listen(Arc::new(relay::Relay::new(registry.clone())));
    let mut routes = users::routes()
        .merge(servers::routes())
        .merge(channels::routes())
        .merge(socket::routes().layer(Extension(registry)));
    document::bound(routes.get_openapi_mut(), chat.rules());
    routes
}

impl Dialect for Discord {
    const CARRIERS: &'static [Carrier] = &[Carrier::Bearer];
    // A browser's `WebSocket` has no place for a header, so the script has its token in the query.
    const SOCKET_CARRIERS: &'static [Carrier] = &[Carrier::Query("token"), Carrier::Bearer];

    fn refuse(refusal: &Refusal<'_>) -> Response {
        match refusal {
            // The original knows no 422 but pydantic's list, so what the core refuses
            // looks like one.
            Refusal::Error(Error::Invalid(flaw)) => {
                fastapi::validation_error::field_errors(&[fastapi::validation_error::flaw(
                    field(flaw),
                    &flaw.problem,
                )])
            }
            other => WORDING.refuse(other),
        }
    }
}

const WORDING: Wording = Wording { status: worded_status, sentence: words, asks_for_bearer: true };

/// Where this product's codes are not the usual ones.
fn worded_status(error: &Error) -> StatusCode {
    match error {
        Error::Taken(_) | Error::Forbidden(Ban::OwnerStays) | Error::Missing(Thing::Membership) => {
            StatusCode::BAD_REQUEST
        }
        other => status(other),
    }
}

/// Sentences that its client shows or compares.
fn words(error: &Error) -> String {
    let fixed = match error {
        // The original does not say which of the two is wrong.
        Error::Unauthenticated(Doubt::UnknownUser | Doubt::WrongPassword) => {
            "Incorrect username or password"
        }
        // The core speaks of a room; here whoever is not in a channel is not on its server.
        Error::Forbidden(Ban::NotMember) | Error::Missing(Thing::Membership) => {
            "You are not a member of this server"
        }
        Error::Forbidden(Ban::OwnerStays) => {
            "Server owner cannot leave. Transfer ownership or delete the server."
        }
        Error::Missing(Thing::Room) => "Channel not found",
        Error::Taken(Clash::Username) => "Username already registered",
        Error::Taken(Clash::Email) => "Email already registered",
        other => return fastapi::sentence(other),
    };
    fixed.to_owned()
}

/// The core's name for a field, unless the client knows it by another.
fn field(flaw: &Flaw) -> &'static str {
    match flaw.field {
        "nickname" => "display_name",
        "chatroom_name" => "name",
        other => other,
    }
}
