//! Paths that several products claim: who answers is decided here and nowhere else, with the
//! rule beside each.
//!
//! What one product answers alone is a plain handler of its dialect; what several share is in
//! [`account`]. A product that is switched off claims nothing. Under `/ws` nothing is
//! contested: the layer of `/ws/socket.io` comes before all routes, and `/ws/{channel_id}`
//! is one segment that must be a number.

mod account;

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Request, State},
    handler::Handler,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    dialect::{
        Surface, chatsphere,
        discord::{
            self, Discord,
            auth::{Login, Token},
        },
    },
    serve::{
        fallback,
        health::{self, Summary},
        page,
    },
    wire::{
        failure::Failure,
        fastapi::{HttpError, validation_error::ValidationError},
        opened::Opened,
    },
};

/// A product with a claim to one of these paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claimant {
    Chatroom,
    ChatSphere,
    Discord,
}

const CLAIMANTS: [(&str, Claimant); 3] = [
    ("chatroom", Claimant::Chatroom),
    ("chatsphere", Claimant::ChatSphere),
    ("discord", Claimant::Discord),
];

// Who wants which path; of those who would do, the first that is on answers.
const REGISTER: &[Claimant] = &[Claimant::Chatroom, Claimant::Discord, Claimant::ChatSphere];
const REGISTER_BY_DISPLAY_NAME: &[Claimant] =
    &[Claimant::ChatSphere, Claimant::Chatroom, Claimant::Discord];
const LOGIN: &[Claimant] = &[Claimant::Discord, Claimant::ChatSphere];
const LOGIN_BY_EMAIL: &[Claimant] = &[Claimant::ChatSphere, Claimant::Discord];
const LOGOUT: &[Claimant] = &[Claimant::Chatroom, Claimant::ChatSphere];

/// The claimants whose surfaces are on.
#[derive(Clone)]
struct Claims(Arc<[Claimant]>);

pub fn routes(surfaces: &[&Surface], rules: &Rules) -> OpenApiRouter<Chat> {
    let names: Vec<&str> = surfaces.iter().map(|it| it.name).collect();
    let claims = Claims::of(&names);
    let mut routes = OpenApiRouter::new().routes(routes!(greet)).routes(routes!(summary));
    if claims.first(REGISTER).is_some() {
        routes = routes.routes(routes!(register));
    }
    if claims.first(LOGIN).is_some() {
        routes = routes.routes(routes!(login));
    }
    if claims.first(LOGOUT).is_some() {
        routes = routes.routes(routes!(logout));
    }
    account::bound(routes.get_openapi_mut(), rules);
    routes.layer(Extension(claims))
}

/// A greeting
///
/// All products have one and no client reads it, so it has the keys of all. A browser that
/// wants a page is sent to the web client.
#[utoipa::path(get, path = "/", tag = "shared", security(()),
    responses((status = 200, body = Greeting),
        (status = 307, description = "To the web client, for whom accepts `text/html`")))]
async fn greet(headers: HeaderMap) -> Response {
    if page::is_wanted(&headers) {
        return page::enter();
    }
    let greeting = Json(Greeting {
        hello: "World",
        message: "Hello👋 Developers💻",
        version: env!("CARGO_PKG_VERSION"),
        docs: "/docs",
        redoc: "/redoc",
        health: "/health",
        websocket: "/ws?token=YOUR_JWT_TOKEN",
    });
    ([(header::VARY, "accept")], greeting).into_response()
}

/// The server and what it stands on
///
/// Some products answer with a status alone, one with all of this, which includes it.
#[utoipa::path(get, path = "/health", tag = "shared", security(()),
    responses((status = 200, body = Summary)))]
async fn summary(State(chat): State<Chat>) -> Json<Summary> {
    Json(health::summary(&chat).await)
}

/// Make an account
///
/// `chatroom` and `discord` send the same body, and the answer has the keys of both. What is
/// taken is refused in the words of `discord`, since the other's client shows any. Only
/// `chatsphere` sends a `display_name`, and is answered as at `/api/v1/auth/register`.
#[utoipa::path(post, path = "/auth/register", tag = "shared", security(()),
    request_body = account::Register,
    responses((status = 201, body = account::Account),
        (status = 400, description = "Taken", body = HttpError),
        (status = 422, body = ValidationError), (status = 429, body = HttpError)))]
async fn register(
    State(chat): State<Chat>,
    Extension(claims): Extension<Claims>,
    request: Request,
) -> Response {
    let asked = match Opened::read(request).await {
        Ok(asked) => asked,
        Err(error) => return Failure::<Discord>::from(error).into_response(),
    };
    let order = if asked.has("display_name") { REGISTER_BY_DISPLAY_NAME } else { REGISTER };
    match claims.first(order) {
        Some(Claimant::Chatroom | Claimant::Discord) => {
            account::register.call(asked.close(), chat).await
        }
        Some(Claimant::ChatSphere) => chatsphere::auth::register.call(asked.close(), chat).await,
        None => nobody(&asked.close()),
    }
}

/// Sign in
///
/// A form is `discord`'s; JSON with a username gets the same answer. JSON with an e-mail
/// address is `chatsphere`'s, and is answered as at `/api/v1/auth/login`.
#[utoipa::path(post, path = "/auth/login", tag = "shared", security(()),
    request_body(content((Login = "application/x-www-form-urlencoded"),
        (Login = "application/json"))),
    responses((status = 200, body = Token), (status = 401, body = HttpError),
        (status = 422, body = ValidationError), (status = 429, body = HttpError)))]
async fn login(
    State(chat): State<Chat>,
    Extension(claims): Extension<Claims>,
    request: Request,
) -> Response {
    let asked = match Opened::read(request).await {
        Ok(asked) => asked,
        Err(error) => return Failure::<Discord>::from(error).into_response(),
    };
    let order = if asked.has("email") { LOGIN_BY_EMAIL } else { LOGIN };
    match claims.first(order) {
        Some(Claimant::ChatSphere) => chatsphere::auth::login.call(asked.close(), chat).await,
        Some(Claimant::Discord) if asked.is_json() => {
            account::sign_in.call(asked.close(), chat).await
        }
        Some(Claimant::Discord) => discord::auth::login.call(asked.close(), chat).await,
        Some(Claimant::Chatroom) | None => nobody(&asked.close()),
    }
}

/// End the session
///
/// The answer has the keys of all who have this path.
#[utoipa::path(post, path = "/auth/logout", tag = "shared",
    responses((status = 200, body = account::Farewell), (status = 401, body = HttpError)))]
async fn logout(
    State(chat): State<Chat>,
    Extension(claims): Extension<Claims>,
    request: Request,
) -> Response {
    match claims.first(LOGOUT) {
        Some(Claimant::Chatroom | Claimant::Discord) => account::logout.call(request, chat).await,
        Some(Claimant::ChatSphere) => chatsphere::auth::logout.call(request, chat).await,
        None => nobody(&request),
    }
}

#[derive(Serialize, ToSchema)]
struct Greeting {
    #[serde(rename = "Hello")]
    #[schema(example = "World")]
    hello: &'static str,
    #[schema(example = "Hello👋 Developers💻")]
    message: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
    #[schema(example = "/docs")]
    docs: &'static str,
    #[schema(example = "/redoc")]
    redoc: &'static str,
    #[schema(example = "/health")]
    health: &'static str,
    #[schema(example = "/ws?token=YOUR_JWT_TOKEN")]
    websocket: &'static str,
}

impl Claims {
    fn of(surfaces: &[&str]) -> Self {
        let on = CLAIMANTS.iter().filter(|(name, _)| surfaces.contains(name));
        Self(on.map(|(_, claimant)| *claimant).collect())
    }

    fn first(&self, order: &[Claimant]) -> Option<Claimant> {
        order.iter().copied().find(|it| self.0.contains(it))
    }
}

/// As if the path were not there.
fn nobody(request: &Request) -> Response {
    fallback::not_found(request.uri().path())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::SURFACES;

    fn documented(names: &[&str]) -> Vec<String> {
        let surfaces: Vec<&Surface> =
            SURFACES.iter().filter(|it| names.contains(&it.name)).collect();
        routes(&surfaces, &Rules::of_a_test()).into_openapi().paths.paths.into_keys().collect()
    }

    #[test]
    fn every_claimant_is_a_surface() {
        for (name, _) in CLAIMANTS {
            assert!(SURFACES.iter().any(|it| it.name == name), "{name}");
        }
    }

    #[test]
    fn a_product_that_is_off_claims_nothing() {
        assert_eq!(documented(&["native"]), ["/", "/health"]);
        let chatroom = ["/", "/auth/logout", "/auth/register", "/health"];
        assert_eq!(documented(&["chatroom"]), chatroom);
        let discord = ["/", "/auth/login", "/auth/register", "/health"];
        assert_eq!(documented(&["discord"]), discord);
        let chatsphere = ["/", "/auth/login", "/auth/logout", "/auth/register", "/health"];
        assert_eq!(documented(&["chatsphere"]), chatsphere);
        assert_eq!(Claims::of(&["discord"]).first(REGISTER), Some(Claimant::Discord));
        assert_eq!(Claims::of(&["discord"]).first(LOGOUT), None);
    }
}
