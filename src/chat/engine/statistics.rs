//! How much goes on here, in numbers that say nothing about anybody.

use chrono::NaiveTime;
use entity::{id::MessageId, time::Timestamp};

use crate::{
    chat::{engine::handle::Chat, person::presence},
    model::{actor::Actor, error::Error},
    store,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    pub people: u64,
    pub online: u64,
    pub messages: i64,
    /// Since midnight, UTC.
    pub messages_today: u64,
    pub now: Timestamp,
}

pub async fn now(chat: &Chat, me: Actor) -> Result<Statistics, Error> {
    let now = chat.clock.now();
    let midnight = Timestamp(now.0.date_naive().and_time(NaiveTime::MIN).and_utc());
    let first = first_since(chat, midnight).await?;
    Ok(Statistics {
        people: store::person::count(&chat.db).await?,
        // Not everybody: a number that changes would tell that somebody who blocked the asker has
        // come.
        online: presence::seen_connected(chat, me).await?.len() as u64,
        messages: store::room::messages(&chat.db).await?,
        messages_today: store::message::count_since(&chat.db, first, midnight).await?,
        now,
    })
}

/// Ids rise with time, near enough, so halving finds where the day begins: an index for
/// this rare question would cost every send.
async fn first_since(chat: &Chat, moment: Timestamp) -> Result<MessageId, Error> {
    let newest = store::message::newest(&chat.db).await?.map_or(0, |it| it.0);
    let (mut low, mut high) = (1, newest + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match store::message::next(&chat.db, MessageId(middle)).await? {
            Some((id, stored)) if stored < moment => low = id.0 + 1,
            Some(_) | None => high = middle,
        }
    }
    Ok(MessageId(low))
}
