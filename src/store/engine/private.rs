//! Files and folders that nobody else on this machine may read.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use crate::store::engine::connection::beside;

const OWNER_FILE: u32 = 0o600;
const OWNER_FOLDER: u32 = 0o700;
const OTHERS: u32 = 0o077;
/// Such a folder, like `/tmp`, belongs to everybody.
const STICKY: u32 = 0o1000;

/// Who is meant to read what is in a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    Owner,
    Everybody,
}

/// Makes the folder, or closes it to others, unless there is something in it for them.
pub fn folder(path: &Path, readers: Readers) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(it) if it.permissions().mode() & STICKY != 0 || readers == Readers::Everybody => Ok(()),
        Ok(_) => close(path, OWNER_FOLDER),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let mode = match readers {
                Readers::Owner => OWNER_FOLDER,
                Readers::Everybody => 0o755,
            };
            DirBuilder::new().recursive(true).mode(mode).create(path)
        }
        Err(cause) => Err(cause),
    }
}

/// Makes the file of a database, so that it is never open to others, or closes it and what
/// lies beside it. What `SQLite` makes beside it later takes over its permissions.
pub fn database(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(OWNER_FILE).open(path) {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => (),
        other => return other.map(drop),
    }
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
        match close(&beside(path, ending), OWNER_FILE) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => (),
            other => other?,
        }
    }
    Ok(())
}

fn close(path: &Path, mode: u32) -> io::Result<()> {
    if fs::metadata(path)?.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    match fs::set_permissions(path, Permissions::from_mode(mode)) {
        // Somebody else's: they decide who reads it.
        Err(cause) if cause.kind() == ErrorKind::PermissionDenied => {
            tracing::warn!("{} is open to others, and not ours to close", path.display());
            Ok(())
        }
        other => other,
    }
}
