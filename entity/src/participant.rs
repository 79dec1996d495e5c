//! Who is in which room, and how far they have read. Cursors only rise.
use sea_orm::entity::prelude::*;

use crate::{
    id::{RoomId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chatroom_id: RoomId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub role: Role,
    pub joined_at: Timestamp,
    pub joined_seq: i64,
    pub last_read_seq: i64,
    pub last_delivered_seq: i64,
    pub last_read_at: Option<Timestamp>,
    /// When one of the cursors last rose, or began or ceased to be shown to others.
    pub moved_at: Option<Timestamp>,
    /// What follows is the person's own, and nobody else's business.
    pub muted_until: Option<Timestamp>,
    pub pinned_at: Option<Timestamp>,
    /// Out of the list for as long as this is the room's last message.
    pub hidden_seq: Option<i64>,
    /// Of a direct room: its last message when the two ceased to be friends.
    pub parted_seq: Option<i64>,
    pub marked_unread: bool,
    /// They count the room as unread from this message on, though they have read further.
    pub unread_from: Option<i64>,
    /// What was said up to here they have deleted for themselves.
    pub cleared_seq: i64,
    /// What they have begun to write, on whichever device.
    #[sea_orm(column_type = "Text", nullable)]
    pub draft: Option<String>,
    pub drafted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum Role {
    Member,
    Admin,
    Owner,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl Model {
    /// How far they have read as they count it themselves; others see `last_read_seq`.
    pub fn position(&self) -> i64 {
        self.unread_from.map_or(self.last_read_seq, |it| self.last_read_seq.min(it - 1))
    }
}

impl ActiveModelBehavior for ActiveModel {}
