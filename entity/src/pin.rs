//! Messages that a room keeps in view.
use sea_orm::entity::prelude::*;

use crate::{
    id::{MessageId, RoomId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    pub chatroom_id: RoomId,
    pub user_id: Option<UserId>,
    pub pinned_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
