//! Messages: one order per room, one row per send.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text, text_null, uuid, uuid_null, uuid_uniq},
};

use crate::columns::{cascading, create, index, moment};

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
                .table("messages")
                .if_not_exists()
                .col(big_integer("message_id").primary_key())
                .col(uuid_uniq("public_id"))
                .col(uuid("chatroom_id"))
                .col(big_integer("sender_id"))
                .col(big_integer("seq"))
                .col(big_integer("rev"))
                .col(uuid_null("client_msg_id"))
                .col(text("content"))
                .col(string_len("message_type", 16))
                .col(text_null("media_url"))
                .col(moment(db, "timestamp"))
                .foreign_key(&mut cascading(
                    "fk_messages_room",
                    ("messages", "chatroom_id"),
                    ("chatrooms", "chatroom_id"),
                ))
                .foreign_key(&mut cascading(
                    "fk_messages_sender",
                    ("messages", "sender_id"),
                    ("users", "user_id"),
                ))
                .to_owned(),
        )
        .await?;
        index(db, "ux_messages_order", "messages", &["chatroom_id", "seq"], true).await?;
        index(db, "ux_messages_once", "messages", &["sender_id", "client_msg_id"], true).await?;
        index(db, "ix_messages_rev", "messages", &["chatroom_id", "rev"], false).await?;
        index(db, "ix_messages_time", "messages", &["chatroom_id", "timestamp"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.drop_table(Table::drop().table("messages").if_exists().to_owned()).await
    }
}
