//! `/user`.

use axum::{Json as Body, extract::State, response::Response, routing::get};
use entity::id::UserId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Chatroom, Me, Reply, payload::GetUser};
use crate::{
    chat::{
        engine::handle::Chat,
        person::{account, profile},
    },
    model::person::ProfileChange,
    wire::{
        body::{Json, PathInt},
        fastapi::{HttpError, no_content, validation_error::ValidationError},
        fields::{Shape, bound::Bound},
        links::Links,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(show, change, delete))
        .route("/user/me/", get(me))
}

#[derive(Shape, ToSchema)]
pub(super) struct UserUpdate {
    #[schema(example = "Annie")]
    #[shape(bound = Bound::up_to(profile::LONGEST_NICKNAME))]
    nickname: Option<String>,
    #[shape(bound = Bound::Link(profile::LONGEST_AVATAR))]
    avatar_url: Option<String>,
    #[schema(example = "at the sea")]
    #[shape(bound = Bound::up_to(profile::LONGEST_STATUS))]
    status: Option<String>,
}

/// My profile
#[utoipa::path(get, path = "/user/me", tag = "chatroom",
    responses((status = 200, body = GetUser), (status = 401, body = HttpError)))]
async fn me(State(chat): State<Chat>, Me { me, .. }: Me, links: Links) -> Reply<Body<GetUser>> {
    let user = profile::mine(&chat, me).await?;
    Ok(Body(GetUser::new(&user, &links)))
}

/// A profile; one's own only
#[utoipa::path(get, path = "/user/{user_id}", tag = "chatroom", params(("user_id" = i64, Path)),
    responses((status = 200, body = GetUser), (status = 403, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Chatroom>,
    links: Links,
) -> Reply<Body<GetUser>> {
    let user = profile::visible(&chat, me, UserId(id)).await?;
    Ok(Body(GetUser::new(&user, &links)))
}

/// Change one's profile; null and absent fields stay
#[utoipa::path(patch, path = "/user/{user_id}", tag = "chatroom",
    params(("user_id" = i64, Path)), request_body = UserUpdate,
    responses((status = 200, body = GetUser), (status = 403, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn change(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Chatroom>,
    links: Links,
    Json { value: wanted, .. }: Json<Chatroom, UserUpdate>,
) -> Reply<Body<GetUser>> {
    let change = ProfileChange {
        nickname: wanted.nickname,
        avatar_url: wanted.avatar_url,
        status: wanted.status,
        ..Default::default()
    };
    let user = profile::update(&chat, me, UserId(id), change).await?;
    Ok(Body(GetUser::new(&user, &links)))
}

/// Erase one's account, for some minutes after signing in
#[utoipa::path(delete, path = "/user/{user_id}", tag = "chatroom",
    params(("user_id" = i64, Path)),
    responses((status = 204), (status = 403, body = HttpError)))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Chatroom>,
) -> Reply<Response> {
    // This client never asks for the password, so a sign-in not long ago is the proof.
    account::delete(&chat, me, UserId(id), None).await?;
    Ok(no_content())
}
