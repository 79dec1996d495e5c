//! Who may not come to a server again.
use sea_orm::entity::prelude::*;

use crate::{
    id::{ServerId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub server_id: ServerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub banned_by: UserId,
    pub reason: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
