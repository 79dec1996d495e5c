//! Who has read and received a message, and when.
//!
//! Who has is told by the cursors of the room's members, and when by the receipts that the
//! cursors left as they rose. Those are kept for a while only, see [`watch`].

use std::{collections::HashMap, time::Duration};

use entity::{
    id::{MessageId, UserId},
    participant,
    time::Timestamp,
};

use crate::{
    chat::engine::handle::Chat,
    model::{
        actor::Actor,
        error::{Error, Thing},
        message::receipt::{Progress, Receipt, Receipts},
    },
    store,
};

const HOUR: Duration = Duration::from_hours(1);

/// For whoever may read the message. Its sender is not in it, nor is who has left or came
/// later, nor who does not let it be seen.
pub async fn of(chat: &Chat, me: Actor, message: MessageId) -> Result<Receipts, Error> {
    let missing = || Error::Missing(Thing::Message);
    let room = store::message::room_of(&chat.db, message).await?.ok_or_else(missing)?;
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::message::find(&chat.db, permit, message).await?.ok_or_else(missing)?;
    let mut members = store::room::member::of_room(&chat.db, permit).await?;
    let discreet = store::room::cursor::discreet(&chat.db, &[room]).await?;
    members.retain(|it| {
        let is_shown = it.user_id == me.id || !discreet.contains(&it.user_id);
        is_shown && it.user_id != row.sender_id && it.joined_seq < row.seq
    });
    let firsts = store::room::receipt::first_from(&chat.db, permit, row.seq).await?;
    let mut moments: HashMap<(UserId, Progress), Timestamp> =
        firsts.into_iter().map(|it| ((it.user, it.progress), it.at)).collect();
    if row.timestamp < kept_since(chat) {
        // The first of them may be gone, and a later one would be a wrong answer.
        moments.clear();
    }
    let got_there = |progress: Progress, cursor: fn(&participant::Model) -> i64| {
        let there = members.iter().filter(|it| cursor(it) >= row.seq).map(|it| it.user_id);
        there.map(|user| Receipt { user, at: moments.get(&(user, progress)).copied() }).collect()
    };
    Ok(Receipts {
        readers: got_there(Progress::Read, |it| it.last_read_seq),
        delivered: got_there(Progress::Delivered, |it| it.last_delivered_seq),
    })
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
