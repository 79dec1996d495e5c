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
    wire::registry::{Entry, Registry},
};

/// Goes with its socket, so that nobody is left behind in a room.
pub(super) struct SocketState {
    id: Uuid,
    /// The rooms on this client's screen.
    open: Mutex<HashSet<RoomId>>,
    /// Who was shown to be there, to somebody who does not see everybody.
    shown: Mutex<Option<Vec<Person>>>,
}

impl SocketState {
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
        // The same list once more would tell whoever is not shown somebody that they came or went.
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
    registry: &Registry<SocketState>,
    room: RoomId,
    me: UserId,
    hidden: &HashSet<(UserId, UserId)>,
) -> Vec<Uuid> {
    let mut all = registry.all();
    all.retain(|it| it.state.has_open(room) && !hidden.contains(&(me, it.me.id)));
    let mut people: Vec<Uuid> = all.iter().map(|it| it.state.id).collect();
    people.sort_unstable();
    // Somebody with several tabs is one person.
    people.dedup();
    people
}

pub(super) fn tell(
    registry: &Registry<SocketState>,
    room: &Identity,
    render: impl FnOnce() -> Utf8Bytes,
) {
    let hears = |it: &Entry<SocketState>| !room.banned.contains(&it.me.id);
    match room.kind {
        Kind::Public if room.banned.is_empty() => registry.tell_all(render),
        // Whoever is banned from it is told nothing, although everybody else is.
        Kind::Public => tell_each(registry.all().into_iter().filter(|it| hears(it)), render),
        Kind::Direct | Kind::Group | Kind::Channel => registry.tell(Topic::Room(room.room), render),
    }
}

/// Everybody but one person, at whichever socket, and those who must not see them come and go.
pub(super) fn tell_others(
    registry: &Registry<SocketState>,
    room: &Identity,
    except: UserId,
    hidden: &HashSet<(UserId, UserId)>,
    render: impl FnOnce() -> Utf8Bytes,
) {
    let mut others = audience(registry, room);
    others.retain(|it| it.me.id != except && !hidden.contains(&(except, it.me.id)));
    tell_each(others.into_iter(), render);
}

/// Rendered once, and for nobody not at all.
fn tell_each(
    entries: impl Iterator<Item = Arc<Entry<SocketState>>>,
    render: impl FnOnce() -> Utf8Bytes,
) {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return;
    }
    let frame = render();
    entries.for_each(|it| it.say(frame.clone()));
}

fn audience(registry: &Registry<SocketState>, room: &Identity) -> Vec<Arc<Entry<SocketState>>> {
    let mut all = if room.kind == Kind::Public {
        registry.all()
    } else {
        registry.of(Topic::Room(room.room))
    };
    all.retain(|it| !room.banned.contains(&it.me.id));
    all
}
