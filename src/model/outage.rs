//! Which failures of the database are its own, and not those of what was asked of it.

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::DatabaseError, mysql::MySqlDatabaseError, sqlite::SqliteError},
};

/// Why nothing can be stored, in words for whoever runs the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    #[error("the database does not answer")]
    Silent,
    #[error("the disk of the database is full")]
    Full,
    #[error("the database does not take writes")]
    Refusing,
    #[error("the file of the database was removed or exchanged")]
    Gone,
}

pub fn is_outage(error: &DbErr) -> bool {
    of(error).is_some()
}

/// Nothing when the database is well and refused what it was asked.
pub fn of(error: &DbErr) -> Option<Outage> {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Some(Outage::Silent),
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            of_driver(cause)
        }
        _ => None,
    }
}

fn of_driver(error: &sqlx::Error) -> Option<Outage> {
    match error {
        sqlx::Error::Database(cause) => of_database(cause.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Some(Outage::Silent),
        _ => None,
    }
}

fn of_database(error: &dyn DatabaseError) -> Option<Outage> {
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return error.code()?.parse().ok().and_then(of_sqlite);
    }
    if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
        return of_mysql(error.number());
    }
    of_postgres(&error.code()?)
}

/// The lower byte of a result code is its kind.
fn of_sqlite(code: i32) -> Option<Outage> {
    match code & 0xff {
        13 => Some(Outage::Full),
        // Out of memory, read-only, an error of the disk, damaged, not to be opened, not a
        // database.
        7 | 8 | 10 | 11 | 14 | 26 => Some(Outage::Refusing),
        _ => None,
    }
}

fn of_mysql(number: u16) -> Option<Outage> {
    match number {
        // A full disk, a full table.
        1021 | 1114 => Some(Outage::Full),
        // Errors of files, of a commit, of the storage engine; read-only servers.
        1026 | 1030 | 1180 | 1290 | 1836 => Some(Outage::Refusing),
        // Too many connections, shutting down, lost connections, interrupted statements.
        1040 | 1053 | 1152 | 1184 | 1203 | 1317 | 1927 | 1969 | 3024 => Some(Outage::Silent),
        _ => None,
    }
}

fn of_postgres(state: &str) -> Option<Outage> {
    match state {
        "53100" => Some(Outage::Full),
        "25006" => Some(Outage::Refusing),
        // Errors of files, and of the server itself, such as damaged data.
        _ if state.starts_with("58") || state.starts_with("XX") => Some(Outage::Refusing),
        // Lost connections, too little of something, somebody's intervention.
        _ if ["08", "53", "57"].iter().any(|it| state.starts_with(it)) => Some(Outage::Silent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_one_everywhere() {
        assert_eq!(of_sqlite(13), Some(Outage::Full));
        assert_eq!(of_mysql(1021), Some(Outage::Full));
        assert_eq!(of_postgres("53100"), Some(Outage::Full));
    }

    #[test]
    fn an_extended_code_is_of_its_kind() {
        // Writing failed, flushing failed.
        assert_eq!([778, 1034].map(of_sqlite), [Some(Outage::Refusing); 2]);
    }

    #[test]
    fn what_is_refused_is_no_outage() {
        // Unique keys, foreign keys, deadlocks, locked files.
        assert_eq!([2067, 787, 5, 6].map(of_sqlite), [None; 4]);
        assert_eq!([1062, 1452, 1213, 1205].map(of_mysql), [None; 4]);
        assert_eq!(["23505", "23503", "40001", "40P01"].map(of_postgres), [None; 4]);
    }
}
