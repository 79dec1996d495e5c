//! Rooms of every kind.
use sea_orm::entity::prelude::*;

use crate::{
    id::{RoomId, ServerId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chatrooms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chatroom_id: RoomId,
    pub chatroom_name: Option<String>,
    pub kind: Kind,
    /// `"lo:hi"` for a direct room, so that there is one per pair.
    #[sea_orm(unique)]
    pub direct_key: Option<String>,
    pub description: Option<String>,
    pub creator_id: Option<UserId>,
    pub last_seq: i64,
    pub rev: i64,
    pub created_at: Timestamp,
    /// Of a channel: the server that it belongs to.
    pub server_id: Option<ServerId>,
    /// A short name for the addresses of well-known rooms.
    #[sea_orm(unique)]
    pub slug: Option<String>,
    /// When its name or description last changed; messages do not count.
    pub updated_at: Timestamp,
    /// Whoever knows its id may come in, as into a group made by link.
    pub joinable: bool,
    /// The `rev` at which somebody last came, went or got another role.
    pub members_rev: i64,
    /// How many of its messages were deleted: what is left of them keeps its `seq`.
    pub deleted_count: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum Kind {
    /// Two people, once per pair.
    Direct,
    /// Invited members.
    Group,
    /// A room of a server.
    Channel,
    /// Anybody may come in.
    Public,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
