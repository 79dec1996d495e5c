//! Rooms that whoever knows their id may join.
use sea_orm_migration::{prelude::*, schema::boolean};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        if db.has_column("chatrooms", "joinable").await? {
            return Ok(());
        }
        let table = Table::alter()
            .table("chatrooms")
            .add_column(boolean("joinable").default(false))
            .to_owned();
        db.alter_table(table).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        if !db.has_column("chatrooms", "joinable").await? {
            return Ok(());
        }
        let table = Table::alter().table("chatrooms").drop_column("joinable").to_owned();
        db.alter_table(table).await
    }
}
