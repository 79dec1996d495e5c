//! The search index: which places hold which few characters, in plain tables that are the
//! same on every database.
//!
//! A message gets a place when [`crate::chat::search::indexer`] puts it in, in the order of time
//! and in blocks; until then searches read it directly, see [`progress`]. For each of its keys
//! (see [`key`]) its place is noted in the lists of [`posting`]. What is found there is only a
//! suspicion: the message itself is looked at before anybody sees it.
//!
//! Whoever changes a message keeps the index right, in the same transaction and after the
//! room is held:
//! - [`revise`] when its words change,
//! - [`forget`] when it is deleted,
//!
//! both with the row as it was before. Nothing of the former words is left in the index.
//! Messages that go with their room need not be forgotten: their places lead nowhere.
pub mod block;
pub mod key;
pub mod lease;
pub mod lookup;
pub mod packing;
pub mod posting;
pub mod progress;
pub mod row;

use entity::message;
use sea_orm::{ConnectionTrait, DbErr};

/// The message says this from now on.
pub async fn revise(
    db: &impl ConnectionTrait,
    before: &message::Model,
    content: &str,
) -> Result<(), DbErr> {
    let after = message::Model { content: content.to_owned(), ..before.clone() };
    amend(db, before, &key::of(&after)).await
}

/// Nothing leads to the message any more.
pub async fn forget(db: &impl ConnectionTrait, before: &message::Model) -> Result<(), DbErr> {
    amend(db, before, &[]).await
}

async fn amend(
    db: &impl ConnectionTrait,
    before: &message::Model,
    keys: &[i64],
) -> Result<(), DbErr> {
    // Whoever is putting the message in looks, before they are done, for what has changed.
    lease::lock(db).await?;
    // Not in the index yet: it will be put in with its new words.
    if progress::current(db, before.chatroom_id).await? < before.seq {
        return Ok(());
    }
    match block::place_of(db, before).await? {
        Some(place) => exchange(db, place, &key::of(before), keys).await,
        None => Ok(()),
    }
}

/// Moves a place from some keys to others; both are in order.
pub async fn exchange(
    db: &impl ConnectionTrait,
    place: i64,
    before: &[i64],
    after: &[i64],
) -> Result<(), DbErr> {
    // Only lists that differ are written: an edit of one word leaves most of them alone.
    let lacking = |those: &[i64], here: &[i64]| -> Vec<i64> {
        here.iter().copied().filter(|it| those.binary_search(it).is_err()).collect()
    };
    posting::remove(db, place, &lacking(after, before)).await?;
    posting::add(db, place, &lacking(before, after)).await
}
