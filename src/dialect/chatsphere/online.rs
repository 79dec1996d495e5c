//! `online_users`: to everybody, whenever somebody comes or goes. Of two people one of whom
//! has blocked the other, neither sees whether the other is there, nor a list that is the same
//! as before and so tells that somebody came.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use entity::id::UserId;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{
    audience::SocketState,
    payload::{Frame, Person},
};
use crate::{
    chat::{engine::handle::Chat, person::presence},
    model::error::Error,
    wire::registry::{Registry, frame},
};

/// Many who come at once are told of together.
const PAUSE: Duration = Duration::from_millis(100);

/// Nobody rings for somebody whose connection broke and is back before others noticed.
const ROUND: Duration = Duration::from_secs(10);

/// Rung when the list of those who are there may have changed.
#[derive(Clone, Default)]
pub(super) struct PresenceSignal(Arc<Notify>);

/// Held by a connection: whoever goes rings, however they go.
pub(super) struct Parting(PresenceSignal);

impl PresenceSignal {
    pub(super) fn notify(&self) {
        self.0.notify_one();
    }

    pub(super) fn on_parting(&self) -> Parting {
        Parting(self.clone())
    }
}

impl Drop for Parting {
    fn drop(&mut self) {
        self.0.notify();
    }
}

/// Tells the list after each ringing, and now and then looks whether it is still right,
/// until the server stops.
pub(super) async fn watch(chat: Chat, registry: Registry<SocketState>, signal: PresenceSignal) {
    let round = async {
        let mut told = Vec::new();
        loop {
            let is_notified = timeout(ROUND, signal.0.notified()).await.is_ok();
            if registry.count() > 0 {
                tell(&chat, &registry, &mut told, is_notified).await;
            }
            sleep(pause(registry.count())).await;
        }
    };
    chat.until_stopped(round).await;
}

async fn tell(
    chat: &Chat,
    registry: &Registry<SocketState>,
    told: &mut Vec<Person>,
    is_notified: bool,
) {
    if let Err(error) = try_tell(chat, registry, told, is_notified).await {
        tracing::warn!(?error, "who is there could not be told");
    }
}

async fn try_tell(
    chat: &Chat,
    registry: &Registry<SocketState>,
    told: &mut Vec<Person>,
    is_notified: bool,
) -> Result<(), Error> {
    let cards = presence::everybody_connected(chat).await?;
    let entries = registry.all();
    let hearers: HashSet<UserId> = entries.iter().map(|it| it.me.id).collect();
    let hearers: Vec<UserId> = hearers.into_iter().collect();
    let mut hidden: HashMap<UserId, HashSet<UserId>> = HashMap::new();
    for (hearer, about) in presence::hidden_from(chat, &hearers).await? {
        hidden.entry(hearer).or_default().insert(about);
    }
    let people: Vec<Person> = cards.iter().map(Person::from).collect();
    let is_due = is_notified || people != *told;
    // Nearly everybody sees the same list, so it is rendered once for all.
    let whole = frame(&Frame::new("online_users", &people, chat.now()));
    for entry in entries {
        let Some(hidden) = hidden.get(&entry.me.id) else {
            // The end of a block changes what somebody sees, also when nobody comes or goes.
            if entry.state.sees_all_again() || is_due {
                entry.say(whole.clone());
            }
            continue;
        };
        let shown = cards.iter().filter(|it| !hidden.contains(&it.id));
        let shown: Vec<Person> = shown.map(Person::from).collect();
        let list = Frame::new("online_users", &shown, chat.now());
        if entry.state.sees(&shown) {
            entry.say(frame(&list));
        }
    }
    *told = people;
    Ok(())
}

/// The list grows with the number of those whom it is told.
fn pause(sockets: usize) -> Duration {
    PAUSE.max(Duration::from_millis(u64::try_from(sockets).unwrap_or(u64::MAX)))
}
