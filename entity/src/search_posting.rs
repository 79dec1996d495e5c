//! Where in the search index something occurs: a few characters, a sender, a room.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_postings")]
pub struct Model {
    /// A stretch of places, so that what is searched together lies together.
    #[sea_orm(primary_key, auto_increment = false)]
    pub span: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub gram: i64,
    /// The places are counted from here, and it from the beginning of its span.
    #[sea_orm(primary_key, auto_increment = false)]
    pub start: i32,
    /// Packed.
    #[sea_orm(column_type = "Blob")]
    pub places: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
