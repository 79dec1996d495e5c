//! Who is spoken of.

use std::collections::HashMap;

use entity::id::UserId;

use crate::{
    chat::engine::handle::Chat,
    model::{error::Error, text::mention::Calls},
    policy::message::MayPost,
    store,
};

/// The members of the room whom these words call by `@username`, by their ids. Words without
/// an `@` cost nothing.
pub async fn find(chat: &Chat, permit: MayPost, words: &str) -> Result<Vec<UserId>, Error> {
    if !words.contains('@') {
        return Ok(Vec::new());
    }
    let calls = Calls::in_text(words);
    let keys = calls.keys();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let called = store::message::mention::called(&chat.db, permit, &keys).await?;
    let there: HashMap<String, UserId> = called.into_iter().map(|(id, key)| (key, id)).collect();
    let mut meant = calls.meant(&there);
    // The database reads them back in this order, and what is told must equal what is read.
    meant.sort_unstable();
    meant.dedup();
    Ok(meant)
}
