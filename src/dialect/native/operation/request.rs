//! What many operations take.

use entity::id::{MessageId, RoomId, ServerId, UserId};
use utoipa::ToSchema;

use super::page::Part;
use crate::wire::fields::Shape;

#[derive(Shape, ToSchema)]
pub struct Nothing {}

#[derive(Shape, ToSchema)]
#[shape(closed)]
pub struct OfMessage {
    #[schema(example = 1024, value_type = i64)]
    pub message_id: MessageId,
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
pub struct OfRoom {
    #[schema(value_type = uuid::Uuid)]
    pub chatroom_id: RoomId,
}

/// Part of a list of a room.
#[derive(Shape, ToSchema)]
pub struct PartOfRoom {
    #[schema(value_type = uuid::Uuid)]
    pub chatroom_id: RoomId,
    #[serde(flatten)]
    #[shape(flatten)]
    pub part: Part,
}

#[derive(Clone, Copy, Shape, ToSchema)]
#[shape(closed)]
pub struct OfRoomMember {
    #[schema(value_type = uuid::Uuid)]
    pub chatroom_id: RoomId,
    #[schema(value_type = i64)]
    pub user_id: UserId,
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
pub struct OfUser {
    #[schema(value_type = i64)]
    pub user_id: UserId,
}

#[derive(Shape, ToSchema)]
pub struct OfServer {
    #[schema(example = 1, value_type = i64)]
    pub server_id: ServerId,
}

/// Part of a list of a server.
#[derive(Shape, ToSchema)]
pub struct PartOfServer {
    #[schema(example = 1, value_type = i64)]
    pub server_id: ServerId,
    #[serde(flatten)]
    #[shape(flatten)]
    pub part: Part,
}

#[derive(Shape, ToSchema)]
pub struct OfServerMember {
    #[schema(example = 1, value_type = i64)]
    pub server_id: ServerId,
    #[schema(value_type = i64)]
    pub user_id: UserId,
}
