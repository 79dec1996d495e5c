//! One process per `SQLite` file. The kernel lets go of a lock however its process ends.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::store::engine::connection::beside;

/// Held for as long as this lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another server uses it: {} is locked", .0.display())]
    Taken(PathBuf),
    #[error("{} cannot be locked: {cause}", path.display())]
    Impossible { path: PathBuf, cause: io::Error },
}

/// The file of the lock stays when the lock goes: whoever removed it would let in a second
/// process that has another file of that name.
pub fn take(database: &Path) -> Result<Lock, LockError> {
    let path = beside(&real(database), ".lock");
    let impossible = |cause| LockError::Impossible { path: path.clone(), cause };
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    let file = options.open(&path).map_err(impossible)?;
    // Nobody waits here: a second server says at once that it is one, and ends.
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(LockError::Taken(path)),
        Err(TryLockError::Error(cause)) => Err(impossible(cause)),
    }
}

/// Whoever comes by another way means the same file. It need not exist yet, but its folder must.
fn real(database: &Path) -> PathBuf {
    let folder = || {
        let above = database.parent().filter(|it| !it.as_os_str().is_empty());
        let above = above.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(above.join(database.file_name()?))
    };
    database.canonicalize().ok().or_else(folder).unwrap_or_else(|| database.to_owned())
}
