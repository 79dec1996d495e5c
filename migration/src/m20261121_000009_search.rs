//! The index by which messages are searched.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, custom, integer, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::columns::{create, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        blocks(db).await?;
        postings(db).await?;
        progress(db).await?;
        desk(db).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        for table in ["search_desk", "search_progress", "search_postings", "search_blocks"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        Ok(())
    }
}

/// Bytes, as many as a span has places: MySQL's `blob` ends at 64 kB.
fn bytes(db: &SchemaManager, name: &'static str) -> ColumnDef {
    custom(
        name,
        match db.get_database_backend() {
            DbBackend::MySql => "mediumblob",
            DbBackend::Postgres => "bytea",
            _ => "blob",
        },
    )
}

async fn blocks(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("search_blocks")
            .if_not_exists()
            .col(big_integer("place").primary_key())
            .col(integer("length"))
            .col(big_integer("oldest"))
            .col(big_integer("newest"))
            .col(big_integer("reach"))
            .col(bytes(db, "messages"))
            .to_owned(),
    )
    .await?;
    index(db, "ix_search_blocks_oldest", "search_blocks", &["oldest"], false).await
}

async fn postings(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("search_postings")
        .if_not_exists()
        .col(integer("span"))
        .col(big_integer("gram"))
        .col(integer("start"))
        .col(bytes(db, "places"))
        .primary_key(Index::create().col("span").col("gram").col("start"))
        .to_owned();
    if db.get_database_backend() == DbBackend::Sqlite {
        // Stored in the order of its key, as InnoDB does anyway, instead of beside it.
        table.extra("WITHOUT ROWID");
    }
    create(db, table).await
}

/// Without a foreign key: checking it would make MySQL hold rooms that senders wait for.
async fn progress(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("search_progress")
            .if_not_exists()
            .col(uuid("chatroom_id").primary_key())
            .col(big_integer("seq"))
            .to_owned(),
    )
    .await
}

async fn desk(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("search_desk")
            .if_not_exists()
            .col(integer("desk").primary_key())
            .col(uuid_null("owner"))
            .col(big_integer("until"))
            .col(integer("tidy"))
            .to_owned(),
    )
    .await?;
    let there = Query::select().column("desk").from("search_desk").to_owned();
    if db.get_connection().query_one(&there).await?.is_some() {
        return Ok(());
    }
    let first = Query::insert()
        .into_table("search_desk")
        .columns(["desk", "until", "tidy"])
        .values_panic([1.into(), 0_i64.into(), 0.into()])
        .to_owned();
    db.execute(first).await
}
