//! Every request costs something before anybody looks at it: the session of whoever says who
//! they are, and else the address that they come from.

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    chat::{
        engine::{
            admission::{self, Payer},
            handle::Chat,
        },
        session,
    },
    dialect::{chatsphere::ChatSphere, discord::Discord, native::Native},
    model::error::Error,
    wire::{
        address::ClientAddress,
        failure::{Carrier, Failure},
    },
};

/// Load balancers ask for these, maybe from the address of everybody else.
const FREE: [&str; 2] = ["/health/live", "/health/ready"];
/// Where the files are that pages are made of.
const FILES: [&str; 5] = ["/static/", "/app/", "/docs/", "/api/files/", "/api/images/"];
/// Wherever a token may be, on any surface.
const CARRIERS: [Carrier; 3] =
    [Carrier::Bearer, Carrier::Cookie("access_token"), Carrier::Query("token")];

pub async fn guard(State(chat): State<Chat>, request: Request, next: Next) -> Response {
    if !chat.rules().rate_limits || FREE.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    match admission::any_request(&chat, payer(&chat, &request)) {
        Ok(()) => next.run(request).await,
        Err(error) => refuse(request.uri().path(), error),
    }
}

fn payer(chat: &Chat, request: &Request) -> Payer {
    let mut tokens = CARRIERS.iter().filter_map(|it| it.token(request.headers(), request.uri()));
    // A session that has ended pays for itself as well, and not its person's other sessions.
    if let Some(session) = tokens.find_map(|it| session::claimed(chat, &it)) {
        return Payer::Session(session);
    }
    let ClientAddress(address) = ClientAddress::of(request.extensions());
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_file = reads && FILES.iter().any(|it| path.starts_with(it));
    if is_file { Payer::Page(address) } else { Payer::Stranger(address) }
}

/// In the words of whoever has the path.
fn refuse(path: &str, error: Error) -> Response {
    if path.starts_with("/v1/") {
        Failure::<Native>::from(error).into_response()
    } else if path.starts_with("/api/v1/") {
        Failure::<ChatSphere>::from(error).into_response()
    } else {
        Failure::<Discord>::from(error).into_response()
    }
}
