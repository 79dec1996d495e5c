//! Messages that a room keeps in view.

use axum::{Json as Body, extract::State, http::StatusCode};
use entity::id::{MessageId, RoomId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    page::{List, Part, falling},
};
use crate::{
    chat::{engine::handle::Chat, message::pin},
    dialect::native::{Native, payload::message::Message, problem::Problem},
    wire::body::{PathInt, PathUuid, Query},
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove))
}

/// What the room has pinned, the latest first
#[utoipa::path(get, path = "/v1/rooms/{chatroom_id}/pins", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Message>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<Message>>> {
    let pinned = pin::of_room(&chat, me, RoomId(id)).await?;
    let shown = pinned.iter().map(|it| {
        let moment = it.pinned_at.map_or(0, |it| it.0.timestamp_millis());
        let key = format!("{}:{}", falling(moment), falling(it.row.message_id.0));
        (key, Message::from(it))
    });
    Ok(Body(List::part(&part, shown)))
}

/// Pin a message; a second time changes nothing
#[utoipa::path(put, path = "/v1/messages/{message_id}/pin", tag = "native",
    params(("message_id" = i64, Path, example = 1024)),
    responses((status = 200, body = Message),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "So many are pinned already", body = Problem,
            content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<Body<Message>> {
    Ok(Body(Message::from(&pin::pin(&chat, me, MessageId(id)).await?)))
}

/// Unpin a message
#[utoipa::path(delete, path = "/v1/messages/{message_id}/pin", tag = "native",
    params(("message_id" = i64, Path, example = 1024)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn remove(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    pin::unpin(&chat, me, MessageId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
