//! Messages: one order per room, one row per send.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, text, text_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::columns::{cascading, create, identity, index, moment};

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
                .col(identity(db, "message_id"))
                .col(uuid("public_id"))
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
        once(db).await?;
        index(db, "ix_messages_rev", "messages", &["chatroom_id", "rev"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.drop_table(Table::drop().table("messages").if_exists().to_owned()).await
    }
}

/// A send that names itself is stored once. Where the database can, sends without a name
/// stay out of this index: it is the one whose pages lie far apart.
async fn once(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    const NAME: &str = "ux_messages_once";
    if db.has_index("messages", NAME).await? {
        return Ok(());
    }
    let mut index = Index::create();
    index.name(NAME).table("messages").col("sender_id").col("client_msg_id").unique();
    if db.get_database_backend() != DbBackend::MySql {
        index.and_where(Expr::col("client_msg_id").is_not_null());
    }
    db.create_index(index).await
}
