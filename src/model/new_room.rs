//! What a new room should be, whatever its kind.

use crate::model::{room::RoomDraft, server::ChannelDraft};

#[derive(Clone, Debug)]
pub enum AnyRoomDraft {
    /// Between the people whom it names.
    Talk(RoomDraft),
    /// Open to everybody.
    Public {
        name: String,
        description: Option<String>,
    },
    Channel(ChannelDraft),
}
