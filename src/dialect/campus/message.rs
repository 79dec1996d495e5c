//! `/message`: making rooms and listing them. What is said in them goes over the socket.

use axum::{Json as Body, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Rooms, SocketFault, payload::RoomList};
use crate::{
    chat::{engine::handle::Chat, person::profile, room},
    wire::{
        body::Json,
        caller::Caller,
        failure::Failure,
        fastapi::validation_error::ValidationError,
        fields::{Shape, bound::Bound},
    },
};

type Me = Caller<Rooms>;
type Reply<T> = Result<T, Failure<Rooms>>;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(create_room)).routes(routes!(get_rooms))
}

#[derive(Shape, ToSchema)]
#[schema(as = campus::NewRoom)]
pub(super) struct NewRoom {
    /// Without one the room is named after its maker.
    #[schema(example = "optional-name")]
    #[shape(bound = Bound::up_to(room::LONGEST_NAME))]
    room_name: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = campus::Made)]
struct Made {
    room_id: Uuid,
}

/// Make a room that whoever knows its id may join
#[utoipa::path(post, path = "/message/create_room", tag = "campus", request_body = NewRoom,
    responses((status = 200, body = Made), (status = 401, body = SocketFault),
        (status = 422, body = ValidationError)))]
async fn create_room(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Rooms, NewRoom>,
) -> Reply<Body<Made>> {
    // A blank name counts as none, because the client shows nothing else of a room.
    let name = match new.room_name.filter(|it| !it.trim().is_empty()) {
        Some(name) => name,
        // By the handle, as in the original, where that is called `user_id`.
        None => format!("room_{}", profile::mine(&chat, me).await?.username),
    };
    let room = room::found(&chat, me, &name).await?;
    Ok(Body(Made { room_id: room.0 }))
}

/// My rooms, in the order in which I joined them
#[utoipa::path(get, path = "/message/get_rooms", tag = "campus",
    responses((status = 200, body = RoomList), (status = 401, body = SocketFault)))]
async fn get_rooms(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<RoomList>> {
    let mut rooms = room::shown(&chat, me).await?;
    // The original's order is that of its table, and the client shows the rooms as they come.
    rooms.sort_by_key(|it| {
        let joined = it.membership.as_ref().map(|it| it.joined_at);
        (joined, it.room.created_at, it.room.chatroom_id)
    });
    Ok(Body(RoomList::new(&rooms)))
}
