//! One message: looked at, changed, taken back, passed on.

use axum::{
    Json as Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use entity::id::{MessageId, RoomId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    super::{
        Me, Reply,
        page::{List, cursor, limit, spell},
    },
    idempotency_key, stored,
};
use crate::{
    chat::{
        engine::handle::Chat,
        message::{self as messages, edit, erase, forward as forwarding},
    },
    dialect::native::{
        Native,
        payload::message::{Message, Version, words},
        problem::Problem,
    },
    model::page::Limit,
    wire::{
        body::{Json, PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(show, change, delete))
        .routes(routes!(edits))
        .routes(routes!(forward))
}

#[derive(ToSchema)]
#[schema(as = native::MessageEdit)]
struct MessageEdit {
    /// Empty takes the words away from a message with files.
    #[schema(example = "hello, Bob")]
    content: String,
}

#[derive(ToSchema)]
#[schema(as = native::Forward)]
struct Forward {
    chatroom_id: Uuid,
    /// Your own id for the new message: the same one again is answered with the same message.
    client_msg_id: Option<Uuid>,
}

struct Before {
    limit: Limit,
    rev: Option<i64>,
}

/// A message, or what is left of it
#[utoipa::path(get, path = "/v1/messages/{message_id}", tag = "native",
    params(("message_id" = i64, Path, example = 1024)),
    responses((status = 200, body = Message),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<Body<Message>> {
    Ok(Body(Message::from(&messages::find(&chat, me, MessageId(id)).await?)))
}

/// Say something else instead; what was there before is kept
#[utoipa::path(patch, path = "/v1/messages/{message_id}", tag = "native",
    params(("message_id" = i64, Path, example = 1024)), request_body = MessageEdit,
    responses((status = 200, body = Message),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Json { value: MessageEdit { content }, .. }: Json<Native, MessageEdit>,
) -> Reply<Body<Message>> {
    let message = edit::edit(&chat, me, MessageId(id), words(content)?).await?;
    Ok(Body(Message::from(&message)))
}

/// Delete a message for everybody, with its files; its place stays
#[utoipa::path(delete, path = "/v1/messages/{message_id}", tag = "native",
    params(("message_id" = i64, Path, example = 1024)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    erase::erase(&chat, me, MessageId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a message said before, the latest first
///
/// A setting of the server decides whether all members may read it.
#[utoipa::path(get, path = "/v1/messages/{message_id}/edits", tag = "native",
    params(("message_id" = i64, Path, example = 1024),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Version>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn edits(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Query { value: Before { limit, rev }, .. }: Query<Native, Before>,
) -> Reply<Body<List<Version>>> {
    let versions = edit::versions(&chat, me, MessageId(id), rev, limit).await?;
    let is_full = versions.len() as u64 == limit.get();
    let next = versions.last().filter(|_| is_full).map(|it| spell(it.rev));
    Ok(Body(List { items: versions.iter().map(Version::from).collect(), next }))
}

/// Say the same in a room, with the name of who said it first
#[utoipa::path(post, path = "/v1/messages/{message_id}/forward", tag = "native",
    params(("message_id" = i64, Path, example = 1024),
        ("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "The same as client_msg_id")),
    request_body = Forward,
    responses(
        (status = 200, description = "It was stored before", body = Message),
        (status = 201, body = Message),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn forward(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    headers: HeaderMap,
    Json { value: to, .. }: Json<Native, Forward>,
) -> Reply<Response> {
    let (room, key) = (RoomId(to.chatroom_id), to.client_msg_id.or(idempotency_key(&headers)?));
    Ok(stored(&forwarding::forward(&chat, me, MessageId(id), room, key).await?))
}

impl Shape for MessageEdit {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let content = fields.text("content");
        fields.only(&["content"]);
        Some(Self { content: content? })
    }
}

impl Shape for Forward {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (chatroom_id, client_msg_id) =
            (fields.uuid("chatroom_id"), fields.uuid_opt("client_msg_id"));
        fields.only(&["chatroom_id", "client_msg_id"]);
        Some(Self { chatroom_id: chatroom_id?, client_msg_id: client_msg_id? })
    }
}

impl Shape for Before {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (limit, rev) = (limit(fields), cursor(fields));
        Some(Self { limit: limit?, rev: rev? })
    }
}
