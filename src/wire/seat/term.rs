//! Connections end with the token that opened them, or with the newest one of its session.

use std::sync::atomic::Ordering;

use chrono::DateTime;
use entity::time::Timestamp;

use crate::{
    chat::{engine::handle::Chat, session},
    wire::{
        seat::{Place, Seats},
        term::every_second,
    },
};

/// Ends connections whose token has run out, until the server stops.
pub async fn watch<S>(seats: Seats<S>, chat: Chat) {
    every_second(&chat, |now| seats.look(&chat, now)).await;
}

impl<S> Seats<S> {
    pub(super) fn begin_term(&self, place: &Place<S>, expires: Timestamp) {
        let term = expires.0.timestamp();
        place.term.store(term, Ordering::Relaxed);
        self.0.terms.begin(term, place.key);
    }

    /// Closes those whose time is over, unless their person has renewed it elsewhere.
    fn look(&self, chat: &Chat, now: Timestamp) {
        for (term, key) in self.0.terms.due(now.0.timestamp()) {
            let Some(place) = self.read().get(key) else { continue };
            let own = DateTime::from_timestamp(term, 0).map_or(now, Timestamp);
            let until = session::good_until(chat, place.me.session, own);
            if until > now {
                self.begin_term(&place, until);
            } else {
                tracing::info!(user = %place.me.id, "a socket outlived its token");
                place.close(self.0.manners.token_ended);
            }
        }
    }
}
