//! Who is there, and who is typing. None of it is written down.

use entity::{
    id::{RoomId, UserId},
    time::Timestamp,
};

use crate::model::person::presence::Presence;

#[derive(Clone, Debug)]
pub enum PresenceNews {
    Changed(Vec<Presence>),
    /// Everybody who is typing in a room right now.
    Typing {
        room: RoomId,
        people: Vec<Typist>,
    },
}

/// Somebody who is typing, until then unless they go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typist {
    pub user: UserId,
    pub until: Timestamp,
}
