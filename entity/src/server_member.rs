//! Who is on which server, and so in all of its channels.
use sea_orm::entity::prelude::*;

use crate::{
    id::{ServerId, UserId},
    participant::Role,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "server_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub server_id: ServerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub role: Role,
    pub joined_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
