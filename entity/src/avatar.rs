//! Uploaded profile pictures: who owns them, and whether it is the one that is shown.
use sea_orm::entity::prelude::*;

use crate::{id::UserId, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "avatars")]
pub struct Model {
    /// The name on disk.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stored_name: String,
    pub owner_id: UserId,
    /// Of those from before this was noted it is 0.
    pub size: i64,
    /// Whether its owner shows it: of each person's one at most.
    pub is_worn: bool,
    /// Uploaded without a credential: who shows it first is its owner.
    pub paired: bool,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
