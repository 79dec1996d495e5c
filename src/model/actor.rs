//! Somebody whose identity has been checked.

use entity::id::{SessionId, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub session: SessionId,
}
