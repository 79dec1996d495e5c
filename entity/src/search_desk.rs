//! The one row that whoever changes the search index holds meanwhile.
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_desk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub desk: i32,
    /// The node that fills the index, and until when nobody else does, in microseconds.
    pub owner: Option<Uuid>,
    pub until: i64,
    /// So many spans from the beginning are in their final form.
    pub tidy: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
