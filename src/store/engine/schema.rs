//! Bringing the tables up to date, one node at a time.

use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

use crate::store::engine::connection::{self, Address};

/// A number of our own, so that no other program's lock is in the way.
const LOCK: &str = "707267";
const PATIENCE: Duration = Duration::from_mins(10);

/// Runs what is missing. `db` is the pool that the server will use; the work is done on
/// a connection of its own, because locks belong to connections.
pub async fn migrate(db: &DatabaseConnection, address: &Address) -> Result<(), DbErr> {
    let (lock, unlock) = match db.get_database_backend() {
        DbBackend::Postgres => (
            format!("SELECT pg_advisory_lock({LOCK})"),
            format!("SELECT pg_advisory_unlock({LOCK})"),
        ),
        DbBackend::MySql => (
            format!("SELECT GET_LOCK('parlor_{LOCK}', {})", PATIENCE.as_secs()),
            format!("SELECT RELEASE_LOCK('parlor_{LOCK}')"),
        ),
        // One process owns an SQLite file, and its transactions are exclusive.
        _ => return Migrator::up(db, None).await,
    };
    let alone = connection::open(&Address { max_connections: 1, ..address.clone() }).await?;
    alone.execute_unprepared(&lock).await?;
    let result = Migrator::up(&alone, None).await;
    alone.execute_unprepared(&unlock).await?;
    alone.close().await?;
    result
}

/// Takes the last steps back, for whoever has to go back to an earlier version.
pub async fn revert(db: &DatabaseConnection, steps: u32) -> Result<(), DbErr> {
    Migrator::down(db, Some(steps)).await
}

/// What has been done and what has not.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations(db).await?;
    Ok(pending.iter().map(|it| it.name().to_owned()).collect())
}
