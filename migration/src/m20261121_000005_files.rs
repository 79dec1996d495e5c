//! Uploaded files.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer_null, pk_uuid, string_len, uuid_null},
};

use crate::columns::{create, exact, index, moment};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        let gone = |name: &'static str, column: &'static str, to: (&'static str, &'static str)| {
            ForeignKey::create()
                .name(name)
                .from("attachments", column)
                .to(to.0, to.1)
                .on_delete(ForeignKeyAction::SetNull)
                .to_owned()
        };
        create(
            db,
            Table::create()
                .table("attachments")
                .if_not_exists()
                .col(pk_uuid("file_id"))
                .col(big_integer_null("owner_id"))
                .col(uuid_null("chatroom_id"))
                .col(big_integer_null("message_id"))
                .col(exact(db, "stored_name", 64).unique_key())
                .col(string_len("name", 255))
                .col(string_len("mime", 128))
                .col(big_integer("size"))
                .col(integer_null("width"))
                .col(integer_null("height"))
                .col(moment(db, "created_at"))
                .foreign_key(&mut gone("fk_attachments_owner", "owner_id", ("users", "user_id")))
                .foreign_key(&mut gone(
                    "fk_attachments_room",
                    "chatroom_id",
                    ("chatrooms", "chatroom_id"),
                ))
                .foreign_key(&mut gone(
                    "fk_attachments_message",
                    "message_id",
                    ("messages", "message_id"),
                ))
                .to_owned(),
        )
        .await?;
        index(db, "ix_attachments_owner", "attachments", &["owner_id"], false).await?;
        index(db, "ix_attachments_message", "attachments", &["message_id"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.drop_table(Table::drop().table("attachments").if_exists().to_owned()).await
    }
}
