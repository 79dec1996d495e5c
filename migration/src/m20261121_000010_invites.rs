//! Servers that are closed, whom they invite and whom they do not let in again.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, string_len_null},
};

use crate::columns::{add, cascading, create, exact, index, moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        add(db, "servers", boolean("is_open").default(true)).await?;
        invites(db).await?;
        bans(db).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for table in ["bans", "invites"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        if db.has_column("servers", "is_open").await? {
            let table = Table::alter().table("servers").drop_column("is_open").to_owned();
            db.alter_table(table).await?;
        }
        Ok(())
    }
}

async fn invites(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("invites")
            .if_not_exists()
            .col(exact(db, "code", 32).primary_key())
            .col(big_integer("server_id"))
            .col(big_integer("creator_id"))
            .col(big_integer_null("max_uses"))
            .col(big_integer("uses"))
            .col(moment_null(db, "expires_at"))
            .col(moment(db, "created_at"))
            .foreign_key(&mut cascading(
                "fk_invites_server",
                ("invites", "server_id"),
                ("servers", "server_id"),
            ))
            .foreign_key(&mut cascading(
                "fk_invites_creator",
                ("invites", "creator_id"),
                ("users", "user_id"),
            ))
            .to_owned(),
    )
    .await?;
    index(db, "ix_invites_server", "invites", &["server_id", "creator_id"], false).await?;
    index(db, "ix_invites_creator", "invites", &["creator_id"], false).await
}

async fn bans(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("bans")
            .if_not_exists()
            .col(big_integer("server_id"))
            .col(big_integer("user_id"))
            .col(big_integer("banned_by"))
            .col(string_len_null("reason", 512))
            .col(moment(db, "created_at"))
            .primary_key(Index::create().col("server_id").col("user_id"))
            .foreign_key(&mut cascading(
                "fk_bans_server",
                ("bans", "server_id"),
                ("servers", "server_id"),
            ))
            .foreign_key(&mut cascading("fk_bans_user", ("bans", "user_id"), ("users", "user_id")))
            .to_owned(),
    )
    .await?;
    index(db, "ix_bans_user", "bans", &["user_id"], false).await
}
