//! One row per sign-in. The row is the refresh token's family: it knows the current
//! token and its immediate predecessor, and anything else is a replay.
use sea_orm::entity::prelude::*;

use crate::{
    id::{SessionId, UserId},
    secret::Hashed,
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    pub user_id: UserId,
    pub refresh_hash: Hashed,
    pub previous_hash: Option<Hashed>,
    pub rotated_at: Timestamp,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    /// From where it was used last, which may be elsewhere.
    pub seen_address: Option<String>,
    pub seen_agent: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
