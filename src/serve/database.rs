//! The way in to the database: looked at, locked, opened, brought up to date, and given to the
//! chat. Nothing else in `serve` names the store.

use std::{
    path::{Path, absolute},
    time::Duration,
};

use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    chat::engine::{clock::Clock, handle::Chat},
    config::{Settings, database::Synchronous, secret},
    serve::{StartError, rules},
    store::{
        engine::{
            connection::{self, Address},
            file_lock, foreign,
            migrate::{self, Failure},
            pool,
            private::{self, Readers},
        },
        file::disk::Disk,
    },
};

pub use crate::store::engine::{file_lock::Lock, foreign::ForeignDatabase};

/// What three and four slashes mean, where somebody may have mixed them up.
const SLASHES: &str = "sqlite:///x is x in the working directory, sqlite:////x is /x";

/// An open database that is ours, and nobody else's while this lives.
pub struct Database {
    pub pool: DatabaseConnection,
    pub address: Address,
    /// How long to wait for another server that is changing the tables.
    pub patience: Duration,
    /// What to call it when complaining about it.
    place: String,
    lock: Option<Lock>,
}

impl Database {
    /// Changes nothing in a database that is not ours: it is not even made ready for writing.
    pub async fn open(settings: &Settings) -> Result<Self, StartError> {
        let address = address(settings);
        let place = place(&address);
        let fault = |cause| StartError::Database { place: place.clone(), cause };
        foreign::check(&address).await.map_err(|refusal| match refusal {
            ForeignDatabase::Unreadable(cause) => fault(cause),
            theirs => StartError::Foreign { place: place.clone(), theirs },
        })?;
        make_data_folder(settings)?;
        let lock = match connection::file(&address) {
            Some(path) => Some(claim(&path, &place)?),
            None => None,
        };
        let pool = connection::open(&address).await.map_err(fault)?;
        Ok(Self { pool, address, patience: migrate::PATIENCE, place, lock })
    }

    pub async fn migrate(&self) -> Result<(), StartError> {
        let done = migrate::up(&self.pool, &self.address, self.patience).await;
        done.map_err(|it| self.failed(it))
    }

    /// Takes the last steps back.
    pub async fn revert(&self, steps: u32) -> Result<(), StartError> {
        let done = migrate::revert(&self.pool, &self.address, steps, self.patience).await;
        done.map_err(|it| self.failed(it))
    }

    fn failed(&self, failure: Failure) -> StartError {
        match failure {
            Failure::Database(cause) => self.fault(cause),
            locked @ Failure::Locked(_) => {
                StartError::Locked { place: self.place.clone(), locked: locked.to_string() }
            }
        }
    }

    /// The chat, which has it from now on.
    pub async fn chat(&self, settings: &Settings, clock: Clock) -> Result<Chat, StartError> {
        let pools = pool::open(self.pool.clone(), &self.address).await;
        let (db, writer) = pools.map_err(|it| self.fault(it))?;
        let disk = Disk::new(&settings.storage.avatars(), &settings.storage.messages());
        let secret = settings.auth.secret_key.expose().as_bytes();
        Ok(Chat::new(db, writer, disk, secret, rules::from(settings), clock))
    }

    pub fn fault(&self, cause: DbErr) -> StartError {
        StartError::Database { place: self.place.clone(), cause }
    }

    /// What keeps others out, for whoever goes on with the pool alone.
    pub fn into_lock(self) -> Option<Lock> {
        self.lock
    }
}

/// The file is ours alone, and closed to other users of this machine.
fn claim(path: &Path, place: &str) -> Result<Lock, StartError> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let shown = absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let hint = if path.is_relative() { format!(" ({SLASHES})") } else { String::new() };
        let problem = format!("there is no folder {}{hint}", shown.display());
        return Err(StartError::File { place: place.to_owned(), problem });
    }
    let lock = file_lock::take(path)
        .map_err(|it| StartError::File { place: place.to_owned(), problem: it.to_string() })?;
    // After the lock: the file's modes are changed by the one server that uses it.
    private::database(path)
        .map_err(|it| StartError::File { place: place.to_owned(), problem: it.to_string() })?;
    Ok(lock)
}

/// A private folder, unless what is served to everybody lies in it.
fn make_data_folder(settings: &Settings) -> Result<(), StartError> {
    let storage = &settings.storage;
    let path = &storage.data_dir;
    let is_served = storage.serves_from(path);
    let readers = if is_served { Readers::Everybody } else { Readers::Owner };
    private::folder(path, readers).map_err(|cause| StartError::Folder { path: path.clone(), cause })
}

fn address(settings: &Settings) -> Address {
    Address {
        url: settings.database.url.clone(),
        max_connections: settings.database.max_connections,
        acquire: Duration::from_secs(settings.database.acquire_seconds),
        statement: Duration::from_secs(settings.database.statement_seconds),
        sqlite_full_sync: matches!(settings.database.synchronous, Synchronous::Full),
    }
}

/// The whole path of a file; else the address without its password.
fn place(address: &Address) -> String {
    match connection::file(address) {
        Some(path) => absolute(&path).unwrap_or(path).display().to_string(),
        None => secret::masked(&address.url),
    }
}
