//! People and the devices they are signed in on.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, boolean, pk_uuid, string_len, string_len_null, uuid_uniq},
};

use crate::columns::{cascading, create, exact, exact_null, index, moment, moment_null};

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
                .table("users")
                .if_not_exists()
                .col(big_pk_auto("user_id"))
                .col(uuid_uniq("public_id"))
                .col(string_len("username", 64))
                .col(exact(db, "username_key", 255).unique_key())
                .col(string_len_null("email", 256))
                .col(exact_null(db, "email_key", 512).unique_key())
                .col(string_len("hashed_password", 256))
                .col(string_len_null("nickname", 64))
                .col(string_len_null("avatar_url", 512))
                .col(string_len_null("status", 256))
                .col(string_len_null("bio", 1024))
                .col(boolean("is_active"))
                .col(moment(db, "created_at"))
                .col(moment(db, "updated_at"))
                .col(moment_null(db, "last_seen"))
                .col(big_integer("rev"))
                .to_owned(),
        )
        .await?;
        create(
            db,
            Table::create()
                .table("sessions")
                .if_not_exists()
                .col(pk_uuid("session_id"))
                .col(big_integer("user_id"))
                .col(exact(db, "refresh_hash", 64))
                .col(exact_null(db, "previous_hash", 64))
                .col(moment(db, "rotated_at"))
                .col(string_len_null("user_agent", 256))
                .col(string_len_null("address", 64))
                .col(moment(db, "created_at"))
                .col(moment(db, "last_used_at"))
                .col(moment(db, "expires_at"))
                .col(moment_null(db, "revoked_at"))
                .foreign_key(&mut cascading(
                    "fk_sessions_user",
                    ("sessions", "user_id"),
                    ("users", "user_id"),
                ))
                .to_owned(),
        )
        .await?;
        index(db, "ix_sessions_user", "sessions", &["user_id"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for table in ["sessions", "users"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        Ok(())
    }
}
