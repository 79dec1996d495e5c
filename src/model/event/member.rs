//! Who came to a room and who left it, to those who are there.

use std::sync::Arc;

use entity::id::{RoomId, UserId};

use crate::model::room::Member;

#[derive(Clone, Debug)]
pub enum MemberNews {
    Joined { room: RoomId, user: UserId, member: Arc<Member>, rev: i64 },
    Left { room: RoomId, user: UserId, rev: i64 },
}
