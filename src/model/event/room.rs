//! What happened to rooms, to those who are in them unless said otherwise.

use entity::{chatroom, id::RoomId};

use crate::model::room::{Ranked, Settings};

#[derive(Clone, Debug)]
pub enum RoomNews {
    Created(chatroom::Model),
    Updated {
        room: chatroom::Model,
        /// Those who have another role now.
        roles: Vec<Ranked>,
    },
    Deleted {
        room: RoomId,
        rev: i64,
    },
    /// To one's own devices: how one has set up a room for oneself.
    SettingsChanged {
        room: RoomId,
        settings: Settings,
        user_rev: i64,
    },
}
