//! Files that belong to nothing any more, and are to be gone from the disk.
//!
//! They are noted in the transaction that lets go of them, so that a server that is killed
//! before they are removed does it when it starts again, before anybody can ask for them.

use crate::{chat::handle::Chat, model::error::Error, store};

const BATCH: u64 = 500;

/// Removes what was noted. Goes on if whoever waits for it has gone.
pub async fn remove(chat: &Chat, files: Vec<String>) {
    if files.is_empty() {
        return;
    }
    let (inner, tasks) = (chat.clone(), chat.tasks.clone());
    let work = tasks.spawn(async move { take_away(&inner, files).await });
    if let Ok(Err(error)) = work.await {
        tracing::warn!(%error, "files that were discarded are still noted");
    }
}

/// Everything that an earlier run left.
pub async fn remove_leftovers(chat: &Chat) -> Result<(), Error> {
    let mut last = String::new();
    loop {
        let files = store::discarded_file::some(&chat.db, &last, BATCH).await?;
        let Some(end) = files.last() else { return Ok(()) };
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
    store::discarded_file::delete(&chat.db, &gone).await?;
    Ok(())
}
