//! A member may count a room as unread from a message on, without taking back what others saw.
use sea_orm_migration::{prelude::*, schema::big_integer_null};

use crate::columns::add;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        add(db, "participants", &mut big_integer_null("unread_from")).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        if !db.has_column("participants", "unread_from").await? {
            return Ok(());
        }
        db.alter_table(Table::alter().table("participants").drop_column("unread_from").to_owned())
            .await
    }
}
