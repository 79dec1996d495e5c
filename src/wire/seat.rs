//! Who sits at each plain WebSocket of a dialect, and what each of them hears.
//!
//! A seat is taken before its connection is accepted, so that whoever is let in misses
//! nothing. Telling never waits: whoever does not read is cut off, so that they come back.
pub mod term;

use std::sync::{
    Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicI64, Ordering},
};

use entity::id::RoomId;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use crate::{
    chat::{
        engine::{handle::Chat, leases::Lease},
        person::presence,
        room::member,
        session,
    },
    model::{
        actor::Actor,
        error::Error,
        event::{Event, News, Topic, member::MemberNews, room::RoomNews, session::SessionNews},
        session::Pass,
    },
    wire::{seat::registry::Registry, term::Terms},
};

/// Frames that may wait for one slow client before it is cut off.
const PATIENCE: usize = 1_024;

/// All seats of one dialect. `S` is what it must remember of each.
pub struct Seats<S>(Arc<Shared<S>>);

struct Shared<S> {
    house: RwLock<Registry<S>>,
    manners: Manners,
    terms: Terms<u64>,
}

/// The words with which a dialect shows people the door.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
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
    /// Its user's own news, and what the dialect lets it [`Seats::join`].
    Chosen,
}

/// One connection's place. Everybody may speak to it; the connection itself holds [`Seat`].
pub struct Place<S> {
    pub me: Actor,
    pub scope: Scope,
    pub state: S,
    key: u64,
    /// When it is looked at whether its person still has a good token, in seconds.
    term: AtomicI64,
    outbox: mpsc::Sender<Parcel>,
    /// The closing frame is on its way: nothing more is heard or told.
    ending: CancellationToken,
    /// The connection is to be dropped at once.
    cut: CancellationToken,
}

/// What waits to be written.
pub(in crate::wire) enum Parcel {
    Frame(Utf8Bytes),
    Close(Close),
}

/// Held by the connection; dropping it leaves every audience.
pub struct Seat<S> {
    guard: Guard<S>,
    queue: mpsc::Receiver<Parcel>,
    /// Somebody is there for as long as one of their connections is.
    lease: Option<Lease>,
}

pub(in crate::wire) struct Guard<S> {
    seats: Seats<S>,
    pub place: Arc<Place<S>>,
}

/// Rendered once, shared by everybody who is told.
pub fn frame<T: Serialize + ?Sized>(data: &T) -> Utf8Bytes {
    // Only a map whose keys are no text could fail, and we have none.
    serde_json::to_string(data).unwrap_or_default().into()
}

impl<S> Clone for Seats<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> Seats<S> {
    pub fn new(manners: Manners) -> Self {
        Self(Arc::new(Shared { house: RwLock::default(), manners, terms: Terms::default() }))
    }

    /// A seat in its place: known to be somebody whose session lives, and in every
    /// audience that its scope names. Fails for a room that its user may not read.
    pub async fn take(
        &self,
        chat: &Chat,
        pass: &Pass,
        scope: Scope,
        state: S,
    ) -> Result<Seat<S>, Error> {
        let lease = presence::arrive(chat, pass.actor).await?;
        let seat = self.sit(pass.actor, scope, state);
        self.admit(chat, pass, seat, lease).await
    }

    /// The same, where the first thing to be heard is a greeting: everything else, however
    /// soon it comes, is heard after it.
    pub async fn take_greeted(
        &self,
        chat: &Chat,
        pass: &Pass,
        scope: Scope,
        state: S,
        greeting: Utf8Bytes,
    ) -> Result<Seat<S>, Error> {
        let lease = presence::arrive(chat, pass.actor).await?;
        let seat = self.sit_down(pass.actor, scope, state, Some(greeting));
        self.admit(chat, pass, seat, lease).await
    }

    /// Tells everybody who listens to this topic. Nothing is rendered for nobody.
    pub fn tell(&self, topic: Topic, render: impl FnOnce() -> Utf8Bytes) {
        self.tell_some(topic, |_| true, render);
    }

    pub fn tell_except(&self, topic: Topic, except: &Place<S>, render: impl FnOnce() -> Utf8Bytes) {
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
    pub fn of(&self, topic: Topic) -> Vec<Arc<Place<S>>> {
        self.read().of(topic).cloned().collect()
    }

    /// One of those who listen to this topic, if anybody does.
    pub fn any_of(&self, topic: Topic) -> Option<Arc<Place<S>>> {
        self.read().of(topic).next().cloned()
    }

    pub fn all(&self) -> Vec<Arc<Place<S>>> {
        self.read().all().cloned().collect()
    }

    /// How many connections there are.
    pub fn count(&self) -> usize {
        self.read().all().count()
    }

    pub fn join(&self, place: &Arc<Place<S>>, topic: Topic) {
        self.write().join(place, topic);
    }

    pub fn leave(&self, place: &Place<S>, topic: Topic) {
        self.write().leave(place.key, topic);
    }

    /// What every dialect does about news of comings and goings. Call it before rendering
    /// to have those who come hear of it, and after it for those who go.
    pub fn follow(&self, event: &Event) {
        match &event.news {
            News::Member(MemberNews::Joined { room, user, .. }) => {
                for place in self.of(Topic::User(*user)) {
                    if place.scope == Scope::Everything {
                        self.join(&place, Topic::Room(*room));
                    }
                }
            }
            News::Member(MemberNews::Left { room, user, .. }) => {
                for place in self.of(Topic::User(*user)) {
                    self.shut_out(&place, *room);
                }
            }
            News::Room(news) => match news {
                RoomNews::Deleted { room, .. } => {
                    for place in self.of(Topic::Room(*room)) {
                        self.shut_out(&place, *room);
                    }
                }
                RoomNews::Created(_)
                | RoomNews::Updated { .. }
                | RoomNews::SettingsChanged { .. } => {}
            },
            News::Session(SessionNews::Ended(_)) => {
                for place in self.of(event.topic) {
                    place.close(self.0.manners.session_ended);
                }
            }
            News::Message(_)
            | News::Cursor(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_) => {}
        }
    }

    fn shut_out(&self, place: &Place<S>, room: RoomId) {
        self.leave(place, Topic::Room(room));
        if place.scope == Scope::Room(room) {
            place.close(self.0.manners.room_left);
        }
    }

    /// First the seat, then the look at what may be heard from it: whatever changes in
    /// between finds the seat taken.
    async fn admit(
        &self,
        chat: &Chat,
        pass: &Pass,
        mut seat: Seat<S>,
        lease: Lease,
    ) -> Result<Seat<S>, Error> {
        let place = seat.place();
        self.begin_term(&place, pass.expires);
        seat.lease = Some(lease);
        session::still_lives(chat, place.me).await?;
        self.settle(chat, &place).await?;
        Ok(seat)
    }

    pub(in crate::wire) fn sit(&self, me: Actor, scope: Scope, state: S) -> Seat<S> {
        self.sit_down(me, scope, state, None)
    }

    fn sit_down(&self, me: Actor, scope: Scope, state: S, greeting: Option<Utf8Bytes>) -> Seat<S> {
        let (outbox, queue) = mpsc::channel(PATIENCE);
        // The queue is empty, so there is room.
        greeting.map(|it| outbox.try_send(Parcel::Frame(it)));
        let place = self.write().add(|key| Place {
            me,
            scope,
            state,
            key,
            term: AtomicI64::default(),
            outbox,
            ending: CancellationToken::new(),
            cut: CancellationToken::new(),
        });
        Seat { guard: Guard { seats: self.clone(), place }, queue, lease: None }
    }

    async fn settle(&self, chat: &Chat, place: &Arc<Place<S>>) -> Result<(), Error> {
        match place.scope {
            Scope::Everything => {
                member::follow(chat, place.me, |topics| self.write().put(place, topics)).await
            }
            Scope::Room(room) => {
                self.join(place, Topic::Room(room));
                member::may_listen(chat, place.me, room).await
            }
            Scope::Chosen => Ok(()),
        }
    }

    /// Tells those of this topic who are `wanted`.
    pub fn tell_some(
        &self,
        topic: Topic,
        wanted: impl Fn(&Place<S>) -> bool,
        render: impl FnOnce() -> Utf8Bytes,
    ) {
        if !self.read().of(topic).any(|it| wanted(it)) {
            return;
        }
        let frame = render();
        self.read().of(topic).filter(|it| wanted(it)).for_each(|it| it.say(frame.clone()));
    }

    fn read(&self) -> RwLockReadGuard<'_, Registry<S>> {
        self.0.house.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Registry<S>> {
        self.0.house.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Place<S> {
    /// Never waits. Whoever has let so much pile up is cut off.
    pub fn say(&self, frame: Utf8Bytes) {
        if !self.ending.is_cancelled() {
            self.put(Parcel::Frame(frame));
        }
    }

    /// Says what is still queued and then goodbye; from now on nothing is heard here.
    pub fn close(&self, close: Close) {
        if !self.ending.is_cancelled() {
            self.put(Parcel::Close(close));
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

    fn put(&self, parcel: Parcel) {
        if self.outbox.try_send(parcel).is_err() && !self.cut.is_cancelled() {
            tracing::info!(user = %self.me.id, "a client that does not read is cut off");
            self.cut();
        }
    }
}

impl<S> Seat<S> {
    pub fn place(&self) -> Arc<Place<S>> {
        self.guard.place.clone()
    }

    pub(in crate::wire) fn unfold(self) -> (Guard<S>, mpsc::Receiver<Parcel>, Option<Lease>) {
        (self.guard, self.queue, self.lease)
    }
}

impl<S> Drop for Guard<S> {
    fn drop(&mut self) {
        // What is still said to this place goes nowhere, and that is no slowness.
        self.place.cut();
        self.seats.0.terms.forget(self.place.term.load(Ordering::Relaxed), self.place.key);
        self.seats.write().remove(self.place.key);
    }
}

mod registry;
#[cfg(test)]
mod tests;
