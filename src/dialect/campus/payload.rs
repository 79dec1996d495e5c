//! What travels between this product's client and us.

use entity::id::{RoomId, UserId};
use serde::{Serialize, Serializer, ser::SerializeMap};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{message::Message, room::RoomView},
    wire::{
        file::part::{Body, Part},
        spelling::naive_with_space,
    },
};

#[derive(Serialize, ToSchema)]
#[schema(as = campus::RoomList)]
pub(super) struct RoomList {
    /// Each room's name by its id.
    #[schema(value_type = std::collections::HashMap<Uuid, String>)]
    room_ids: Names,
}

/// An object whose keys keep their order, because the client lists them as they come.
struct Names(Vec<(Uuid, String)>);

/// The one frame that this client shows messages from, new and old.
#[derive(Serialize)]
pub(super) struct MessageList {
    #[serde(rename = "type")]
    kind: &'static str,
    chatroom_id: Uuid,
    messages: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    id: Uuid,
    /// The client knows its own messages by it.
    author_id: Uuid,
    author_name: String,
    content: String,
    created_at: String,
    is_read: bool,
}

impl RoomList {
    pub(super) fn new(rooms: &[RoomView]) -> Self {
        Self { room_ids: Names(rooms.iter().map(|it| (it.room.chatroom_id.0, name(it))).collect()) }
    }
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, name) in &self.0 {
            map.serialize_entry(id, name)?;
        }
        map.end()
    }
}

impl MessageList {
    /// Who hears a message as it is sent has read it, to this client.
    pub(super) fn live(message: &Message) -> Self {
        Self::with(message.row.chatroom_id, Item::all(message, true))
    }

    /// Newest first. Read is what lies before my cursor, and what I wrote myself.
    pub(super) fn history(room: RoomId, messages: &[Message], me: UserId, cursor: i64) -> Self {
        let is_read = |it: &Message| it.row.seq <= cursor || it.row.sender_id == me;
        // The client turns every list round before it shows it.
        Self::with(room, messages.iter().rev().flat_map(|it| Item::all(it, is_read(it))).collect())
    }

    fn with(room: RoomId, messages: Vec<Item>) -> Self {
        // The client knows `new_message`, too, but would show it again; in a list it finds doubles.
        Self { kind: "message_list", chatroom_id: room.0, messages }
    }
}

impl Item {
    /// This client knows words alone, so a message with files is several to it; the newest
    /// comes first.
    fn all(message: &Message, is_read: bool) -> Vec<Self> {
        message.parts().iter().rev().map(|part| Self::new(message, part, is_read)).collect()
    }

    fn new(message: &Message, part: &Part<'_>, is_read: bool) -> Self {
        let author = &message.author;
        Self {
            id: part_id(message, part),
            author_id: author.public_id,
            author_name: author.nickname.clone().unwrap_or_else(|| author.username.clone()),
            content: content(part),
            // The client puts a `T` for the space and adds a `Z`, which an offset in here
            // would break.
            created_at: naive_with_space(message.row.timestamp),
            is_read,
        }
    }
}

/// This client shows text and nothing else, so files are named.
fn content(part: &Part<'_>) -> String {
    match part.body {
        Body::Words(text) | Body::Address(text, _) => text.to_owned(),
        Body::File(file) => file.name.clone(),
    }
}

/// The first part is called as the message is, the others by ids that no message has: this
/// client tells messages by them.
fn part_id(message: &Message, part: &Part<'_>) -> Uuid {
    let number = part.number.unsigned_abs();
    Uuid::from_u128(message.row.public_id.as_u128() ^ u128::from(number))
}

/// Rooms of other surfaces need not have a name, and this client shows nothing else.
fn name(view: &RoomView) -> String {
    let peer = || view.peer.as_ref().map(|it| it.nickname.as_ref().unwrap_or(&it.username));
    // Some clients name a direct room "Default Chatroom", which says nothing of who it is with.
    let named = view.room.chatroom_name.as_ref().filter(|_| view.peer.is_none()).or_else(peer);
    named.cloned().unwrap_or_else(|| format!("room_{}", view.room.chatroom_id))
}
