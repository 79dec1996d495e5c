//! Who has read and received a message, and when.
//!
//! Who has is told by the cursors of the room's members, and when by the receipts that the
//! cursors left as they rose. Those are kept for a while only, see [`watch`].

use std::{collections::HashMap, time::Duration};

use entity::{
    id::{MessageId, UserId},
    time::Timestamp,
};

use crate::{
    chat::engine::handle::Chat,
    model::{
        actor::Actor,
        error::{Error, Thing},
        message::receipt::{Listed, Progress, Receipt, Receipts},
    },
    store::{self, room::cursor::Asked},
};

/// So many are listed, however small the rooms are that are told of marks.
const FEWEST: usize = 32;
const HOUR: Duration = Duration::from_hours(1);

/// For whoever may read the message. Its sender is not in it, nor is who has left or came
/// later, nor who does not let it be seen.
pub async fn of(chat: &Chat, me: Actor, message: MessageId) -> Result<Receipts, Error> {
    let missing = || Error::Missing(Thing::Message);
    let room = store::message::room_of(&chat.db, message).await?.ok_or_else(missing)?;
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::message::find(&chat.db, permit, message).await?.ok_or_else(missing)?;
    let mut moments = HashMap::<(UserId, Progress), Timestamp>::new();
    for first in store::room::receipt::first_from(&chat.db, permit, row.seq).await? {
        if first.progress == Progress::Read {
            moments.insert((first.user, Progress::Read), first.at);
        }
        // What was read has arrived, if nothing says that it had before.
        let arrived = moments.entry((first.user, Progress::Delivered)).or_insert(first.at);
        *arrived = first.at.min(*arrived);
    }
    if row.timestamp < kept_since(chat) {
        // The first of them may be gone, and a later one would be a wrong answer.
        moments.clear();
    }
    let got_there = async |progress: Progress| -> Result<Listed, Error> {
        let asked = Asked { seq: row.seq, sender: row.sender_id, me: me.id, progress };
        let most = chat.rules.marks_told.max(FEWEST) as u64;
        let users = store::room::cursor::got_there(&chat.db, permit, asked, most).await?;
        let count = if users.len() as u64 == most {
            store::room::cursor::count_of_those(&chat.db, permit, asked).await?
        } else {
            users.len() as u64
        };
        let receipt = |user| Receipt { user, at: moments.get(&(user, progress)).copied() };
        Ok(Listed { first: users.into_iter().map(receipt).collect(), count })
    };
    let (readers, delivered) =
        (got_there(Progress::Read).await?, got_there(Progress::Delivered).await?);
    Ok(Receipts { readers, delivered })
}

/// Lets go of old receipts once an hour, until the server stops.
pub async fn watch(chat: Chat) {
    let mut hour = tokio::time::interval(HOUR);
    while chat.stop.run_until_cancelled(hour.tick()).await.is_some() {
        let forgotten = store::room::receipt::delete_before(&chat.db, kept_since(&chat));
        if let Some(Err(error)) = chat.stop.run_until_cancelled(forgotten).await {
            tracing::warn!(%error, "old receipts could not be forgotten");
        }
    }
}

fn kept_since(chat: &Chat) -> Timestamp {
    chat.clock.in_seconds(-chat.rules.receipt_seconds)
}
