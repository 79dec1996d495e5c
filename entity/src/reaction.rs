//! Who answered which message with which emoji.
use sea_orm::entity::prelude::*;

use crate::{
    id::{MessageId, ReactionId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reaction_id: ReactionId,
    pub message_id: MessageId,
    pub user_id: UserId,
    pub emoji: String,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
