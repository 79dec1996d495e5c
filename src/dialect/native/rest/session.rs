//! Devices.

use axum::{Json, extract::State, http::StatusCode};
use entity::{id::SessionId, time::Timestamp};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    page::{List, Part, falling},
};
use crate::{
    chat::{engine::handle::Chat, session},
    dialect::native::{Native, payload::session::Session, problem::Problem},
    wire::body::{PathUuid, Query},
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list, revoke_others)).routes(routes!(revoke))
}

/// Where I am signed in
#[utoipa::path(get, path = "/v1/sessions", tag = "native",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Session>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Json<List<Session>>> {
    let rows = session::list(&chat, me).await?;
    let key = |at: Timestamp, id: SessionId| falling(at.0.timestamp_micros()) + &id.to_string();
    let shown = rows.iter().map(|it| (key(it.created_at, it.id), Session::of(it, me.session)));
    Ok(Json(List::part(&part, shown)))
}

/// Sign out one device; its sockets close within a second
#[utoipa::path(delete, path = "/v1/sessions/{session_id}", tag = "native",
    params(("session_id" = uuid::Uuid, Path)),
    responses((status = 204),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn revoke(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
) -> Reply<StatusCode> {
    session::revoke(&chat, me, SessionId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out every other device
#[utoipa::path(delete, path = "/v1/sessions", tag = "native",
    responses((status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn revoke_others(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<StatusCode> {
    session::revoke_others(&chat, me).await?;
    Ok(StatusCode::NO_CONTENT)
}
