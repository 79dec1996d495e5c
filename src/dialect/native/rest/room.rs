//! Rooms.

pub mod ban;
pub mod member;
pub mod setting;

use axum::{
    Json as Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{chatroom::Kind, id::RoomId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    body::Optional,
    etag::tagged,
    page::{List, Part, falling, rising},
};
use crate::{
    chat::{
        engine::handle::Chat,
        message::reading,
        room::{self, creation, public},
    },
    dialect::native::{
        Native,
        payload::{
            new_room::{KINDS, NewRoom},
            room::RoomItem,
        },
        problem::Problem,
    },
    model::{
        new_room::AnyRoomDraft,
        room::{Opened, RoomView},
    },
    wire::{
        body::{Json, PathUuid, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, delete))
        .routes(routes!(read))
}

/// Which of all rooms to list.
struct Choice {
    kind: Option<Kind>,
    part: Part,
}

#[derive(ToSchema)]
#[schema(as = native::RoomChange)]
struct RoomChange {
    #[schema(example = "the kitchen")]
    chatroom_name: Option<String>,
    description: Option<String>,
}

#[derive(Default, ToSchema)]
#[schema(as = native::ReadUpTo)]
struct ReadUpTo {
    /// Without it: everything.
    #[schema(example = 17)]
    seq: Option<i64>,
}

#[derive(serde::Serialize, ToSchema)]
#[schema(as = native::Cursor)]
struct Cursor {
    #[schema(example = 17)]
    last_read_seq: i64,
    #[schema(example = 0)]
    unread_count: u64,
}

/// My rooms, latest activity first; or all public rooms, the oldest first
#[utoipa::path(get, path = "/v1/rooms", tag = "native",
    params(("kind" = Option<String>, Query, example = "group",
            description = "`direct`, `group` or `channel`: those of mine. `public`: all there \
                are, whether I joined them or not"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<RoomItem>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: Choice { kind, part }, .. }: Query<Native, Choice>,
) -> Reply<Body<List<RoomItem>>> {
    if kind == Some(Kind::Public) {
        let after = part.after_number()?;
        let rooms = public::page(&chat, me, after, part.one_more()).await?;
        let shown = rooms.iter().map(|it| (rising(it.number), RoomItem::from(it)));
        return Ok(Body(List::part(&part, shown)));
    }
    let mut rooms = room::list(&chat, me).await?;
    rooms.retain(|it| kind.is_none_or(|kind| it.room.kind == kind));
    let key = |it: &RoomView| {
        falling(it.last_activity().0.timestamp_micros()) + &it.room.chatroom_id.to_string()
    };
    Ok(Body(List::part(&part, rooms.iter().map(|it| (key(it), RoomItem::from(it))))))
}

/// Make a room; a direct room is made once per pair
///
/// Of the other kinds, whoever asks twice makes two: an `Idempotency-Key` is not heeded.
#[utoipa::path(post, path = "/v1/rooms", tag = "native", request_body = NewRoom,
    responses(
        (status = 200, description = "The pair's room was there", body = RoomItem),
        (status = 201, body = RoomItem),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: wanted, .. }: Json<Native, AnyRoomDraft>,
) -> Reply<Response> {
    let Opened { view, is_new: created } = creation::create(&chat, me, wanted).await?;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let location = [(header::LOCATION, format!("/v1/rooms/{}", view.room.chatroom_id))];
    Ok((status, location, Body(RoomItem::from(&view))).into_response())
}

/// One room
#[utoipa::path(get, path = "/v1/rooms/{chatroom_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)),
    responses((status = 200, body = RoomItem), (status = 304),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    headers: HeaderMap,
) -> Reply<Response> {
    let view = room::view(&chat, me, RoomId(id)).await?;
    tagged(&headers, &RoomItem::from(&view))
}

/// Rename or describe a room
#[utoipa::path(patch, path = "/v1/rooms/{chatroom_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)), request_body = RoomChange,
    responses((status = 200, body = RoomItem),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn update(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    Json { value: change, .. }: Json<Native, RoomChange>,
) -> Reply<Body<RoomItem>> {
    let (name, description) = (change.chatroom_name, change.description);
    let view = room::update(&chat, me, RoomId(id), name, description).await?;
    Ok(Body(RoomItem::from(&view)))
}

/// End a room for everybody; its owner only
#[utoipa::path(delete, path = "/v1/rooms/{chatroom_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
) -> Reply<StatusCode> {
    room::delete(&chat, me, RoomId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// I have read up to here
#[utoipa::path(put, path = "/v1/rooms/{chatroom_id}/read", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)), request_body = Option<ReadUpTo>,
    responses((status = 200, body = Cursor),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    Optional(ReadUpTo { seq }): Optional<ReadUpTo>,
) -> Reply<Body<Cursor>> {
    let cursor = reading::read(&chat, me, RoomId(id), seq).await?;
    Ok(Body(Cursor { last_read_seq: cursor.last_read_seq, unread_count: cursor.unread }))
}

impl Shape for Choice {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (kind, part) = (fields.one_of_opt("kind", &KINDS), Part::read(fields));
        Some(Self { kind: kind?, part: part? })
    }
}

impl Shape for RoomChange {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) =
            (fields.text_opt("chatroom_name"), fields.text_opt("description"));
        fields.only(&["chatroom_name", "description"]);
        Some(Self { chatroom_name: name?, description: description? })
    }
}

impl Shape for ReadUpTo {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let seq = fields.int_opt("seq");
        fields.only(&["seq"]);
        Some(Self { seq: seq? })
    }
}
