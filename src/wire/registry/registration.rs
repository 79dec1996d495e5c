//! How a socket comes into the registry, and leaves it again.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use super::{Entry, Outgoing, Registry, Scope};
use crate::{
    chat::{
        engine::handle::Chat, person::presence, person::presence::leases::Lease, room::member,
        session,
    },
    model::{actor::Actor, error::Error, event::Topic, session::Pass},
};

/// Frames that may wait for one slow client before it is cut off.
pub(super) const PATIENCE: usize = 1_024;

/// Held by the connection; dropping it takes the socket out of the registry.
pub struct Registration<S> {
    guard: Guard<S>,
    pub(super) queue: mpsc::Receiver<Outgoing>,
    /// Somebody is there for as long as one of their connections is.
    lease: Option<Lease>,
}

pub(in crate::wire) struct Guard<S> {
    registry: Registry<S>,
    pub entry: Arc<Entry<S>>,
}

impl<S> Registry<S> {
    /// Known to be somebody whose session lives, and in every audience that its scope names. Fails
    /// for a room that its user may not read.
    pub async fn register(
        &self,
        chat: &Chat,
        pass: &Pass,
        scope: Scope,
        state: S,
    ) -> Result<Registration<S>, Error> {
        // First, because it refuses whoever has as many connections as they may have.
        let lease = presence::arrive(chat, pass.actor).await?;
        let registration = self.add(pass.actor, scope, state);
        self.admit(chat, pass, registration, lease).await
    }

    /// The same, where the first thing to be heard is a greeting: everything else, however
    /// soon it comes, is heard after it.
    pub async fn register_greeted(
        &self,
        chat: &Chat,
        pass: &Pass,
        scope: Scope,
        state: S,
        greeting: Utf8Bytes,
    ) -> Result<Registration<S>, Error> {
        let lease = presence::arrive(chat, pass.actor).await?;
        let registration = self.add_greeted(pass.actor, scope, state, Some(greeting));
        self.admit(chat, pass, registration, lease).await
    }

    /// First the entry, then the look at what it may hear: whatever changes in between finds the
    /// entry there.
    async fn admit(
        &self,
        chat: &Chat,
        pass: &Pass,
        mut registration: Registration<S>,
        lease: Lease,
    ) -> Result<Registration<S>, Error> {
        let entry = registration.entry();
        self.begin_term(&entry, pass.expires);
        registration.lease = Some(lease);
        session::still_lives(chat, entry.me).await?;
        self.settle(chat, &entry).await?;
        Ok(registration)
    }

    pub(in crate::wire) fn add(&self, me: Actor, scope: Scope, state: S) -> Registration<S> {
        self.add_greeted(me, scope, state, None)
    }

    fn add_greeted(
        &self,
        me: Actor,
        scope: Scope,
        state: S,
        greeting: Option<Utf8Bytes>,
    ) -> Registration<S> {
        let (outbox, queue) = mpsc::channel(PATIENCE);
        // The queue is empty, so there is room.
        greeting.map(|it| outbox.try_send(Outgoing::Frame(it)));
        let entry = self.write().add(|key| Entry {
            me,
            scope,
            state,
            key,
            term: AtomicI64::default(),
            outbox,
            ending: CancellationToken::new(),
            cut: CancellationToken::new(),
        });
        Registration { guard: Guard { registry: self.clone(), entry }, queue, lease: None }
    }

    async fn settle(&self, chat: &Chat, entry: &Arc<Entry<S>>) -> Result<(), Error> {
        match entry.scope {
            Scope::Everything => {
                member::follow(chat, entry.me, |topics| self.write().put(entry, topics))
                    .await
                    .map(drop)
            }
            Scope::Room(room) => {
                self.join(entry, Topic::Room(room));
                member::may_listen(chat, entry.me, room).await
            }
            Scope::Chosen => Ok(()),
        }
    }
}

impl<S> Registration<S> {
    pub fn entry(&self) -> Arc<Entry<S>> {
        self.guard.entry.clone()
    }

    pub(in crate::wire) fn into_parts(self) -> (Guard<S>, mpsc::Receiver<Outgoing>, Option<Lease>) {
        (self.guard, self.queue, self.lease)
    }
}

impl<S> Drop for Guard<S> {
    fn drop(&mut self) {
        // What is still said to this socket goes nowhere, and that is no slowness.
        self.entry.cut();
        self.registry.0.terms.forget(self.entry.term.load(Ordering::Relaxed), self.entry.key);
        self.registry.write().remove(self.entry.key);
    }
}
