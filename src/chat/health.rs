//! Whether the parts that the chat stands on answer.

use std::time::Duration;

use crate::{chat::handle::Chat, model::error::Error, store};

pub async fn database(chat: &Chat) -> Result<(), Error> {
    match tokio::time::timeout(Duration::from_secs(1), store::connection::ping(&chat.db)).await {
        Ok(answer) => Ok(answer?),
        Err(late) => Err(Error::internal(late)),
    }
}
