//! What the old web client needs: it shows no credential, so that it is paired with a session,
//! also after a restart; and it takes whoever is in its list of chats for a friend.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, boolean, pk_uuid, string_len_null, text, uuid},
};

use crate::columns::{add, cascading, create, exact, index, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        add(db, "attachments", boolean("paired").default(false)).await?;
        add(db, "participants", &mut big_integer_null("parted_seq")).await?;
        // Beside where somebody has signed in, which stays.
        add(db, "sessions", &mut string_len_null("seen_address", 64)).await?;
        add(db, "sessions", &mut string_len_null("seen_agent", 256)).await?;
        let seen = ["seen_address", "last_used_at"];
        index(db, "ix_sessions_seen", "sessions", &seen, false).await?;
        create(
            db,
            Table::create()
                .table("paired_sockets")
                .if_not_exists()
                .col(pk_uuid("socket_id"))
                .col(uuid("session_id"))
                .col(exact(db, "client_hash", 64))
                .col(text("rooms"))
                .col(moment_null(db, "lost_at"))
                .foreign_key(&mut cascading(
                    "fk_paired_sockets_session",
                    ("paired_sockets", "session_id"),
                    ("sessions", "session_id"),
                ))
                .to_owned(),
        )
        .await?;
        let columns = ["client_hash", "lost_at"];
        index(db, "ix_paired_sockets_client", "paired_sockets", &columns, false).await?;
        index(db, "ix_paired_sockets_session", "paired_sockets", &["session_id"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.drop_table(Table::drop().table("paired_sockets").if_exists().to_owned()).await?;
        if db.has_index("sessions", "ix_sessions_seen").await? {
            let index = Index::drop().name("ix_sessions_seen").table("sessions").to_owned();
            db.drop_index(index).await?;
        }
        for (table, column) in [
            ("sessions", "seen_agent"),
            ("sessions", "seen_address"),
            ("participants", "parted_seq"),
            ("attachments", "paired"),
        ] {
            if db.has_column(table, column).await? {
                let change = Table::alter().table(table).drop_column(column).to_owned();
                db.alter_table(change).await?;
            }
        }
        Ok(())
    }
}
