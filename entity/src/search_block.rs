//! Messages that were put into the search index together, in the order of their time. Each
//! has a place of its own in the index; the block's are consecutive.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_blocks")]
pub struct Model {
    /// The place of its first message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    pub length: i32,
    /// When its first and its last message were sent, in microseconds.
    pub oldest: i64,
    pub newest: i64,
    /// The newest moment in this block and all before it.
    pub reach: i64,
    /// The numbers of its messages, packed.
    #[sea_orm(column_type = "Blob")]
    pub messages: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
