//! The plain web sockets of a dialect, and what each of them hears.
//!
//! A socket is registered before its connection is accepted, so that whoever is let in misses
//! nothing. Telling never waits: whoever does not read is cut off, so that they come back.
mod follow;
mod index;
pub mod registration;
pub mod term;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic::AtomicI64};

use entity::id::RoomId;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use crate::{
    model::{actor::Actor, event::Topic},
    wire::{registry::index::Index, term::Terms},
};

/// All sockets of one dialect. `S` is what it must remember of each.
pub struct Registry<S>(Arc<RegistryState<S>>);

struct RegistryState<S> {
    index: RwLock<Index<S>>,
    closings: Closings,
    terms: Terms<u64>,
}

/// How a dialect closes a socket, and why.
#[derive(Clone, Copy, Debug)]
pub struct Closings {
    /// The session is over.
    pub session_ended: Close,
    /// The token ran out by which a connection was opened, and none has followed it.
    pub token_ended: Close,
    /// The one room that a connection was for is no longer its user's, or gone.
    pub room_left: Close,
}

/// The code and reason of a closing frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    pub reason: &'static str,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All rooms of its user, also those that come later.
    Everything,
    /// This room, and closed when its user leaves it.
    Room(RoomId),
    /// Its user's own news, and what the dialect lets it [`Registry::join`].
    Chosen,
}

/// One socket, as everybody sees it who has something to say to it. Its connection holds the
/// [`registration`].
pub struct Entry<S> {
    pub me: Actor,
    pub scope: Scope,
    pub state: S,
    key: u64,
    /// When it is looked at whether its person still has a good token, in seconds.
    term: AtomicI64,
    outbox: mpsc::Sender<Outgoing>,
    /// The closing frame is on its way: nothing more is heard or told.
    ending: CancellationToken,
    /// The connection is to be dropped at once.
    cut: CancellationToken,
}

/// What waits to be written.
pub(in crate::wire) enum Outgoing {
    Frame(Utf8Bytes),
    Close(Close),
}

/// Rendered once, shared by everybody who is told.
pub fn frame<T: Serialize + ?Sized>(data: &T) -> Utf8Bytes {
    // Only a map whose keys are no text could fail, and we have none.
    serde_json::to_string(data).unwrap_or_default().into()
}

impl<S> Clone for Registry<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> Registry<S> {
    pub fn new(closings: Closings) -> Self {
        Self(Arc::new(RegistryState {
            index: RwLock::default(),
            closings,
            terms: Terms::default(),
        }))
    }

    /// Tells everybody who listens to this topic. Nothing is rendered for nobody.
    pub fn tell(&self, topic: Topic, render: impl FnOnce() -> Utf8Bytes) {
        self.tell_some(topic, |_| true, render);
    }

    pub fn tell_except(&self, topic: Topic, except: &Entry<S>, render: impl FnOnce() -> Utf8Bytes) {
        self.tell_some(topic, |it| it.key != except.key, render);
    }

    pub fn tell_all(&self, render: impl FnOnce() -> Utf8Bytes) {
        if self.read().is_empty() {
            return;
        }
        let frame = render();
        self.read().all().for_each(|it| it.say(frame.clone()));
    }

    /// Those who listen to this topic, for whoever has something different for each.
    pub fn of(&self, topic: Topic) -> Vec<Arc<Entry<S>>> {
        self.read().of(topic).cloned().collect()
    }

    /// One of those who listen to this topic, if anybody does.
    pub fn any_of(&self, topic: Topic) -> Option<Arc<Entry<S>>> {
        self.read().of(topic).next().cloned()
    }

    pub fn all(&self) -> Vec<Arc<Entry<S>>> {
        self.read().all().cloned().collect()
    }

    /// How many connections there are.
    pub fn count(&self) -> usize {
        self.read().all().count()
    }

    pub fn join(&self, entry: &Arc<Entry<S>>, topic: Topic) {
        self.write().join(entry, topic);
    }

    pub fn leave(&self, entry: &Entry<S>, topic: Topic) {
        self.write().leave(entry.key, topic);
    }

    /// Tells those of this topic who are `wanted`.
    pub fn tell_some(
        &self,
        topic: Topic,
        wanted: impl Fn(&Entry<S>) -> bool,
        render: impl FnOnce() -> Utf8Bytes,
    ) {
        if !self.read().of(topic).any(|it| wanted(it)) {
            return;
        }
        // Outside the lock, so that whoever comes or goes need not wait for the rendering.
        let frame = render();
        self.read().of(topic).filter(|it| wanted(it)).for_each(|it| it.say(frame.clone()));
    }

    fn read(&self) -> RwLockReadGuard<'_, Index<S>> {
        self.0.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index<S>> {
        self.0.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Entry<S> {
    /// Never waits. Whoever has let so much pile up is cut off.
    pub fn say(&self, frame: Utf8Bytes) {
        if !self.ending.is_cancelled() {
            self.put(Outgoing::Frame(frame));
        }
    }

    /// Says what is still queued and then goodbye; from now on nothing is heard here.
    pub fn close(&self, close: Close) {
        if !self.ending.is_cancelled() {
            self.put(Outgoing::Close(close));
            self.ending.cancel();
        }
    }

    /// Ends the connection as a broken line would.
    pub fn cut(&self) {
        self.cut.cancel();
    }

    pub(in crate::wire) fn ending(&self) -> &CancellationToken {
        &self.ending
    }

    pub(in crate::wire) fn cutting(&self) -> &CancellationToken {
        &self.cut
    }

    fn put(&self, outgoing: Outgoing) {
        if self.outbox.try_send(outgoing).is_err() && !self.cut.is_cancelled() {
            tracing::info!(user = %self.me.id, "a client that does not read is cut off");
            self.cut();
        }
    }
}

#[cfg(test)]
mod tests;
