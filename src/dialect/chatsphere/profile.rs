//! Oneself: who I am, what I change, and what my token is worth.

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    ChatSphere, Me, Reply,
    envelope::{self, Envelope, Refused},
    payload::User,
};
use crate::{
    chat::{
        engine::handle::Chat,
        person::{account, profile},
        session,
    },
    dialect::chatsphere::auth::{self, SHORTEST_PASSWORD},
    model::{
        error::{Doubt, Error},
        person::ProfileChange,
    },
    wire::{
        body::Form,
        fields::{Shape, bound::Bound},
        spelling::rfc3339_millis,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(me, update))
        .routes(routes!(short))
        .routes(routes!(change_password))
        .routes(routes!(revoke))
        .routes(routes!(validate))
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Myself)]
struct Myself {
    success: bool,
    data: User,
    #[schema(example = "获取用户信息成功")]
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Done)]
pub(super) struct Done {
    #[schema(example = "资料更新成功")]
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Valid)]
struct Checked {
    valid: bool,
    user_id: Uuid,
    #[schema(example = "ann")]
    username: String,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    timestamp: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::ProfileForm)]
pub(super) struct ProfileForm {
    #[schema(example = "Ann")]
    #[shape(characters(0, profile::LONGEST_NICKNAME))]
    display_name: Option<String>,
    #[shape(bound = Bound::Link(profile::LONGEST_AVATAR))]
    avatar_url: Option<String>,
    #[shape(bound = Bound::up_to(profile::LONGEST_BIO))]
    bio: Option<String>,
}

#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::PasswordForm)]
pub(super) struct PasswordForm {
    #[schema(example = "pass1234")]
    current_password: String,
    /// At least six characters.
    #[schema(example = "pass12345")]
    #[shape(characters(SHORTEST_PASSWORD), bound = Bound::password(rules, SHORTEST_PASSWORD))]
    new_password: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::TokenForm)]
struct TokenForm {
    token: String,
}

/// Who I am
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "chatsphere",
    responses((status = 200, body = Envelope<User>), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
pub(super) async fn me(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Response> {
    let user = profile::mine(&chat, me).await?;
    Ok(envelope::wrap(envelope::OK, "获取用户信息成功", User::from(&user)).into_response())
}

/// Change something about oneself; what is not sent stays as it is
#[utoipa::path(put, path = "/api/v1/auth/me", tag = "chatsphere",
    request_body(content = ProfileForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Done), (status = 401, body = Refused),
        (status = 422, body = Refused)))]
pub(super) async fn update(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Form { value: form, .. }: Form<ChatSphere, ProfileForm>,
) -> Reply<Body<Done>> {
    let change = ProfileChange {
        nickname: form.display_name,
        avatar_url: form.avatar_url,
        bio: form.bio,
        ..Default::default()
    };
    profile::update(&chat, me, me.id, change).await?;
    Ok(Body(Done { message: "资料更新成功" }))
}

/// Who I am, as the client asks for it
#[utoipa::path(get, path = "/api/v1/me", tag = "chatsphere",
    responses((status = 200, body = Myself), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
async fn short(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<Myself>> {
    let user = profile::mine(&chat, me).await?;
    Ok(Body(Myself { success: true, data: User::from(&user), message: "获取用户信息成功" }))
}

/// Replace the password, which ends every other session
#[utoipa::path(post, path = "/api/v1/auth/change-password", tag = "chatsphere",
    request_body(content = PasswordForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Done),
        (status = 400, description = "The current one is wrong", body = Refused),
        (status = 401, body = Refused), (status = 422, body = Refused)))]
async fn change_password(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Form { value: form, .. }: Form<ChatSphere, PasswordForm>,
) -> Reply<Response> {
    let PasswordForm { current_password: old, new_password: new } = form;
    let shortest = auth::shortest_password(&chat);
    let wanted = account::NewPassword { old: Some(&old), new: &new, shortest };
    match account::change_password(&chat, me, wanted).await {
        Ok(()) => Ok(Body(Done { message: "密码修改成功" }).into_response()),
        // Not 401, at which this client signs its user out.
        Err(Error::Unauthenticated(Doubt::WrongPassword)) => {
            Ok(envelope::detail(StatusCode::BAD_REQUEST, "当前密码错误"))
        }
        Err(error) => Err(error.into()),
    }
}

/// End the session of an access token
#[utoipa::path(post, path = "/api/v1/auth/revoke-token", tag = "chatsphere",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = Done),
        (status = 400, description = "It is no living token", body = Refused),
        (status = 401, body = Refused), (status = 422, body = Refused)))]
async fn revoke(
    State(chat): State<Chat>,
    _: Me,
    Form { value: form, .. }: Form<ChatSphere, TokenForm>,
) -> Reply<Response> {
    // Whoever holds a token may do all that it is good for, ending its session among it.
    match session::recognise(&chat, &form.token).await {
        Ok(pass) => {
            session::end(&chat, pass.actor).await?;
            Ok(Body(Done { message: "Token已撤销" }).into_response())
        }
        // The token in question is not the one that was used to ask, whose end would be a 401.
        Err(Error::Unauthenticated(_)) => {
            Ok(envelope::detail(StatusCode::BAD_REQUEST, "无效的token"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether my token is good
#[utoipa::path(get, path = "/api/v1/auth/validate-token", tag = "chatsphere",
    responses((status = 200, body = Checked), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
async fn validate(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<Checked>> {
    let user = profile::mine(&chat, me).await?;
    let timestamp = rfc3339_millis(chat.now());
    Ok(Body(Checked { valid: true, user_id: user.public_id, username: user.username, timestamp }))
}
