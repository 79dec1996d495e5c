//! What a message said before it was edited.
use sea_orm::entity::prelude::*;

use crate::{id::MessageId, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_edits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// The room's `rev` of the edit that replaced this version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rev: i64,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// When this version was written, not when it was replaced.
    pub written_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
