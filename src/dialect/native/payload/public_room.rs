//! Rooms that anybody may come into, as somebody sees them who may not be in them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::message::Message;
use crate::model::room::RoomView;

#[derive(Serialize, ToSchema)]
#[schema(as = native::PublicRoom)]
pub struct PublicRoom {
    pub chatroom_id: Uuid,
    #[schema(example = "the market")]
    pub chatroom_name: Option<String>,
    #[schema(example = "whatever you like")]
    pub description: Option<String>,
    #[schema(example = 12)]
    pub member_count: u64,
    /// Whether I am one of them.
    #[schema(example = false)]
    pub joined: bool,
    pub last_message: Option<Message>,
}

impl From<&RoomView> for PublicRoom {
    fn from(view: &RoomView) -> Self {
        Self {
            chatroom_id: view.room.chatroom_id.0,
            chatroom_name: view.room.chatroom_name.clone(),
            description: view.room.description.clone(),
            member_count: view.member_count,
            joined: !view.visiting,
            last_message: view.last_message.as_ref().map(Message::from),
        }
    }
}
