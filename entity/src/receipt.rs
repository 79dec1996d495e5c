//! When somebody's cursor rose to where: who has read or received a message, and when,
//! is the first of these at or after its `seq`.
use sea_orm::entity::prelude::*;

use crate::{
    id::{RoomId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chatroom_id: RoomId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Read, or only received.
    #[sea_orm(primary_key, auto_increment = false)]
    pub is_read: bool,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
