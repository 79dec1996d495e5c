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
    payload::{Frame, Person},
    seating::Sitting,
};
use crate::{
    chat::{engine::handle::Chat, person::presence},
    model::error::Error,
    wire::seat::{Seats, frame},
};

/// Many who come at once are told of together.
const PAUSE: Duration = Duration::from_millis(100);

/// Nobody rings for somebody whose connection broke and is back before others noticed.
const ROUND: Duration = Duration::from_secs(10);

/// Rung when the list of those who are there may have changed.
#[derive(Clone, Default)]
pub(super) struct Bell(Arc<Notify>);

/// Held by a connection: whoever goes rings, however they go.
pub(super) struct Parting(Bell);

impl Bell {
    pub(super) fn ring(&self) {
        self.0.notify_one();
    }

    pub(super) fn on_parting(&self) -> Parting {
        Parting(self.clone())
    }
}

impl Drop for Parting {
    fn drop(&mut self) {
        self.0.ring();
    }
}

/// Tells the list after each ringing, and now and then looks whether it is still right,
/// until the server stops.
pub(super) async fn watch(chat: Chat, seats: Seats<Sitting>, bell: Bell) {
    let round = async {
        let mut told = Vec::new();
        loop {
            let is_rung = timeout(ROUND, bell.0.notified()).await.is_ok();
            if seats.count() > 0 {
                tell(&chat, &seats, &mut told, is_rung).await;
            }
            sleep(pause(seats.count())).await;
        }
    };
    chat.until_stopped(round).await;
}

async fn tell(chat: &Chat, seats: &Seats<Sitting>, told: &mut Vec<Person>, is_rung: bool) {
    if let Err(error) = try_tell(chat, seats, told, is_rung).await {
        tracing::warn!(?error, "who is there could not be told");
    }
}

async fn try_tell(
    chat: &Chat,
    seats: &Seats<Sitting>,
    told: &mut Vec<Person>,
    is_rung: bool,
) -> Result<(), Error> {
    let cards = presence::everybody_connected(chat).await?;
    let places = seats.all();
    let hearers: HashSet<UserId> = places.iter().map(|it| it.me.id).collect();
    let hearers: Vec<UserId> = hearers.into_iter().collect();
    let mut hidden: HashMap<UserId, HashSet<UserId>> = HashMap::new();
    for (hearer, about) in presence::hidden_from(chat, &hearers).await? {
        hidden.entry(hearer).or_default().insert(about);
    }
    let people: Vec<Person> = cards.iter().map(Person::from).collect();
    let is_due = is_rung || people != *told;
    let whole = frame(&Frame::new("online_users", &people, chat.now()));
    for place in places {
        let Some(hidden) = hidden.get(&place.me.id) else {
            if place.state.sees_all_again() || is_due {
                place.say(whole.clone());
            }
            continue;
        };
        let shown = cards.iter().filter(|it| !hidden.contains(&it.id));
        let shown: Vec<Person> = shown.map(Person::from).collect();
        let list = Frame::new("online_users", &shown, chat.now());
        if place.state.sees(&shown) {
            place.say(frame(&list));
        }
    }
    *told = people;
    Ok(())
}

/// The list grows with the number of those whom it is told.
fn pause(sockets: usize) -> Duration {
    PAUSE.max(Duration::from_millis(u64::try_from(sockets).unwrap_or(u64::MAX)))
}
