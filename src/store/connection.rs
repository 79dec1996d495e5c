//! The way to the database: how it is opened, and how a transaction begins on each kind.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::{
        Executor,
        mysql::MySqlPoolOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

/// How much a batch puts into one statement. A connection remembers statements by their
/// words, and those for another number of rows are other words: of each there are so many.
pub const AT_ONCE: usize = 64;
/// Statements that a MySQL connection remembers. One that is forgotten makes the next wait
/// for 40 ms, because the driver leaves Nagle's algorithm on (sqlx 0.9.0, its issue 4335).
/// The server counts those of all connections, up to 16,382.
const STATEMENTS: usize = 500;

/// What is needed to open the database.
#[derive(Clone, Debug)]
pub struct Address {
    pub url: String,
    pub max_connections: u32,
    pub acquire: Duration,
    /// Wait for the disk at every commit (SQLite; the others have settings of their own).
    pub sqlite_full_sync: bool,
}

pub async fn open(address: &Address) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(&address.url);
    let in_memory = is_in_memory(&address.url);
    let connections = if in_memory { 1 } else { address.max_connections };
    let synchronous =
        if address.sqlite_full_sync { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
    options
        .max_connections(connections)
        .acquire_timeout(address.acquire)
        .connect_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_mysql_opts(|mysql| mysql.statement_cache_capacity(STATEMENTS))
        .map_sqlx_mysql_pool_opts(seeing_what_is_committed)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .busy_timeout(Duration::from_secs(5))
                .pragma("cache_size", "-16000")
                // A statement of many rows notes what it overwrites: not in a file, please.
                .pragma("temp_store", "MEMORY")
                .pragma("wal_autocheckpoint", "4000")
        });
    if in_memory {
        // The database lives as long as its one connection.
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>).min_connections(1);
    }
    Database::connect(options).await
}

/// What is read after waiting for a lock is what whoever had it has left, as on the others:
/// by itself, MySQL shows everything as it was when the transaction first looked.
fn seeing_what_is_committed(pool: MySqlPoolOptions) -> MySqlPoolOptions {
    pool.after_connect(|connection, _| {
        let words = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
        Box::pin(async move { connection.execute(words).await.map(|_| ()) })
    })
}

/// The way of those who write. `SQLite` lets one write at a time, and a connection forgets
/// all the pages that it knows when another one has written: so there they share one, and
/// wait for it in a fair queue. Elsewhere it is the pool that everybody uses.
pub async fn open_writer(
    db: &DatabaseConnection,
    address: &Address,
) -> Result<DatabaseConnection, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite || is_in_memory(&address.url) {
        return Ok(db.clone());
    }
    open(&Address { max_connections: 1, ..address.clone() }).await
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

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

/// A transaction that will write. SQLite must say so at once: one that reads first and
/// writes later fails whenever somebody else wrote in between.
pub async fn begin(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode = (writer.get_database_backend() == DbBackend::Sqlite)
        .then_some(SqliteTransactionMode::Immediate);
    writer
        .begin_with_options(TransactionOptions { sqlite_transaction_mode, ..Default::default() })
        .await
}

/// A transaction that only reads, and reads everything as it was at one moment.
pub async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    // SQLite's transactions are like that by themselves, and know no such options.
    let named = db.get_database_backend() != DbBackend::Sqlite;
    let options = TransactionOptions {
        isolation_level: named.then_some(IsolationLevel::RepeatableRead),
        access_mode: named.then_some(AccessMode::ReadOnly),
        ..Default::default()
    };
    db.begin_with_options(options).await
}

pub async fn ping(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute_unprepared("SELECT 1").await.map(|_| ())
}

/// Whether trying again may help: two transactions stood in each other's way.
pub fn is_collision(error: &DbErr) -> bool {
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
