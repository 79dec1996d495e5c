//! Whose tables a database has, looked at before anything in it is touched. It never writes.

mod products;

use std::collections::{BTreeMap, BTreeSet};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

use crate::store::engine::connection::{self, Address};

use products::{FIRST, Mark, OURS, PRODUCTS, Product};

/// Where it is written down which steps were done. Programs of the same library share the name.
const JOURNAL: &str = "seaql_migrations";
/// How many names of tables are said.
const SAID: usize = 3;

/// A database that is not ours, or of which that cannot be said.
#[derive(Debug, thiserror::Error)]
pub enum ForeignDatabase {
    #[error("it has the tables of {} ({})", .0.name, named(.0.marks.iter().map(|it| it.0)))]
    Product(&'static Product),
    #[error("it has some other program's tables: {}", named(.0.iter().map(String::as_str)))]
    Strangers(BTreeSet<String>),
    #[error("{0}")]
    Unreadable(#[from] DbErr),
}

/// The columns of each table. Names are in small letters: some databases keep no others.
type Tables = BTreeMap<String, BTreeSet<String>>;

/// Finds nothing to say about an empty database and about our own.
pub async fn check(address: &Address) -> Result<(), ForeignDatabase> {
    let Some(db) = connection::open_to_look(address).await? else { return Ok(()) };
    let seen = look(&db).await;
    db.close().await?;
    let Seen { tables, past } = seen?;
    judge(&tables, past)
}

/// Whether one of our own steps was ever done in a database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Past {
    NotOurs,
    Begun,
}

struct Seen {
    tables: Tables,
    past: Past,
}

async fn look(db: &DatabaseConnection) -> Result<Seen, DbErr> {
    let tables = tables(db).await?;
    // Another program's table of that name may have no such column, and asking would fail.
    let kept = tables.get(JOURNAL).is_some_and(|it| it.contains("version"));
    let past = if kept && has_begun(db).await? { Past::Begun } else { Past::NotOurs };
    Ok(Seen { tables, past })
}

/// What we once began stays ours, whatever else was put beside it; but not where a start that
/// failed left its traces in another program's tables.
fn judge(tables: &Tables, past: Past) -> Result<(), ForeignDatabase> {
    let begun = past == Past::Begun;
    let has = |(table, columns): &Mark| {
        tables.get(*table).is_some_and(|it| columns.iter().all(|column| it.contains(*column)))
    };
    // First, because a product's tables are strange as well, and its name tells people more.
    if let Some(product) = PRODUCTS.iter().find(|it| it.marks.iter().all(has)) {
        return Err(ForeignDatabase::Product(product));
    }
    let is_strange = |table: &&String| match OURS.iter().find(|it| it.0 == table.as_str()) {
        Some(mark) => !has(mark) || (!begun && !FIRST.contains(&mark.0)),
        None => !begun && table.as_str() != JOURNAL,
    };
    let strangers: BTreeSet<String> = tables.keys().filter(is_strange).cloned().collect();
    if strangers.is_empty() { Ok(()) } else { Err(ForeignDatabase::Strangers(strangers)) }
}

/// Whether one of our own steps is written down as done.
async fn has_begun(db: &DatabaseConnection) -> Result<bool, DbErr> {
    let rows = db.query_all_raw(statement(db, "SELECT version FROM seaql_migrations")).await?;
    let done = rows.iter().map(|row| row.try_get_by_index::<String>(0));
    let done = done.collect::<Result<Vec<_>, _>>()?;
    Ok(Migrator::migrations().iter().any(|ours| done.iter().any(|it| it == ours.name())))
}

async fn tables(db: &DatabaseConnection) -> Result<Tables, DbErr> {
    let sql = match db.get_database_backend() {
        // What an extension brought along is nobody's data.
        DbBackend::Postgres => {
            "SELECT c.relname::text, a.attname::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_catalog.pg_attribute a \
             ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'f') \
             AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid \
             AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'e')"
        }
        DbBackend::MySql => {
            "SELECT CAST(t.table_name AS CHAR), CAST(c.column_name AS CHAR) \
             FROM information_schema.tables t LEFT JOIN information_schema.columns c \
             ON c.table_schema = t.table_schema AND c.table_name = t.table_name \
             WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'"
        }
        _ => {
            "SELECT t.name, c.name FROM sqlite_master t LEFT JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
    };
    let mut tables = Tables::new();
    for row in db.query_all_raw(statement(db, sql)).await? {
        let columns = tables.entry(row.try_get_by_index::<String>(0)?.to_lowercase()).or_default();
        columns.extend(row.try_get_by_index::<Option<String>>(1)?.map(|it| it.to_lowercase()));
    }
    Ok(tables)
}

fn statement(db: &DatabaseConnection, sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(db.get_database_backend(), sql)
}

/// The first few, on one line whatever they hold.
fn named<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(SAID);
    let said: Vec<String> = names.take(SAID).map(|it| it.escape_debug().to_string()).collect();
    let said = said.join(", ");
    if more == 0 { said } else { format!("{said} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(described: &[(&str, &[&str])]) -> Tables {
        let columns = |it: &&[&str]| it.iter().map(|it| (*it).to_owned()).collect();
        described.iter().map(|(name, of)| ((*name).to_owned(), columns(of))).collect()
    }

    #[test]
    fn an_empty_database_and_one_of_ours_are_taken() {
        let begun: &[(&str, &[&str])] =
            &[("seaql_migrations", &["version"]), ("users", &["username_key"])];
        assert!(judge(&Tables::new(), Past::NotOurs).is_ok());
        assert!(judge(&tables(&begun[..1]), Past::NotOurs).is_ok());
        assert!(judge(&tables(begun), Past::NotOurs).is_ok(), "cut off in the first step");
        let mut more = tables(begun);
        more.extend(tables(&[("backup_of_users", &["id"])]));
        assert!(judge(&more, Past::Begun).is_ok(), "somebody's own table beside ours");
        assert!(judge(&more, Past::NotOurs).is_err());
    }

    #[test]
    fn a_table_that_is_only_called_like_ours_is_not_ours() {
        let seen = tables(&[("users", &["id"]), ("seaql_migrations", &["version"])]);
        for past in [Past::NotOurs, Past::Begun] {
            let refused = judge(&seen, past).unwrap_err().to_string();
            assert_eq!(refused, "it has some other program's tables: users");
        }
    }

    #[test]
    fn only_the_first_names_are_said_and_on_one_line() {
        let seen = tables(&[("a", &[]), ("b\nb", &[]), ("c", &[]), ("d", &[]), ("e", &[])]);
        let refused = judge(&seen, Past::NotOurs).unwrap_err().to_string();
        assert_eq!(refused, r"it has some other program's tables: a, b\nb, c and 2 more");
    }
}
