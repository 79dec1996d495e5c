//! Column types that the three databases must agree on.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, custom, custom_null, integer},
    sea_orm::DbBackend,
};

/// A moment with microseconds, on every database: MySQL's default `timestamp` cuts to
/// seconds and ends in 2038.
pub(crate) fn moment(db: &SchemaManager, name: &'static str) -> ColumnDef {
    custom(name, moment_type(db))
}

pub(crate) fn moment_null(db: &SchemaManager, name: &'static str) -> ColumnDef {
    custom_null(name, moment_type(db))
}

fn moment_type(db: &SchemaManager) -> &'static str {
    match db.get_database_backend() {
        DbBackend::MySql => "datetime(6)",
        DbBackend::Postgres => "timestamptz",
        // SQLite takes any name for a type; by this one the driver reads a text as a moment.
        _ => "timestamp_with_timezone_text",
    }
}

/// A number that is the row's identity. SQLite stores a table in the order of a key that
/// is called `integer`, and beside it when it is called anything else.
pub(crate) fn identity(db: &SchemaManager, name: &'static str) -> ColumnDef {
    match db.get_database_backend() {
        DbBackend::Sqlite => integer(name),
        _ => big_integer(name),
    }
    .primary_key()
    .take()
}

/// A text that MySQL may index and that compares byte by byte there, as elsewhere.
pub(crate) fn exact(db: &SchemaManager, name: &'static str, length: u32) -> ColumnDef {
    custom(name, exact_type(db, length))
}

pub(crate) fn exact_null(db: &SchemaManager, name: &'static str, length: u32) -> ColumnDef {
    custom_null(name, exact_type(db, length))
}

fn exact_type(db: &SchemaManager, length: u32) -> String {
    match db.get_database_backend() {
        DbBackend::MySql => {
            format!("varchar({length}) character set utf8mb4 collate utf8mb4_bin")
        }
        _ => format!("varchar({length})"),
    }
}

/// A foreign key whose rows go with what they point to.
pub(crate) fn cascading(
    name: &'static str,
    from: (&'static str, &'static str),
    to: (&'static str, &'static str),
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(name)
        .from(from.0, from.1)
        .to(to.0, to.1)
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

/// Makes a table that takes every letter, also in a MySQL database that was made for
/// fewer.
pub(crate) async fn create(
    db: &SchemaManager<'_>,
    mut table: TableCreateStatement,
) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::MySql {
        table.character_set("utf8mb4");
    }
    db.create_table(table).await
}

/// Adds a column unless it is there.
pub(crate) async fn add(
    db: &SchemaManager<'_>,
    table: &'static str,
    column: &mut ColumnDef,
) -> Result<(), DbErr> {
    if db.has_column(table, column.get_column_name()).await? {
        return Ok(());
    }
    db.alter_table(Table::alter().table(table).add_column(column.take()).to_owned()).await
}

/// Makes an index unless it is there: MySQL commits each step by itself, so a migration
/// that was cut off must be able to run again.
pub(crate) async fn index(
    db: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    if db.has_index(table, name).await? {
        return Ok(());
    }
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    db.create_index(index).await
}
