//! Events on their way to whoever carries them out, one after the other.

use std::time::Duration;

use serde_json::Value;
use socketioxide::extract::SocketRef;

use super::{Answer, kick};
use crate::{
    model::error::Error,
    wire::{inbox::Inbox, meter::Excess},
};

/// An event as it came in, waiting for its turn.
pub struct RawEvent<E> {
    /// What is known of it.
    pub event: E,
    pub payload: Value,
    pub answer: Answer,
}

/// When too many wait already, the event is refused.
pub fn post<E: Send + 'static>(
    inbox: &Inbox<RawEvent<E>>,
    event: RawEvent<E>,
    refuse: impl FnOnce(RawEvent<E>, &Error),
) {
    if let Err(event) = inbox.push(event) {
        refuse(event, &Error::TooMany { retry_after: Duration::from_secs(1) });
    }
}

/// Ends a socket that goes on saying too much. What is said to it before is its dialect's.
pub fn end_the_loud(
    socket: &SocketRef,
    event: &str,
    excess: &Excess,
    farewell: impl FnOnce(&SocketRef),
) {
    // What it said before it was ended still comes here, and must not end it again.
    if excess.is_last && socket.connected() {
        tracing::info!(event, "a socket that says too much is ended");
        farewell(socket);
        kick(socket);
    }
}
