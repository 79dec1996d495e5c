//! What is remembered of each socket, and who hears what. A public room is heard by
//! everybody, whether they have joined it or not; any other chat by its members.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

use super::payload::Person;
use crate::{
    model::{event::Topic, room::Identity},
    wire::seat::{Place, Seats},
};

/// Goes with its socket, so that nobody is left behind in a room.
pub(super) struct Sitting {
    id: Uuid,
    /// The rooms on this client's screen.
    open: Mutex<HashSet<RoomId>>,
    /// Who was shown to be there, to somebody who does not see everybody.
    shown: Mutex<Option<Vec<Person>>>,
}

impl Sitting {
    pub(super) fn new(id: Uuid) -> Self {
        Self { id, open: Mutex::default(), shown: Mutex::default() }
    }

    /// Whether it had not been open.
    pub(super) fn enter(&self, room: RoomId) -> bool {
        self.open().insert(room)
    }

    /// Whether it had been open.
    pub(super) fn leave(&self, room: RoomId) -> bool {
        self.open().remove(&room)
    }

    fn has_open(&self, room: RoomId) -> bool {
        self.open().contains(&room)
    }

    /// Whether these are others than were shown before.
    pub(super) fn sees(&self, people: &[Person]) -> bool {
        let mut shown = self.shown();
        let is_news = shown.as_deref() != Some(people);
        if is_news {
            *shown = Some(people.to_vec());
        }
        is_news
    }

    /// Nobody is hidden from it; whether somebody was before.
    pub(super) fn sees_all_again(&self) -> bool {
        self.shown().take().is_some()
    }

    fn shown(&self) -> MutexGuard<'_, Option<Vec<Person>>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, HashSet<RoomId>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everybody who has a room open, once each, but those whom the asker must not see.
pub(super) fn in_room(
    seats: &Seats<Sitting>,
    room: RoomId,
    me: UserId,
    hidden: &HashSet<(UserId, UserId)>,
) -> Vec<Uuid> {
    let mut all = seats.all();
    all.retain(|it| it.state.has_open(room) && !hidden.contains(&(me, it.me.id)));
    let mut people: Vec<Uuid> = all.iter().map(|it| it.state.id).collect();
    people.sort_unstable();
    people.dedup();
    people
}

pub(super) fn tell(seats: &Seats<Sitting>, room: &Identity, render: impl FnOnce() -> Utf8Bytes) {
    let hears = |it: &Place<Sitting>| !room.banned.contains(&it.me.id);
    match room.kind {
        Kind::Public if room.banned.is_empty() => seats.tell_all(render),
        Kind::Public => tell_each(seats.all().into_iter().filter(|it| hears(it)), render),
        Kind::Direct | Kind::Group | Kind::Channel => seats.tell(Topic::Room(room.room), render),
    }
}

/// Everybody but one person, at whichever socket, and those who must not see them come and go.
pub(super) fn tell_others(
    seats: &Seats<Sitting>,
    room: &Identity,
    except: UserId,
    hidden: &HashSet<(UserId, UserId)>,
    render: impl FnOnce() -> Utf8Bytes,
) {
    let mut others = audience(seats, room);
    others.retain(|it| it.me.id != except && !hidden.contains(&(except, it.me.id)));
    tell_each(others.into_iter(), render);
}

/// Rendered once, and for nobody not at all.
fn tell_each(
    places: impl Iterator<Item = Arc<Place<Sitting>>>,
    render: impl FnOnce() -> Utf8Bytes,
) {
    let mut places = places.peekable();
    if places.peek().is_none() {
        return;
    }
    let frame = render();
    places.for_each(|it| it.say(frame.clone()));
}

fn audience(seats: &Seats<Sitting>, room: &Identity) -> Vec<Arc<Place<Sitting>>> {
    let mut all =
        if room.kind == Kind::Public { seats.all() } else { seats.of(Topic::Room(room.room)) };
    all.retain(|it| !room.banned.contains(&it.me.id));
    all
}
