//! Somebody whose identity has been checked.

use entity::id::{SessionId, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub session: SessionId,
}

/// Whose an uploaded file is.
#[derive(Clone, Copy, Debug)]
pub struct Uploader {
    pub me: Actor,
    /// No credential said so, so whoever sends the file first is its owner.
    pub paired: bool,
}

impl From<Actor> for Uploader {
    fn from(me: Actor) -> Self {
        Self { me, paired: false }
    }
}
