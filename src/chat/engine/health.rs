//! Whether the parts that the chat stands on are well, and what is done until they are again.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::{chat::engine::handle::Chat, model::outage::Outage};

/// How often the database's files are looked at.
const ROUND: Duration = Duration::from_secs(1);
/// How soon a failed write is tried again, and how seldom after many times.
const SOON: Duration = Duration::from_millis(100);
const SELDOM: Duration = Duration::from_secs(5);

/// Whether the database answers and takes writes.
pub async fn database(chat: &Chat) -> Result<(), Outage> {
    // What writes have shown comes first: on a full disk the question below, which only reads, is
    // still answered.
    if let Some(outage) = chat.writer.condition().trouble() {
        return Err(outage);
    }
    chat.checkup.answer(ask(chat)).await
}

async fn ask(chat: &Chat) -> Result<(), Outage> {
    // A statement may take much longer than that, but whoever asks for health waits for an answer.
    match timeout(Duration::from_secs(1), chat.db.ping()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Outage::Silent),
    }
}

/// Notices what nobody else would, and finds out when the database is well again.
pub async fn watch(chat: Chat) {
    chat.stop.run_until_cancelled(look_after(&chat)).await;
}

async fn look_after(chat: &Chat) {
    let condition = chat.writer.condition();
    loop {
        // A second at most, because nobody says that a file is gone.
        timeout(ROUND, condition.failed()).await.ok();
        chat.writer.look_at_file();
        let mut pause = SOON;
        while condition.trouble().is_some() {
            sleep(pause).await;
            pause = (pause * 2).min(SELDOM);
            // Only a write shows that writes arrive, since reading goes on. That it failed is in
            // the log once, from when the outage began.
            if let Err(error) = chat.writer.probe().await {
                tracing::debug!(%error, "the database does not take writes yet");
            }
        }
    }
}
