//! Blocks.

use axum::{Json, extract::State, http::StatusCode};
use entity::id::UserId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::dialect::native::rest::{
    Me, Reply,
    page::{List, Part, rising},
};
use crate::{
    chat::{engine::handle::Chat, person::block},
    dialect::native::{Native, payload::user::User, problem::Problem},
    wire::body::{PathInt, Query},
};

pub(in crate::dialect::native::rest) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove))
}

/// Whom I have blocked
#[utoipa::path(get, path = "/v1/blocks", tag = "native",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<User>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Json<List<User>>> {
    let blocked = block::list(&chat, me).await?;
    Ok(Json(List::part(&part, blocked.iter().map(|it| (rising(it.id.0), User::from(it))))))
}

/// Hear nothing of somebody; a friendship ends by it
#[utoipa::path(put, path = "/v1/blocks/{user_id}", tag = "native",
    params(("user_id" = i64, Path)),
    responses((status = 200, body = User),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: other, .. }: PathInt<Native>,
) -> Reply<Json<User>> {
    let blocked = block::block(&chat, me, UserId(other)).await?;
    Ok(Json(User::from(&blocked)))
}

/// Forgive
#[utoipa::path(delete, path = "/v1/blocks/{user_id}", tag = "native",
    params(("user_id" = i64, Path)),
    responses((status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn remove(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: other, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    block::unblock(&chat, me, UserId(other)).await?;
    Ok(StatusCode::NO_CONTENT)
}
