//! `/auth`.

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Chatroom, Me, Reply, payload::GetUser};
use crate::{
    chat::{
        account::{self, Registration},
        handle::Chat,
        profile, session,
    },
    model::{
        error::{Clash, Doubt, Error},
        limit::{Allowance, Spender},
        name::{Email, Username},
    },
    wire::{
        body::{Form, Json},
        caller::Visitor,
        fastapi::{HttpError, ValidationError, detail, with_bearer},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(token))
        .routes(routes!(logout))
        .routes(routes!(me))
        .route("/auth/users/me", get(me))
}

#[derive(ToSchema)]
struct Register {
    #[schema(example = "ann")]
    username: String,
    /// At least four characters.
    #[schema(example = "pass1234")]
    password: String,
    #[schema(example = "ann@example.com")]
    email: String,
}

#[derive(ToSchema)]
#[schema(as = LoginForm)]
struct Login {
    #[schema(example = "ann")]
    username: String,
    #[schema(example = "pass1234")]
    password: String,
}

#[derive(Serialize, ToSchema)]
struct Token {
    access_token: String,
    #[schema(example = "bearer")]
    token_type: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Farewell {
    #[schema(example = "Successfully logged out")]
    msg: &'static str,
}

/// Make an account
#[utoipa::path(post, path = "/auth/register", tag = "chatroom", security(()),
    request_body = Register,
    responses((status = 201, body = GetUser),
        (status = 422, description = "Malformed, or taken", body = ValidationError)))]
async fn register(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: new, .. }: Json<Chatroom, Register>,
) -> Reply<Response> {
    if let Some(refusal) = blank(&new) {
        return Ok(refusal);
    }
    if let Some(address) = visitor.device.address {
        chat.limits.spend(Allowance::Register, Spender::Address(address))?;
    }
    let registration = Registration {
        username: Username::parse(&new.username)?,
        email: Some(Email::parse(&new.email)?),
        password: new.password.clone(),
        shortest: chat.rules.password_min,
        nickname: None,
    };
    let exists = |it: &str| detail(StatusCode::UNPROCESSABLE_ENTITY, it);
    match account::register(&chat, registration).await {
        Ok(user) => Ok((StatusCode::CREATED, Body(GetUser::from(&user))).into_response()),
        Err(Error::Taken(Clash::Username)) => Ok(exists(&format!("User '{}' exist", new.username))),
        Err(Error::Taken(Clash::Email)) => Ok(exists(&format!("Email '{}' exist", new.email))),
        Err(error) => Err(error.into()),
    }
}

/// Sign in
#[utoipa::path(post, path = "/auth/token", tag = "chatroom", security(()),
    request_body(content = Login, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Token),
        (status = 401, body = HttpError), (status = 404, body = HttpError),
        (status = 422, body = ValidationError), (status = 429, body = HttpError)))]
async fn token(
    State(chat): State<Chat>,
    visitor: Visitor,
    Form { value: login, .. }: Form<Chatroom, Login>,
) -> Reply<Response> {
    match account::sign_in(&chat, &login.username, &login.password, visitor.device).await {
        Ok(known) => {
            let token = Token { access_token: known.tokens.access, token_type: "bearer" };
            Ok(Body(token).into_response())
        }
        // This client tells the two apart for its user.
        Err(Error::Unauthenticated(Doubt::UnknownUser)) => {
            Ok(with_bearer(detail(StatusCode::NOT_FOUND, "User not found")))
        }
        Err(error) => Err(error.into()),
    }
}

/// End the session
#[utoipa::path(post, path = "/auth/logout", tag = "chatroom",
    responses((status = 200, body = Farewell), (status = 401, body = HttpError)))]
async fn logout(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<Farewell>> {
    session::end(&chat, me).await?;
    Ok(Body(Farewell { msg: "Successfully logged out" }))
}

/// Who I am
#[utoipa::path(get, path = "/auth/users/me/", tag = "chatroom",
    responses((status = 200, body = GetUser), (status = 401, body = HttpError)))]
async fn me(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<GetUser>> {
    let user = profile::mine(&chat, me).await?;
    Ok(Body(GetUser::from(&user)))
}

/// An empty field has a sentence of its own here.
fn blank(new: &Register) -> Option<Response> {
    let fields = [("Username", &new.username), ("Password", &new.password), ("Email", &new.email)];
    let (name, _) = fields.into_iter().find(|it| it.1.trim().is_empty())?;
    Some(detail(StatusCode::UNPROCESSABLE_ENTITY, &format!("{name} can not be empty")))
}

impl Shape for Register {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let username = fields.text("username");
        // An empty one gets the product's own sentence instead.
        let is_empty = fields.raw("password").is_some_and(|it| it == "");
        let password = fields.text_min("password", if is_empty { 0 } else { 4 });
        let email = fields.text("email");
        Some(Self { username: username?, password: password?, email: email? })
    }
}

impl Shape for Login {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (username, password) = (fields.text("username"), fields.text("password"));
        Some(Self { username: username?, password: password? })
    }
}
