//! Whom a room keeps out that people come into by themselves.

use axum::{Json as Body, extract::State, http::StatusCode};
use entity::id::{RoomId, UserId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::dialect::native::rest::{
    Me, Reply,
    page::{List, Part, rising},
};
use crate::{
    chat::{engine::handle::Chat, room::ban},
    dialect::native::{Native, payload::room::RoomBan, problem::Problem},
    wire::body::{PathInt, PathUuid, Query},
};

pub(in crate::dialect::native::rest) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, lift))
}

/// Whom a public room keeps out; for its owner and admins
#[utoipa::path(get, path = "/v1/rooms/{chatroom_id}/bans", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<RoomBan>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<RoomBan>>> {
    let bans = ban::list(&chat, me, RoomId(room)).await?;
    Ok(Body(List::part(&part, bans.iter().map(|it| (rising(it.card.id.0), RoomBan::from(it))))))
}

/// Send somebody away from a public room and keep them out, be they in it or not
///
/// Nobody of one's own rank. Also in a group that whoever knows its id may join.
#[utoipa::path(put, path = "/v1/rooms/{chatroom_id}/bans/{user_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path), ("user_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
) -> Reply<StatusCode> {
    ban::ban(&chat, me, RoomId(room), UserId(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let somebody come again; they are not brought back
#[utoipa::path(delete, path = "/v1/rooms/{chatroom_id}/bans/{user_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path), ("user_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn lift(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
) -> Reply<StatusCode> {
    ban::lift(&chat, me, RoomId(room), UserId(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}
