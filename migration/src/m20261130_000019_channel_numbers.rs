//! Channels have numbers of their own, so that the first channel is number 1.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, uuid_uniq},
};

use crate::columns::{cascading, create};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        create(
            db,
            Table::create()
                .table("channel_numbers")
                .if_not_exists()
                .col(big_integer("number").primary_key())
                .col(uuid_uniq("chatroom_id"))
                .foreign_key(&mut cascading(
                    "fk_channel_numbers_room",
                    ("channel_numbers", "chatroom_id"),
                    ("chatrooms", "chatroom_id"),
                ))
                .to_owned(),
        )
        .await?;
        // Channels that are there keep the number by which their clients know them.
        for sql in [
            "DELETE FROM channel_numbers",
            "INSERT INTO channel_numbers (number, chatroom_id) \
             SELECT numbers.number, numbers.chatroom_id FROM chatroom_numbers numbers \
             JOIN chatrooms rooms ON rooms.chatroom_id = numbers.chatroom_id \
             WHERE rooms.kind = 'channel'",
            "DELETE FROM counters WHERE name = 'channels'",
            "INSERT INTO counters (name, value) \
             SELECT 'channels', COALESCE(MAX(number), 0) + 1 FROM channel_numbers",
        ] {
            db.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        let sql = "DELETE FROM counters WHERE name = 'channels'";
        db.get_connection().execute_unprepared(sql).await?;
        db.drop_table(Table::drop().table("channel_numbers").if_exists().to_owned()).await
    }
}
