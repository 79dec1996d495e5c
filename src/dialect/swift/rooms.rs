//! `/api/rooms`: every public room and all of one's own, by number.

use axum::{Json as Body, extract::State, routing::get};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Reply, Swift,
    door::Me,
    payload::{Room, RoomList, unread},
};
use crate::{
    chat::{
        engine::handle::Chat,
        message::reading,
        room::{self, member, number, public},
    },
    model::{
        actor::Actor,
        error::{Ban, Error, Thing},
        room::RoomView,
    },
    wire::{
        body::{Json, PathInt},
        fastapi::{HttpError, validation_error::ValidationError},
        fields::{Shape, bound::Bound},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .route("/api/rooms/", get(list).post(create))
        .routes(routes!(show))
        .routes(routes!(mark_read))
}

#[derive(Shape, ToSchema)]
#[schema(as = swift::NewRoom)]
pub(super) struct NewRoom {
    #[schema(example = "My New Room")]
    #[shape(bound = Bound::Characters(1, room::LONGEST_NAME))]
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::Marked)]
struct Marked {
    #[schema(example = "Marked 3 messages as read")]
    message: String,
    #[schema(example = 3)]
    read_count: u64,
}

/// All public rooms, and all that I am in, newest first
#[utoipa::path(get, path = "/api/rooms", tag = "swift",
    responses((status = 200, body = [RoomList]), (status = 401, body = HttpError),
        (status = 403, body = HttpError)))]
async fn list(State(chat): State<Chat>, Me { me }: Me) -> Reply<Body<Vec<RoomList>>> {
    let mut views = public::list_with_mine(&chat, me).await?;
    views.sort_by_key(|it| std::cmp::Reverse((it.room.created_at, it.number)));
    Ok(Body(views.iter().map(RoomList::from).collect()))
}

/// Make a public room; several may have the same name
#[utoipa::path(post, path = "/api/rooms", tag = "swift", request_body = NewRoom,
    responses((status = 200, body = Room), (status = 401, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn create(
    State(chat): State<Chat>,
    Me { me }: Me,
    Json { value: NewRoom { name }, .. }: Json<Swift, NewRoom>,
) -> Reply<Body<Room>> {
    let view = public::create(&chat, me, &name, None).await?;
    // With 200, because the app takes a 201 for a failure.
    Ok(Body(Room::from(&view)))
}

/// One room
#[utoipa::path(get, path = "/api/rooms/{room_id}", tag = "swift",
    params(("room_id" = i64, Path, example = 1)),
    responses((status = 200, body = Room), (status = 404, body = HttpError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: number, .. }: PathInt<Swift>,
) -> Reply<Body<Room>> {
    Ok(Body(Room::from(&reach(&chat, me, number).await?)))
}

/// I have read all that was said
#[utoipa::path(post, path = "/api/rooms/{room_id}/mark-read", tag = "swift",
    params(("room_id" = i64, Path, example = 1)),
    responses((status = 200, body = Marked), (status = 404, body = HttpError)))]
async fn mark_read(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: number, .. }: PathInt<Swift>,
) -> Reply<Body<Marked>> {
    let view = open(&chat, me, number).await?;
    reading::read(&chat, me, view.room.chatroom_id, None).await?;
    // Of the room as it was before it was read.
    let read_count = unread(&view);
    Ok(Body(Marked { message: format!("Marked {read_count} messages as read"), read_count }))
}

/// A room that I may see; others are not there, to me.
pub(super) async fn reach(chat: &Chat, me: Actor, number: i64) -> Result<RoomView, Error> {
    let id = number::room_of(chat, number).await?;
    match room::view(chat, me, id).await {
        Err(Error::Forbidden(Ban::NotMember | Ban::BannedFromRoom)) => {
            Err(Error::Missing(Thing::Room))
        }
        result => result,
    }
}

/// The same, and from now on I am a member: this product knows no other way of coming in
/// than to open a room. Says how the room was before.
pub(super) async fn open(chat: &Chat, me: Actor, number: i64) -> Result<RoomView, Error> {
    let view = reach(chat, me, number).await?;
    member::look_in(chat, me, view.room.chatroom_id).await?;
    Ok(view)
}
