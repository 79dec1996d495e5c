//! The files of an SQLite database, as they were when it was opened. A file that is removed
//! while it is open goes on taking writes that nobody will ever read.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use crate::store::engine::connection::{self, Address};

/// The database, its log, and the index of its log.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

pub struct DatabaseFile {
    parts: Vec<(PathBuf, Option<Identity>)>,
    /// While one connection is open, SQLite keeps the log, and does not begin another one.
    anchor: DatabaseConnection,
}

/// Which file it is, whatever it is called.
type Identity = (u64, u64);

impl DatabaseFile {
    pub async fn open(address: &Address) -> Result<Self, DbErr> {
        let anchor = connection::open(&Address { max_connections: 1, ..address.clone() }).await?;
        // The log is opened by the first who reads.
        anchor.execute_unprepared("SELECT COUNT(*) FROM sqlite_schema").await?;
        let options = anchor.get_sqlite_connection_pool().connect_options();
        let path = options.get_filename();
        let part = |ending: &&str| {
            let part = connection::beside(path, ending);
            let identity = identity(&part);
            (part, identity)
        };
        Ok(Self { parts: ENDINGS.iter().map(part).collect(), anchor })
    }

    /// Asks the file system and nothing else: to open and close one of these files would give
    /// up the locks that SQLite has on it.
    pub fn is_there(&self) -> bool {
        self.parts.iter().all(|(path, was)| was.is_none() || identity(path) == *was)
    }

    pub async fn close(&self) -> Result<(), DbErr> {
        self.anchor.close_by_ref().await
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|it| (it.dev(), it.ino()))
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|_| (0, 0))
}
