//! What becomes of messages after they are sent, and what each person keeps about rooms.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text, text_null, uuid},
};

use crate::columns::{add, cascading, create, exact, identity, index, moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            &mut moment_null(db, "edited_at"),
            &mut moment_null(db, "deleted_at"),
            &mut big_integer_null("forwarded_from_id"),
        ] {
            add(db, "messages", column).await?;
        }
        for column in [
            &mut moment_null(db, "muted_until"),
            &mut moment_null(db, "pinned_at"),
            &mut big_integer_null("hidden_seq"),
            &mut text_null("draft"),
            &mut moment_null(db, "drafted_at"),
            &mut moment_null(db, "moved_at"),
        ] {
            add(db, "participants", column).await?;
        }
        add(db, "participants", boolean("marked_unread").default(false)).await?;
        index(db, MOVED, "participants", &["chatroom_id", "moved_at"], false).await?;
        index(db, PEOPLE, "users", &["updated_at"], false).await?;
        add(db, "chatrooms", big_integer("members_rev").default(0)).await?;
        add(db, "chatrooms", big_integer("deleted_count").default(0)).await?;
        add(db, "users", boolean("sends_receipts").default(true)).await?;
        pins(db).await?;
        mentions(db).await?;
        edits(db).await?;
        discarded(db).await?;
        receipts(db).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for table in ["receipts", "discarded_files", "message_edits", "mentions", "pins"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        for (name, table) in [(PEOPLE, "users"), (MOVED, "participants")] {
            if db.has_index(table, name).await? {
                db.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
            }
        }
        for (table, columns) in [
            ("users", &["sends_receipts"][..]),
            ("chatrooms", &["members_rev", "deleted_count"]),
            ("participants", &PARTICIPANTS),
            ("messages", &["edited_at", "deleted_at", "forwarded_from_id"]),
        ] {
            for column in columns {
                if db.has_column(table, column).await? {
                    let table = Table::alter().table(table).drop_column(*column).to_owned();
                    db.alter_table(table).await?;
                }
            }
        }
        Ok(())
    }
}

const PARTICIPANTS: [&str; 7] =
    ["muted_until", "pinned_at", "hidden_seq", "marked_unread", "draft", "drafted_at", "moved_at"];

const MOVED: &str = "ix_participants_moved";
const PEOPLE: &str = "ix_users_updated";

async fn pins(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("pins")
            .if_not_exists()
            .col(identity(db, "message_id"))
            .col(uuid("chatroom_id"))
            .col(big_integer_null("user_id"))
            .col(moment(db, "pinned_at"))
            .foreign_key(&mut cascading(
                "fk_pins_message",
                ("pins", "message_id"),
                ("messages", "message_id"),
            ))
            .to_owned(),
    )
    .await?;
    index(db, "ix_pins_room", "pins", &["chatroom_id"], false).await
}

async fn mentions(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("mentions")
            .if_not_exists()
            .col(big_integer("message_id"))
            .col(big_integer("user_id"))
            .col(uuid("chatroom_id"))
            .col(big_integer("seq"))
            .primary_key(Index::create().col("message_id").col("user_id"))
            .foreign_key(&mut cascading(
                "fk_mentions_message",
                ("mentions", "message_id"),
                ("messages", "message_id"),
            ))
            .foreign_key(&mut cascading(
                "fk_mentions_user",
                ("mentions", "user_id"),
                ("users", "user_id"),
            ))
            .to_owned(),
    )
    .await?;
    index(db, "ix_mentions_user", "mentions", &["user_id", "chatroom_id", "seq"], false).await
}

async fn edits(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("message_edits")
            .if_not_exists()
            .col(big_integer("message_id"))
            .col(big_integer("rev"))
            .col(text("content"))
            .col(moment(db, "written_at"))
            .primary_key(Index::create().col("message_id").col("rev"))
            .foreign_key(&mut cascading(
                "fk_message_edits_message",
                ("message_edits", "message_id"),
                ("messages", "message_id"),
            ))
            .to_owned(),
    )
    .await
}

/// Names of files that are to be gone from the disk.
async fn discarded(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("discarded_files")
            .if_not_exists()
            .col(exact(db, "stored_name", 64).primary_key())
            .to_owned(),
    )
    .await
}

async fn receipts(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("receipts")
            .if_not_exists()
            .col(uuid("chatroom_id"))
            .col(big_integer("user_id"))
            .col(boolean("is_read"))
            .col(big_integer("seq"))
            .col(moment(db, "at"))
            .primary_key(
                Index::create().col("chatroom_id").col("user_id").col("is_read").col("seq"),
            )
            // The one row that its writer holds anyway; and whoever leaves takes theirs along.
            .foreign_key(
                ForeignKey::create()
                    .name("fk_receipts_participant")
                    .from("receipts", ("chatroom_id", "user_id"))
                    .to("participants", ("chatroom_id", "user_id"))
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned(),
    )
    .await?;
    index(db, "ix_receipts_at", "receipts", &["at"], false).await
}
