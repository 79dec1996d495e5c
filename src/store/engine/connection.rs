//! How a database is opened, and what its connections are held to.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::{
        self, Connection, Executor,
        pool::PoolOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::store::engine::condition::Condition;

/// How much a batch puts into one statement. A connection remembers statements by their
/// words, and those for another number of rows are other words: of each there are so many.
pub const AT_ONCE: usize = 64;
/// Statements that a MySQL connection remembers. One that is forgotten makes the next wait
/// for 40 ms, because the driver leaves Nagle's algorithm on (sqlx 0.9.0, its issue 4335).
/// The server counts those of all connections, up to 16,382.
const STATEMENTS: usize = 500;
/// What is read after waiting for a lock is what whoever had it has left, as on the others:
/// by itself, MySQL shows everything as it was when the transaction first looked.
const MYSQL: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
/// How many times the limit of a statement a transaction may rest, before the database takes
/// whoever began it to be gone.
const IDLE: u64 = 3;

/// What is needed to open the database.
#[derive(Clone, Debug)]
pub struct Address {
    pub url: String,
    pub max_connections: u32,
    /// How long one waits for a connection, and how long for what one asks of it.
    pub acquire: Duration,
    pub statement: Duration,
    /// Wait for the disk at every commit (SQLite; the others have settings of their own).
    pub sqlite_full_sync: bool,
}

/// Without limits, for whoever changes tables.
pub async fn open(address: &Address) -> Result<DatabaseConnection, DbErr> {
    Database::connect(options(address)).await
}

/// Connections that come back from somebody who gave up waiting are thrown away, and the
/// database itself gives up as well.
pub async fn open_watched(
    address: &Address,
    condition: &Arc<Condition>,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = options(address);
    let limit = condition.limit;
    let watch = condition.clone();
    options.map_sqlx_postgres_pool_opts(move |it| {
        let limits = format!(
            "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
            limit.as_millis(),
            limit.as_millis() * u128::from(IDLE)
        );
        prepared(checked(it, watch.clone()), &[], Some(limits))
    });
    let watch = condition.clone();
    options.map_sqlx_mysql_pool_opts(move |it| {
        let limits = format!(
            "SET SESSION max_statement_time = {}, idle_transaction_timeout = {}",
            // MariaDB takes 0 for no limit at all.
            limit.as_secs().max(1),
            limit.as_secs().max(1) * IDLE
        );
        // SeaORM keeps one such function and drops the earlier one, so the level is named again.
        prepared(checked(it, watch.clone()), &[MYSQL], Some(limits))
    });
    Database::connect(options).await
}

/// Says something to each new connection. A database that does not know the limits goes without:
/// those that wait for it have their own.
fn prepared<DB: sqlx::Database>(
    pool: PoolOptions<DB>,
    words: &'static [&'static str],
    limits: Option<String>,
) -> PoolOptions<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    pool.after_connect(move |connection, _| {
        let limits = limits.clone().map(sqlx::AssertSqlSafe);
        async move {
            for words in words {
                connection.execute(*words).await?;
            }
            if let Some(limits) = limits
                && let Err(error) = connection.execute(limits).await
            {
                tracing::debug!(%error, "the database sets itself no limits");
            }
            Ok(())
        }
        .boxed()
    })
}

/// A connection that is given back is asked whether it is still there, but not for ever.
fn checked<DB: sqlx::Database>(pool: PoolOptions<DB>, watch: Arc<Condition>) -> PoolOptions<DB> {
    pool.after_release(move |connection, _| {
        let watch = watch.clone();
        async move {
            if watch.is_late() {
                return Ok(false);
            }
            if watch.is_doubtful() {
                let answer = tokio::time::timeout(watch.limit, connection.ping()).await;
                answer.map_err(|it| sqlx::Error::Io(it.into()))??;
            }
            Ok(true)
        }
        .boxed()
    })
}

/// Whether a connection is where a new one would be. One that failed to roll back is still
/// within a transaction, or takes itself to be, and what is "committed" there never is.
fn is_free(connection: &impl Connection) -> BoxFuture<'static, Result<bool, sqlx::Error>> {
    let is_free = !connection.is_in_transaction();
    if !is_free {
        tracing::warn!("a connection did not roll back and is thrown away");
    }
    std::future::ready(Ok(is_free)).boxed()
}

fn options(address: &Address) -> ConnectOptions {
    let mut options = ConnectOptions::new(&address.url);
    let in_memory = is_in_memory(&address.url);
    // Every further connection to `:memory:` would have a database of its own.
    let connections = if in_memory { 1 } else { address.max_connections };
    let synchronous =
        if address.sqlite_full_sync { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
    // Whoever waits for a lock hears of it before nobody listens any more.
    let busy = address.statement / 2;
    options
        .max_connections(connections)
        .acquire_timeout(address.acquire)
        .connect_timeout(Duration::from_secs(10))
        // Asking before each use costs a third of a small read: connections are looked at when they
        // come back.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_before_acquire(|it, _| is_free(it))
        .map_sqlx_postgres_before_acquire(|it, _| is_free(it))
        .map_sqlx_mysql_before_acquire(|it, _| is_free(it))
        .map_sqlx_mysql_opts(|mysql| mysql.statement_cache_capacity(STATEMENTS))
        .map_sqlx_mysql_pool_opts(|it| prepared(it, &[MYSQL], None))
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                // Here and not by a statement, which would hold for one connection alone.
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .busy_timeout(busy)
                .pragma("cache_size", "-16000")
                // A statement of many rows notes what it overwrites: not in a file, please.
                .pragma("temp_store", "MEMORY")
                // A checkpoint waits for the disk, so it comes a fourth as often as by default.
                .pragma("wal_autocheckpoint", "4000")
        });
    if connections == 1 {
        // Whoever has one connection keeps it: a database in memory lives as long as that.
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>).min_connections(1);
    }
    options
}

/// From now on a file that is missing is missed, and not made anew.
pub fn expect_file(db: &DatabaseConnection) {
    let pool = db.get_sqlite_connection_pool();
    let options = (*pool.connect_options()).clone();
    pool.set_connect_options(options.create_if_missing(false));
}

/// Opens what is there for reading alone: not a byte of it changes, and nothing new lies beside
/// it afterwards. Nothing is there if `SQLite` would make a new file.
pub async fn open_to_look(address: &Address) -> Result<Option<DatabaseConnection>, DbErr> {
    let alone = Address { max_connections: 1, ..address.clone() };
    if !address.url.starts_with("sqlite:") {
        return open(&alone).await.map(Some);
    }
    let Some(path) = file(address).filter(|it| fs::metadata(it).is_ok_and(|it| it.len() > 0))
    else {
        return Ok(None);
    };
    // What was not checkpointed yet is read with the log; without one, no lock is needed, which
    // would have to be written somewhere.
    let settled = !fs::metadata(beside(&path, "-wal")).is_ok_and(|it| it.len() > 0);
    let mut options = ConnectOptions::new(&address.url);
    options.max_connections(1).acquire_timeout(address.acquire).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite.create_if_missing(false).read_only(true).immutable(settled)
    });
    Database::connect(options).await.map(Some)
}

/// The file of an `SQLite` database; one in memory has none.
pub fn file(address: &Address) -> Option<PathBuf> {
    if !address.url.starts_with("sqlite:") || is_in_memory(&address.url) {
        return None;
    }
    let options: SqliteConnectOptions = address.url.parse().ok()?;
    Some(options.get_filename().to_owned())
}

/// A file that belongs to a database and is called after it.
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

pub fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

/// Whether trying again may help: two transactions stood in each other's way.
pub fn is_collision(error: &DbErr) -> bool {
    // SeaORM knows broken keys apart, but not this: the databases' own words must do.
    let text = error.to_string();
    [
        "deadlock",
        "Deadlock",
        "could not serialize",
        "Lock wait timeout",
        "database is locked",
        "has changed since last read",
    ]
    .iter()
    .any(|it| text.contains(it))
}

pub fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}

pub fn is_dangling(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_)))
}
