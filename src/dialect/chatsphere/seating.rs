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

use crate::{
    model::{event::Topic, room::Identity},
    wire::seat::{Place, Seats},
};

/// Goes with its socket, so that nobody is left behind in a room.
pub(super) struct Sitting {
    id: Uuid,
    /// The rooms on this client's screen.
    open: Mutex<HashSet<RoomId>>,
}

impl Sitting {
    pub(super) fn new(id: Uuid) -> Self {
        Self { id, open: Mutex::default() }
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

    fn open(&self) -> MutexGuard<'_, HashSet<RoomId>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everybody who has a room open, once each.
pub(super) fn in_room(seats: &Seats<Sitting>, room: RoomId) -> Vec<Uuid> {
    let all = seats.all();
    let mut people: Vec<Uuid> =
        all.iter().map(|it| &it.state).filter(|it| it.has_open(room)).map(|it| it.id).collect();
    people.sort_unstable();
    people.dedup();
    people
}

pub(super) fn tell(seats: &Seats<Sitting>, room: &Identity, render: impl FnOnce() -> Utf8Bytes) {
    if room.kind == Kind::Public {
        seats.tell_all(render);
    } else {
        seats.tell(Topic::Room(room.room), render);
    }
}

/// Everybody but one person, at whichever socket.
pub(super) fn tell_others(
    seats: &Seats<Sitting>,
    room: &Identity,
    except: UserId,
    render: impl FnOnce() -> Utf8Bytes,
) {
    let mut others = audience(seats, room);
    others.retain(|it| it.me.id != except);
    if others.is_empty() {
        return;
    }
    let frame = render();
    for it in others {
        it.say(frame.clone());
    }
}

fn audience(seats: &Seats<Sitting>, room: &Identity) -> Vec<Arc<Place<Sitting>>> {
    if room.kind == Kind::Public { seats.all() } else { seats.of(Topic::Room(room.room)) }
}
