//! `/auth`, but for what other products claim too: see `serve/contested.rs`.

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
        engine::handle::Chat,
        person::{account, profile},
    },
    model::{
        error::{Doubt, Error},
        session::Client,
    },
    wire::{
        body::Form,
        caller::Visitor,
        fastapi::{HttpError, detail, validation_error::ValidationError, with_bearer},
        fields::Shape,
        links::Links,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(token)).routes(routes!(me)).route("/auth/users/me", get(me))
}

#[derive(Shape, ToSchema)]
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
    let device = visitor.with(Client::Chatroom);
    match account::sign_in(&chat, &login.username, &login.password, device).await {
        Ok(known) => {
            // This client knows no way to another token, so the one that it gets lasts
            // longer than others.
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

/// Who I am
#[utoipa::path(get, path = "/auth/users/me/", tag = "chatroom",
    responses((status = 200, body = GetUser), (status = 401, body = HttpError)))]
async fn me(State(chat): State<Chat>, Me { me, .. }: Me, links: Links) -> Reply<Body<GetUser>> {
    let user = profile::mine(&chat, me).await?;
    Ok(Body(GetUser::new(&user, &links)))
}
