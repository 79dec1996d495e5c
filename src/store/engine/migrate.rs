//! Bringing the tables up to date, one node at a time.

use std::time::{Duration, Instant};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::store::engine::connection::{self, Address};

/// A number of our own, so that no other program's lock is in the way.
const LOCK: &str = "707267";
/// How long a node waits for another one that is at it.
pub const PATIENCE: Duration = Duration::from_mins(10);
/// How often it asks whether the other is done.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("another server has been changing its tables for {} s; try again later", .0.as_secs())]
    Locked(Duration),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// How a kind of database is asked for a lock that belongs to a connection. It answers whether it
/// was given, and does not wait.
struct Words {
    take: String,
    give_back: String,
}

/// Runs what is missing. `db` is the pool that the server will use; the work is done on
/// a connection of its own, because locks belong to connections.
pub async fn up(
    db: &DatabaseConnection,
    address: &Address,
    patience: Duration,
) -> Result<(), Failure> {
    alone(db, address, patience, async |db| Migrator::up(db, None).await).await
}

/// Takes the last steps back, for whoever has to go back to an earlier version.
pub async fn revert(
    db: &DatabaseConnection,
    address: &Address,
    steps: u32,
    patience: Duration,
) -> Result<(), Failure> {
    alone(db, address, patience, async |db| Migrator::down(db, Some(steps)).await).await
}

/// What has been done and what has not.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations(db).await?;
    Ok(pending.iter().map(|it| it.name().to_owned()).collect())
}

async fn alone(
    db: &DatabaseConnection,
    address: &Address,
    patience: Duration,
    work: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), DbErr>,
) -> Result<(), Failure> {
    let Some(words) = words(db.get_database_backend()) else { return Ok(work(db).await?) };
    let alone = connection::open(&Address { max_connections: 1, ..address.clone() }).await?;
    let result = locked(&alone, &words, patience, work).await;
    // Whatever is still locked is free when the connection is closed.
    alone.close().await?;
    result
}

async fn locked(
    db: &DatabaseConnection,
    words: &Words,
    patience: Duration,
    work: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), DbErr>,
) -> Result<(), Failure> {
    let begun = Instant::now();
    while !take(db, words).await? {
        if begun.elapsed() >= patience {
            return Err(Failure::Locked(patience));
        }
        tokio::time::sleep(PAUSE).await;
    }
    work(db).await?;
    db.execute_unprepared(&words.give_back).await?;
    Ok(())
}

async fn take(db: &DatabaseConnection, words: &Words) -> Result<bool, DbErr> {
    let ask = Statement::from_string(db.get_database_backend(), &words.take);
    let answer = db.query_one_raw(ask).await?;
    // No answer, and one that says nothing, are no lock.
    Ok(answer.map(|it| it.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten() == Some(1))
}

fn words(backend: DbBackend) -> Option<Words> {
    match backend {
        DbBackend::Postgres => Some(Words {
            take: format!("SELECT CAST(CAST(pg_try_advisory_lock({LOCK}) AS INT) AS BIGINT)"),
            give_back: format!("SELECT pg_advisory_unlock({LOCK})"),
        }),
        DbBackend::MySql => Some(Words {
            take: format!("SELECT CAST(GET_LOCK('parlor_{LOCK}', 0) AS SIGNED)"),
            give_back: format!("SELECT RELEASE_LOCK('parlor_{LOCK}')"),
        }),
        // One process owns an SQLite file, and its transactions are exclusive.
        _ => None,
    }
}
