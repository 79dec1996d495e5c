//! The end of what was uploaded and never used: files that went with no message, portraits that
//! nobody put on.

use std::time::Duration;

use crate::{
    chat::engine::{change::Change, handle::Chat},
    model::error::Error,
    store,
};

const HOUR: Duration = Duration::from_hours(1);
/// In one transaction, which others wait for.
const BATCH: u64 = 100;

/// Looks once an hour, until the server stops.
pub async fn watch(chat: Chat) {
    let mut hour = tokio::time::interval(HOUR);
    while chat.stop.run_until_cancelled(hour.tick()).await.is_some() {
        if let Some(Err(error)) = chat.stop.run_until_cancelled(sweep(&chat)).await {
            tracing::warn!(%error, "uploads that nobody used could not be removed");
        }
    }
}

/// Removes what is old enough by now.
pub async fn sweep(chat: &Chat) -> Result<(), Error> {
    let before = chat.clock.in_seconds(-chat.rules.unsent_seconds);
    loop {
        let unsent = async |change: &mut Change| {
            let files = store::file::take_unsent(&change.db, before, BATCH).await?;
            let is_last = files.is_empty();
            change.discard(files).await?;
            Ok(is_last)
        };
        if chat.change(unsent).await? {
            break;
        }
    }
    let mut after = Some(String::new());
    while let Some(start) = after {
        let unworn = async |change: &mut Change| {
            let (names, last) =
                store::file::avatar::take_unworn(&change.db, before, &start, BATCH).await?;
            let names = names.iter().map(|it| store::file::disk::discarded_portrait(it)).collect();
            change.discard(names).await?;
            Ok(last)
        };
        // By name, since those that a server shows stay, and would come again and again.
        after = chat.change(unworn).await?;
    }
    Ok(())
}
