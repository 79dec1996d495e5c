//! What a new room should be, whatever its kind.

use crate::model::{guild::ChannelDraft, room::RoomDraft};

#[derive(Clone, Debug)]
pub enum Foundation {
    /// Between the people whom it names.
    Talk(RoomDraft),
    /// Open to everybody.
    Public {
        name: String,
        description: Option<String>,
    },
    Channel(ChannelDraft),
}
