//! Sockets without a credential: for whom each of them listens, and to what. Decides nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{
    id::{RoomId, SessionId, UserId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::model::{actor::Actor, session::Device};

/// Joins and requests of one client that are remembered for a moment.
const MOST: usize = 256;

/// How the surface lets a socket hear a room. It must not wait for anybody.
pub trait SocketRooms: Send + Sync {
    fn enter(&self, room: RoomId);
    fn leave(&self, room: RoomId);
}

/// One socket without a credential.
pub struct Subscriber {
    /// Our own name for it; the connection's is a secret.
    pub id: Uuid,
    pub device: Device,
    /// What changes the rooms happens one after the other.
    pub turn: tokio::sync::Mutex<()>,
    socket_rooms: Box<dyn SocketRooms>,
    state: Mutex<SubscriberState>,
}

#[derive(Default)]
struct SubscriberState {
    bound: Option<Binding>,
    /// With each room the people for whom it is heard: all of them may, for as long as it is.
    rooms: HashMap<RoomId, Vec<Actor>>,
    /// What the database says of it, the rooms in order.
    written: Option<Written>,
}

pub type Written = (SessionId, Vec<RoomId>);

/// The one for whom a socket listens.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub me: Actor,
    pub why: Why,
}

/// How we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody else has used its client lately.
    Alone,
    /// A socket of theirs was lost, and nobody else has used its client since.
    CameBack,
    /// They asked for a room that it had joined a moment before.
    Asked,
}

impl Subscriber {
    pub fn new(device: Device, socket_rooms: Box<dyn SocketRooms>) -> Self {
        let (turn, state) = (tokio::sync::Mutex::default(), Mutex::default());
        Self { id: Uuid::new_v4(), device, turn, socket_rooms, state }
    }

    pub fn bound(&self) -> Option<Binding> {
        self.state().bound
    }

    pub fn bind(&self, binding: Option<Binding>) {
        self.state().bound = binding;
    }

    pub fn hear(&self, room: RoomId, people: Vec<Actor>) {
        self.state().rooms.insert(room, people);
        self.socket_rooms.enter(room);
        // Somebody may have stopped it in between, and found nothing to leave.
        if !self.state().rooms.contains_key(&room) {
            self.socket_rooms.leave(room);
        }
    }

    pub fn stop(&self, room: RoomId) {
        self.state().rooms.remove(&room);
        self.socket_rooms.leave(room);
    }

    pub fn rooms(&self) -> Vec<(RoomId, Vec<Actor>)> {
        self.state().rooms.iter().map(|(room, people)| (*room, people.clone())).collect()
    }

    /// Somebody has turned up at its client. Returns whether it could be theirs.
    pub fn doubt(&self, me: Actor) -> bool {
        let mut state = self.state();
        let could_be = state.bound.is_some_and(|it| it.why == Why::CameBack && it.me.id != me.id);
        if could_be {
            state.bound = None;
            // From now on it goes on only as long as this person may hear it, too.
            state.rooms.values_mut().for_each(|it| it.push(me));
        }
        could_be
    }

    /// At once, whatever else is going on.
    pub fn lose_person(&self, room: RoomId, user: UserId) {
        let concerned = |people: &Vec<Actor>| people.iter().any(|it| it.id == user);
        if self.state().rooms.get(&room).is_some_and(concerned) {
            self.stop(room);
        }
    }

    pub fn lose_session(&self, session: SessionId) {
        let mut state = self.state();
        state.bound = state.bound.filter(|it| it.me.session != session);
        let concerned = |people: &Vec<Actor>| people.iter().any(|it| it.session == session);
        let lost: Vec<RoomId> =
            state.rooms.iter().filter(|it| concerned(it.1)).map(|it| *it.0).collect();
        // `stop` needs the lock, and calls the surface.
        drop(state);
        for room in lost {
            self.stop(room);
        }
    }

    /// Remembers what is being written down, and says what was.
    pub fn write(&self, new: Option<Written>) -> Option<Written> {
        std::mem::replace(&mut self.state().written, new)
    }

    /// It hears nothing any more. Says what was written down of it.
    pub fn end(&self) -> Option<Written> {
        std::mem::take(&mut *self.state()).written
    }

    fn state(&self) -> MutexGuard<'_, SubscriberState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Default)]
pub struct Subscribers(Arc<Mutex<HashMap<Device, BrowserPage>>>);

/// The sockets of one client, what they have joined and what was asked for a moment ago.
#[derive(Default)]
struct BrowserPage {
    subscribers: Vec<Arc<Subscriber>>,
    joins: Vec<Noted<Uuid>>,
    requests: Vec<Noted<Actor>>,
}

/// Which socket joined a room, or who asked for it, and when.
struct Noted<T> {
    who: T,
    room: RoomId,
    at: Timestamp,
}

impl<T: Copy + PartialEq> Noted<T> {
    fn is_of(&self, who: T, room: RoomId) -> bool {
        self.who == who && self.room == room
    }
}

/// Which socket it was that joined a room for which somebody asks.
pub enum Joined {
    None,
    One(Arc<Subscriber>),
    /// Whose it is cannot be told.
    Several,
}

impl Subscribers {
    pub fn add(&self, new: Arc<Subscriber>) {
        self.pages().entry(new.device.clone()).or_default().subscribers.push(new);
    }

    pub fn remove(&self, old: &Subscriber) {
        let mut pages = self.pages();
        let Some(page) = pages.get_mut(&old.device) else { return };
        page.subscribers.retain(|it| it.id != old.id);
        page.joins.retain(|it| it.who != old.id);
        if page.subscribers.is_empty() {
            pages.remove(&old.device);
        }
    }

    pub fn all(&self) -> Vec<Arc<Subscriber>> {
        self.pages().values().flat_map(|it| it.subscribers.clone()).collect()
    }

    pub fn at(&self, device: &Device) -> Vec<Arc<Subscriber>> {
        self.pages().get(device).map(|it| it.subscribers.clone()).unwrap_or_default()
    }

    pub fn join(&self, who: &Subscriber, room: RoomId, now: Timestamp) {
        let mut pages = self.pages();
        let Some(page) = pages.get_mut(&who.device) else { return };
        page.joins.retain(|it| !it.is_of(who.id, room));
        push(&mut page.joins, Noted { who: who.id, room, at: now });
    }

    /// Who asked for this room since then, if that was one person: the join is told whose it
    /// was, and the request is used up.
    pub fn claim(&self, who: &Subscriber, room: RoomId, since: Timestamp) -> Option<Actor> {
        let mut pages = self.pages();
        let page = pages.get_mut(&who.device)?;
        let asked = |it: &&Noted<Actor>| it.room == room && it.at >= since;
        let mut all = page.requests.iter().filter(asked).map(|it| it.who);
        let me = all.next()?;
        if all.any(|it| it != me) {
            return None;
        }
        page.requests.retain(|it| it.room != room);
        page.joins.retain(|it| !it.is_of(who.id, room));
        Some(me)
    }

    /// It is known whose this socket is: what they asked for is used up by its join.
    pub fn settle(&self, who: &Subscriber, me: Actor, room: RoomId) {
        let mut pages = self.pages();
        let Some(page) = pages.get_mut(&who.device) else { return };
        page.requests.retain(|it| !it.is_of(me, room));
    }

    /// Whose join this request follows; one that follows none waits for a join.
    pub fn ask(
        &self,
        me: Actor,
        device: &Device,
        room: RoomId,
        since: Timestamp,
        now: Timestamp,
    ) -> Joined {
        let mut pages = self.pages();
        let Some(page) = pages.get_mut(device) else { return Joined::None };
        let joins = page.joins.iter().filter(|it| it.room == room && it.at >= since);
        let ids: Vec<Uuid> = joins.map(|it| it.who).collect();
        let is_mine = |it: &&Arc<Subscriber>| {
            it.bound().is_some_and(|it| it.why == Why::Asked && it.me == me)
        };
        let has_it = |it: &Arc<Subscriber>| it.rooms().iter().any(|it| it.0 == room);
        if let Some(mine) = page.subscribers.iter().filter(is_mine).find(|it| has_it(it)) {
            // I open again what I hear already; somebody else's join is not mine because my
            // own is still on its way.
            page.joins.retain(|it| !it.is_of(mine.id, room));
            return Joined::None;
        }
        let all = page.subscribers.iter().filter(|it| ids.contains(&it.id));
        let found = match all.clone().find(is_mine) {
            // My own socket, known by an earlier request, is the one that joined.
            Some(mine) => Joined::One(mine.clone()),
            None => match all.collect::<Vec<_>>().as_slice() {
                [] => Joined::None,
                [one] => Joined::One(Arc::clone(one)),
                [_, _, ..] => Joined::Several,
            },
        };
        match &found {
            Joined::None => push(&mut page.requests, Noted { who: me, room, at: now }),
            Joined::One(one) => page.joins.retain(|it| !it.is_of(one.id, room)),
            // Not kept for a later join either: whose that is would be no more certain.
            Joined::Several => {}
        }
        found
    }

    fn pages(&self) -> MutexGuard<'_, HashMap<Device, BrowserPage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The oldest goes when there are too many.
fn push<T>(all: &mut Vec<T>, new: T) {
    if all.len() >= MOST {
        all.remove(0);
    }
    all.push(new);
}
