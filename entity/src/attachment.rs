//! Uploaded files: who owns them, and the message they were sent with.
use sea_orm::entity::prelude::*;

use crate::{
    id::{FileId, MessageId, RoomId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub file_id: FileId,
    /// Nobody, when an old client that carries no credential uploaded it before such clients
    /// were paired with a session.
    pub owner_id: Option<UserId>,
    /// Uploaded without a credential: who sends it first is its owner.
    pub paired: bool,
    pub chatroom_id: Option<RoomId>,
    pub message_id: Option<MessageId>,
    /// Its place among the files of its message, from 0.
    pub position: i32,
    /// The name on disk: the id and an extension that its bytes earned.
    pub stored_name: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
