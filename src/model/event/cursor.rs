//! How far somebody has got, to those who are in the room unless said otherwise.

use std::sync::Arc;

use entity::id::{RoomId, UserId};

#[derive(Clone, Debug)]
pub enum CursorNews {
    /// Cursors rose: where they are now.
    Marks { room: RoomId, marks: Arc<[Mark]> },
    /// Somebody lets it be seen how far they have got, or does so no more.
    Shown { room: RoomId, user: UserId, cursor: Option<Reached> },
    /// To the reader's own devices.
    Unread {
        room: RoomId,
        unread: u64,
        /// Those of them that speak of the reader.
        mentions: u64,
        last_read_seq: i64,
    },
}

/// How far somebody has got in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub read: i64,
    pub delivered: i64,
}

/// Whose cursors are where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub user: UserId,
    pub reached: Reached,
}
