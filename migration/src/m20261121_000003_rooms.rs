//! Rooms, their members, and the counter that message ids come from.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, pk_uuid, string_len, string_len_null, uuid},
};

use crate::columns::{cascading, create, exact, exact_null, index, moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[expect(clippy::too_many_lines, reason = "a migration that was released stays as it is")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        create(
            db,
            Table::create()
                .table("chatrooms")
                .if_not_exists()
                .col(pk_uuid("chatroom_id"))
                .col(string_len_null("chatroom_name", 128))
                .col(string_len("kind", 16))
                .col(exact_null(db, "direct_key", 48).unique_key())
                .col(string_len_null("description", 1024))
                .col(big_integer_null("creator_id"))
                .col(big_integer("last_seq"))
                .col(big_integer("rev"))
                .col(moment(db, "created_at"))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk_chatrooms_creator")
                        .from("chatrooms", "creator_id")
                        .to("users", "user_id")
                        .on_delete(ForeignKeyAction::SetNull),
                )
                .to_owned(),
        )
        .await?;
        create(
            db,
            Table::create()
                .table("participants")
                .if_not_exists()
                .col(uuid("chatroom_id"))
                .col(big_integer("user_id"))
                .col(string_len("role", 16))
                .col(moment(db, "joined_at"))
                .col(big_integer("joined_seq"))
                .col(big_integer("last_read_seq"))
                .col(big_integer("last_delivered_seq"))
                .col(moment_null(db, "last_read_at"))
                .primary_key(Index::create().col("chatroom_id").col("user_id"))
                .foreign_key(&mut cascading(
                    "fk_participants_room",
                    ("participants", "chatroom_id"),
                    ("chatrooms", "chatroom_id"),
                ))
                .foreign_key(&mut cascading(
                    "fk_participants_user",
                    ("participants", "user_id"),
                    ("users", "user_id"),
                ))
                .to_owned(),
        )
        .await?;
        index(db, "ix_participants_user", "participants", &["user_id"], false).await?;
        create(
            db,
            Table::create()
                .table("counters")
                .if_not_exists()
                .col(exact(db, "name", 32).primary_key())
                .col(big_integer("value"))
                .to_owned(),
        )
        .await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for table in ["counters", "participants", "chatrooms"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        Ok(())
    }
}
