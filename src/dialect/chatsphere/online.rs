//! `online_users`: to everybody, whenever somebody comes or goes.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{
    payload::{Frame, Person},
    seating::Sitting,
};
use crate::{
    chat::{handle::Chat, presence},
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
    chat.stop.run_until_cancelled(round).await;
}

async fn tell(chat: &Chat, seats: &Seats<Sitting>, told: &mut Vec<Person>, is_rung: bool) {
    match presence::everybody_connected(chat).await {
        Ok(cards) => {
            let people: Vec<Person> = cards.iter().map(Person::from).collect();
            if is_rung || people != *told {
                let list = Frame::new("online_users", &people, chat.clock.now());
                seats.tell_all(|| frame(&list));
                *told = people;
            }
        }
        Err(error) => tracing::warn!(?error, "who is there could not be told"),
    }
}

/// The list grows with the number of those whom it is told.
fn pause(sockets: usize) -> Duration {
    PAUSE.max(Duration::from_millis(u64::try_from(sockets).unwrap_or(u64::MAX)))
}
