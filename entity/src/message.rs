//! What was said. `seq` is the order inside a room, without holes.
use sea_orm::entity::prelude::*;

use crate::{
    id::{MessageId, RoomId, UserId},
    time::Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    pub public_id: Uuid,
    pub chatroom_id: RoomId,
    pub sender_id: UserId,
    pub seq: i64,
    pub rev: i64,
    pub client_msg_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub message_type: Type,
    #[sea_orm(column_type = "Text", nullable)]
    pub media_url: Option<String>,
    pub timestamp: Timestamp,
    /// The message of the same room that this one answers.
    pub reply_to_id: Option<MessageId>,
    pub edited_at: Option<Timestamp>,
    /// What is left of a deleted message is its place: no words, no files.
    pub deleted_at: Option<Timestamp>,
    /// Of a forwarded message: who had said it first.
    pub forwarded_from_id: Option<UserId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "snake_case")]
pub enum Type {
    Text,
    Image,
    Audio,
    File,
    Video,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
