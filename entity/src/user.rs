//! People. The unique keys are normalised spellings of our own, because the three
//! databases disagree on what is equal.
use sea_orm::entity::prelude::*;

use crate::{id::UserId, secret::Hashed, time::Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    // The one id that the database hands out: nobody needs it before the row is there.
    #[sea_orm(primary_key)]
    pub user_id: UserId,
    /// What surfaces with UUIDs call this person.
    pub public_id: Uuid,
    pub username: String,
    #[sea_orm(unique)]
    pub username_key: String,
    pub email: Option<String>,
    #[sea_orm(unique)]
    pub email_key: Option<String>,
    pub hashed_password: Hashed,
    pub nickname: Option<String>,
    pub avatar_url: Option<String>,
    pub status: Option<String>,
    pub bio: Option<String>,
    pub is_active: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_seen: Option<Timestamp>,
    /// Rises with every change to what belongs to this person alone.
    pub rev: i64,
    /// Whether others may see what this person has read and received.
    pub sends_receipts: bool,
    /// How they want to be seen while they are there; as being there, unless they have chosen.
    pub mood: Option<Mood>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum Mood {
    Idle,
    DoNotDisturb,
    Invisible,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
