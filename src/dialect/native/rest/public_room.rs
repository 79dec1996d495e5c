//! Rooms that anybody may come into, by `PUT /v1/rooms/{chatroom_id}/members/me`.

use axum::{
    Json as Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    page::{List, Part, rising},
};
use crate::{
    chat::{handle::Chat, public},
    dialect::native::{
        Native,
        payload::{public_room::PublicRoom, room::RoomItem},
        problem::Problem,
    },
    wire::{
        body::{Json, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list, create))
}

#[derive(ToSchema)]
#[schema(as = native::NewPublicRoom)]
struct NewPublicRoom {
    #[schema(example = "the market")]
    name: String,
    #[schema(example = "whatever you like")]
    description: Option<String>,
}

/// All public rooms, whether I am in them or not, oldest first
#[utoipa::path(get, path = "/v1/public-rooms", tag = "native",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<PublicRoom>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<PublicRoom>>> {
    let rooms = public::list(&chat, me).await?;
    let shown = rooms.iter().map(|it| (rising(it.number), PublicRoom::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Make a public room, and be its owner
#[utoipa::path(post, path = "/v1/public-rooms", tag = "native", request_body = NewPublicRoom,
    responses((status = 201, body = RoomItem),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Native, NewPublicRoom>,
) -> Reply<Response> {
    let view = public::create(&chat, me, &new.name, new.description.as_deref()).await?;
    let location = [(header::LOCATION, format!("/v1/rooms/{}", view.room.chatroom_id))];
    Ok((StatusCode::CREATED, location, Body(RoomItem::from(&view))).into_response())
}

impl Shape for NewPublicRoom {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text("name"), fields.text_opt("description"));
        fields.only(&["name", "description"]);
        Some(Self { name: name?, description: description? })
    }
}
