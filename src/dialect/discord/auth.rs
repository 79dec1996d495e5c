//! Signing in. The path is claimed by others too, so it is not among this dialect's routes:
//! `serve/contested.rs` says when this handler answers.

use axum::{Json as Body, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Discord, Reply};
use crate::{
    chat::{engine::handle::Chat, person::account},
    model::session::Client,
    wire::{body::Form, caller::Visitor, fields::Shape},
};

#[derive(Shape, ToSchema)]
#[schema(as = shared::Login)]
pub struct Login {
    /// Or the e-mail address.
    #[schema(example = "testuser")]
    pub username: String,
    #[schema(example = "password123")]
    pub password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = shared::Token)]
pub struct Token {
    pub access_token: String,
    #[schema(example = "bearer")]
    pub token_type: &'static str,
}

pub async fn login(
    chat: State<Chat>,
    visitor: Visitor,
    Form { value: login, .. }: Form<Discord, Login>,
) -> Reply<Body<Token>> {
    sign_in(chat, visitor, login).await
}

/// However its words came.
pub async fn sign_in(
    State(chat): State<Chat>,
    visitor: Visitor,
    login: Login,
) -> Reply<Body<Token>> {
    let device = visitor.with(Client::Discord);
    let known = account::sign_in(&chat, &login.username, &login.password, device).await?;
    // Its clients know of no refresh token, so they are not given the one that there is.
    Ok(Body(Token { access_token: known.tokens.access, token_type: "bearer" }))
}
