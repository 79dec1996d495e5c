//! The channels of a server. One of them is a room: `/v1/rooms/{chatroom_id}`.

use axum::{
    Json as Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::id::ServerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{engine::handle::Chat, room::creation, server::channel},
    dialect::native::{
        Native,
        payload::room::RoomItem,
        problem::Problem,
        rest::{
            Me, Reply,
            page::{List, Part, rising},
        },
    },
    model::{new_room::AnyRoomDraft, server::ChannelDraft},
    wire::{
        body::{Json, PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list, create))
}

#[derive(ToSchema)]
#[schema(as = native::NewChannel)]
struct NewChannel {
    #[schema(example = "general")]
    chatroom_name: String,
    #[schema(example = "whatever comes up")]
    description: Option<String>,
}

/// The channels of a server that I am on, oldest first
#[utoipa::path(get, path = "/v1/servers/{server_id}/channels", tag = "native",
    params(("server_id" = i64, Path, example = 1),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<RoomItem>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<RoomItem>>> {
    let channels = channel::list(&chat, me, ServerId(id)).await?;
    let shown = channels.iter().map(|it| (rising(it.number), RoomItem::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Make a channel on a server that I own; everybody on it is in the channel at once
///
/// Whoever asks twice makes two: an `Idempotency-Key` is not heeded.
#[utoipa::path(post, path = "/v1/servers/{server_id}/channels", tag = "native",
    params(("server_id" = i64, Path, example = 1)), request_body = NewChannel,
    responses((status = 201, body = RoomItem),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Json { value: new, .. }: Json<Native, NewChannel>,
) -> Reply<Response> {
    let NewChannel { chatroom_name: name, description } = new;
    let draft = ChannelDraft { server: ServerId(id), name, description };
    let view = creation::create(&chat, me, AnyRoomDraft::Channel(draft)).await?.view;
    let location = [(header::LOCATION, format!("/v1/rooms/{}", view.room.chatroom_id))];
    Ok((StatusCode::CREATED, location, Body(RoomItem::from(&view))).into_response())
}

impl Shape for NewChannel {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text("chatroom_name"), fields.text_opt("description"));
        fields.only(&["chatroom_name", "description"]);
        Some(Self { chatroom_name: name?, description: description? })
    }
}
