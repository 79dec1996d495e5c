//! Profile pictures: who owns each, and whether it is the one that is shown.
use std::collections::HashMap;

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean},
    sea_orm::ConnectionTrait,
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
        create(
            db,
            Table::create()
                .table("avatars")
                .if_not_exists()
                .col(exact(db, "stored_name", 64).primary_key())
                .col(big_integer("owner_id"))
                .col(big_integer("size"))
                .col(boolean("is_worn"))
                .col(boolean("paired"))
                .col(moment(db, "created_at"))
                .foreign_key(&mut cascading(
                    "fk_avatars_owner",
                    ("avatars", "owner_id"),
                    ("users", "user_id"),
                ))
                .to_owned(),
        )
        .await?;
        index(db, "ix_avatars_owner", "avatars", &["owner_id"], false).await?;
        index(db, "ix_avatars_created", "avatars", &["is_worn", "created_at"], false).await?;
        adopt(db).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.drop_table(Table::drop().table("avatars").if_exists().to_owned()).await
    }
}

/// Those from before belong to whoever shows them, if that is one person alone: who wrote down
/// a foreign one is to get no hold of it. How large they are is not known here.
async fn adopt(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = db.get_connection();
    let (user, url, since) = ("user_id", "avatar_url", "updated_at");
    let shown = Query::select()
        .columns([user, url, since])
        .from("users")
        .and_where(Expr::col(url).like("%/avatars/%"))
        .to_owned();
    let mut owners: HashMap<String, Option<i64>> = HashMap::new();
    for row in connection.query_all(&shown).await? {
        let (owner, url): (i64, String) = (row.try_get("", user)?, row.try_get("", url)?);
        let Some(name) = name(&url) else { continue };
        owners.entry(name.to_owned()).and_modify(|it| *it = None).or_insert(Some(owner));
    }
    for (name, owner) in owners {
        let Some(owner) = owner else { continue };
        let known = Query::select()
            .column("stored_name")
            .from("avatars")
            .and_where(Expr::col("stored_name").eq(name.as_str()))
            .to_owned();
        if connection.query_one(&known).await?.is_some() {
            continue;
        }
        let born = Query::select()
            .expr(Expr::value(name))
            .expr(Expr::value(owner))
            .expr(Expr::value(0_i64))
            .expr(Expr::value(true))
            .expr(Expr::value(false))
            .column(since)
            .from("users")
            .and_where(Expr::col(user).eq(owner))
            .to_owned();
        let columns = ["stored_name", "owner_id", "size", "is_worn", "paired", "created_at"];
        let insert = Query::insert()
            .into_table("avatars")
            .columns(columns)
            .select_from(born)
            .map_err(|error| DbErr::Migration(error.to_string()))?
            .to_owned();
        connection.execute(&insert).await?;
    }
    Ok(())
}

/// Of the form that the server gives: a UUID and an extension.
fn name(url: &str) -> Option<&str> {
    let (_, name) = url.rsplit_once("/avatars/")?;
    let (stem, extension) = name.split_once('.')?;
    let is_ours = stem.len() == 36
        && stem.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
        && (1..=4).contains(&extension.len())
        && extension.bytes().all(|it| it.is_ascii_alphanumeric());
    is_ours.then_some(name)
}
