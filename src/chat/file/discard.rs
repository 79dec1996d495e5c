//! Files that belong to nothing any more, and are to be gone from the disk.
//!
//! They are noted in the transaction that lets go of them, by `Change::discard`, so that a server
//! that is killed before they are removed does it when it starts again, before anybody can ask for
//! them.

use crate::{chat::engine::handle::Chat, model::error::Error, store};

const BATCH: u64 = 500;

/// Removes what was noted, now that it is committed.
pub(in crate::chat) async fn remove(chat: &Chat, files: Vec<String>) {
    if files.is_empty() {
        return;
    }
    // No error of whoever asked: their change is committed, and what stays noted goes at the next
    // start.
    if let Err(error) = take_away(chat, files).await {
        tracing::warn!(%error, "files that were discarded are still noted");
    }
}

/// Everything that an earlier run left: what was noted, and what it was still writing.
pub async fn remove_leftovers(chat: &Chat) -> Result<(), Error> {
    match chat.disk.sweep().await {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "files that were never finished are removed"),
        // They only take space, which is no reason not to start.
        Err(error) => tracing::warn!(%error, "unfinished files could not be removed"),
    }
    let mut last = String::new();
    loop {
        let files = store::file::discarded::some(&chat.db, &last, BATCH).await?;
        let Some(end) = files.last() else { return Ok(()) };
        // By name, because what cannot be removed stays noted and would be read again and again.
        last.clone_from(end);
        take_away(chat, files).await?;
    }
}

/// What cannot be removed stays noted.
async fn take_away(chat: &Chat, files: Vec<String>) -> Result<(), Error> {
    let mut gone = Vec::with_capacity(files.len());
    for name in files {
        match chat.disk.remove(&name).await {
            Ok(()) => gone.push(name),
            Err(error) => tracing::warn!(%error, "a discarded file could not be removed"),
        }
    }
    // Only when the files are gone: if we are killed in between, the notes lead to nothing, which
    // is no error.
    store::file::discarded::delete(&chat.db, &gone).await?;
    Ok(())
}
