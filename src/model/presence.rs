//! Who is there.

use entity::{id::UserId, time::Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Online,
    Idle,
    DoNotDisturb,
    Invisible,
    Offline,
}

/// What others may see of a person's presence; an invisible person is offline here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    pub user: UserId,
    pub mood: Mood,
    pub status_text: Option<String>,
    pub last_seen: Option<Timestamp>,
}
