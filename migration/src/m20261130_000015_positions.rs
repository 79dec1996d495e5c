//! The files of a message have an order.
use sea_orm_migration::{prelude::*, schema::integer};

use crate::columns::add;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        add(db, "attachments", integer("position").default(0)).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        if !db.has_column("attachments", "position").await? {
            return Ok(());
        }
        db.alter_table(Table::alter().table("attachments").drop_column("position").to_owned()).await
    }
}
