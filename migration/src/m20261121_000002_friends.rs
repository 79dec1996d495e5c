//! Friendships and blocks.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len},
};

use crate::columns::{cascading, create, exact, index, moment};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        let users = ("users", "user_id");
        create(
            db,
            Table::create()
                .table("friends")
                .if_not_exists()
                .col(big_integer("user_id"))
                .col(big_integer("friend_id"))
                .col(exact(db, "pair_key", 48).unique_key())
                .col(string_len("status", 32))
                .col(moment(db, "created_at"))
                .primary_key(Index::create().col("user_id").col("friend_id"))
                .foreign_key(&mut cascading("fk_friends_user", ("friends", "user_id"), users))
                .foreign_key(&mut cascading("fk_friends_friend", ("friends", "friend_id"), users))
                .to_owned(),
        )
        .await?;
        create(
            db,
            Table::create()
                .table("blocks")
                .if_not_exists()
                .col(big_integer("user_id"))
                .col(big_integer("blocked_id"))
                .col(moment(db, "created_at"))
                .primary_key(Index::create().col("user_id").col("blocked_id"))
                .foreign_key(&mut cascading("fk_blocks_user", ("blocks", "user_id"), users))
                .foreign_key(&mut cascading("fk_blocks_blocked", ("blocks", "blocked_id"), users))
                .to_owned(),
        )
        .await?;
        index(db, "ix_friends_friend", "friends", &["friend_id"], false).await?;
        index(db, "ix_blocks_blocked", "blocks", &["blocked_id"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for table in ["blocks", "friends"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        Ok(())
    }
}
