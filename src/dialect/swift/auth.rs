//! `/api/auth`.

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Reply, Swift, door::Me};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::{
            account::{self, Registration},
            profile,
        },
        session::{self, password},
    },
    model::{
        error::Error,
        session::{Client, Tokens},
        text::name::Username,
    },
    wire::{
        body::Json,
        caller::Visitor,
        fastapi::{HttpError, detail, validation_error::ValidationError, with_bearer},
        fields::{Shape, bound::Bound},
        spelling::naive_seconds,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(signup))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(me))
}

#[derive(Shape, ToSchema)]
#[schema(as = swift::Credentials)]
struct Credentials {
    #[schema(example = "testuser")]
    username: String,
    #[schema(example = "password123")]
    password: String,
}

/// A new account's.
#[derive(Shape, ToSchema)]
#[schema(as = swift::NewCredentials)]
pub(super) struct NewCredentials {
    #[schema(example = "testuser")]
    #[shape(bound = Bound::Characters(1, Username::LONGEST))]
    username: String,
    #[schema(example = "password123")]
    #[shape(characters(password::SHORTEST), bound = Bound::password(rules, password::SHORTEST))]
    password: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = swift::Renewal)]
struct Renewal {
    #[schema(example = "0f0e2c61a4f54d5d9c6a1d8a2b3c4d5e.c2VjcmV0")]
    refresh_token: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::Pair)]
struct Pair {
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln")]
    access_token: String,
    #[schema(example = "0f0e2c61a4f54d5d9c6a1d8a2b3c4d5e.c2VjcmV0")]
    refresh_token: String,
    #[schema(example = "bearer")]
    token_type: &'static str,
}

/// The app signs its user in with what the description calls a mere confirmation.
#[derive(Serialize, ToSchema)]
#[schema(as = swift::Welcome)]
struct Welcome {
    #[schema(example = "User registered successfully")]
    message: &'static str,
    #[serde(flatten)]
    pair: Pair,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::Done)]
struct Done {
    #[schema(example = "Successfully logged out")]
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::User)]
struct User {
    #[schema(example = "testuser")]
    username: String,
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "2026-11-20T23:47:48")]
    created_at: String,
}

/// Make an account, and be signed in
#[utoipa::path(post, path = "/api/auth/signup", tag = "swift", security(()),
    request_body = NewCredentials,
    responses((status = 200, body = Welcome),
        (status = 400, description = "Taken", body = HttpError),
        (status = 422, body = ValidationError), (status = 429, body = HttpError)))]
async fn signup(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: new, .. }: Json<Swift, NewCredentials>,
) -> Reply<Body<Welcome>> {
    let admitted = admission::registration(&chat, visitor.device.address)?;
    let registration = Registration {
        username: Username::parse(&new.username)?,
        email: None,
        password: new.password,
        shortest: chat.rules().password_min,
        // This surface asks for no other name, and shows none.
        nickname: None,
    };
    let proved = account::register(&chat, admitted, registration).await?;
    let known = session::open(&chat, &proved, visitor.with(Client::Swift)).await?;
    let pair = known.tokens.into();
    // With 200, because the app takes a 201 for a failure.
    Ok(Body(Welcome { message: "User registered successfully", pair }))
}

/// Sign in
#[utoipa::path(post, path = "/api/auth/login", tag = "swift", security(()),
    request_body = Credentials,
    responses((status = 200, body = Pair), (status = 401, body = HttpError),
        (status = 422, body = ValidationError), (status = 429, body = HttpError)))]
async fn login(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: login, .. }: Json<Swift, Credentials>,
) -> Reply<Body<Pair>> {
    let device = visitor.with(Client::Swift);
    let known = account::sign_in(&chat, &login.username, &login.password, device).await?;
    Ok(Body(known.tokens.into()))
}

/// Exchange the refresh token, which is used up by it
#[utoipa::path(post, path = "/api/auth/refresh", tag = "swift", security(()),
    request_body = Renewal,
    responses((status = 200, body = Pair), (status = 401, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn refresh(
    State(chat): State<Chat>,
    Json { value: Renewal { refresh_token }, .. }: Json<Swift, Renewal>,
) -> Reply<Response> {
    match session::refresh::rotate(&chat, &refresh_token, Client::Swift).await {
        Ok(known) => Ok(Body(Pair::from(known.tokens)).into_response()),
        // The original has one sentence for whatever is wrong with it.
        Err(Error::Unauthenticated(_)) => {
            let refusal = "Invalid or expired refresh token";
            Ok(with_bearer(detail(StatusCode::UNAUTHORIZED, refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

/// End the session
#[utoipa::path(post, path = "/api/auth/logout", tag = "swift",
    responses((status = 200, body = Done), (status = 401, body = HttpError),
        (status = 403, body = HttpError)))]
async fn logout(State(chat): State<Chat>, Me { me }: Me) -> Reply<Body<Done>> {
    session::end(&chat, me).await?;
    Ok(Body(Done { message: "Successfully logged out" }))
}

/// Who I am
#[utoipa::path(get, path = "/api/auth/me", tag = "swift",
    responses((status = 200, body = User), (status = 401, body = HttpError),
        (status = 403, body = HttpError)))]
async fn me(State(chat): State<Chat>, Me { me }: Me) -> Reply<Body<User>> {
    let user = profile::mine(&chat, me).await?;
    let created_at = naive_seconds(user.created_at);
    // The app's decoder has a text for the id, but it never asks; the description has a number.
    Ok(Body(User { username: user.username, id: user.id.0, created_at }))
}

impl From<Tokens> for Pair {
    fn from(tokens: Tokens) -> Self {
        let Tokens { access: access_token, refresh: refresh_token, .. } = tokens;
        Self { access_token, refresh_token, token_type: "bearer" }
    }
}
