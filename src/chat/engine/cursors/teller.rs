//! Tells rooms whose cursors are where: of each room at most once a second, all that moved
//! since. A room in which everybody reads the same message is one event, and not one for each.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use entity::id::{RoomId, UserId};

use crate::{
    chat::engine::bus::Listener,
    model::event::{
        Event, News,
        cursor::{CursorNews, Mark, Reached},
        member::MemberNews,
        room::RoomNews,
    },
};

/// Between two times that a room is told.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Teller(Mutex<HashMap<RoomId, Pending>>);

/// What a room was not told yet.
#[derive(Default)]
struct Pending {
    told: Option<Instant>,
    moved: BTreeMap<UserId, Reached>,
}

impl Pending {
    fn due(&self) -> Option<Instant> {
        self.told.map(|it| it + PAUSE)
    }

    fn must_wait(&self, now: Instant) -> bool {
        self.due().is_some_and(|it| it > now)
    }
}

impl Teller {
    pub(super) fn note(&self, room: RoomId, mark: Mark) {
        self.rooms().entry(room).or_default().moved.insert(mark.user, mark.reached);
    }

    /// When there is something to do next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.rooms().values().filter_map(Pending::due).min()
    }

    /// The rooms that have something to be told by now. One that has nothing new is forgotten.
    pub(super) fn due_rooms(&self, now: Instant) -> Vec<RoomId> {
        let mut rooms = self.rooms();
        rooms.retain(|_, it| !it.moved.is_empty() || it.must_wait(now));
        rooms.iter().filter(|it| !it.1.must_wait(now)).map(|it| *it.0).collect()
    }

    /// What is to be told to those of these rooms whose pause is over.
    pub(super) fn take(&self, rooms: &[RoomId], now: Instant) -> Vec<(RoomId, Vec<Mark>)> {
        let mut all = self.rooms();
        let mut taken = Vec::new();
        for room in rooms {
            let pending = all.get_mut(room).filter(|it| !it.must_wait(now));
            let Some(pending) = pending.filter(|it| !it.moved.is_empty()) else { continue };
            pending.told = Some(now);
            let moved = std::mem::take(&mut pending.moved);
            let marks = moved.into_iter().map(|(user, reached)| Mark { user, reached });
            taken.push((*room, marks.collect()));
        }
        taken
    }

    fn forget(&self, room: RoomId, user: UserId) {
        if let Some(pending) = self.rooms().get_mut(&room) {
            pending.moved.remove(&user);
        }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Pending>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Teller {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Member(MemberNews::Left { room, user, .. })
            | News::Cursor(CursorNews::Shown { room, user, .. }) => self.forget(*room, *user),
            News::Room(RoomNews::Deleted { room, .. }) => drop(self.rooms().remove(room)),
            // Nothing else makes a mark wrong.
            News::Member(_)
            | News::Cursor(_)
            | News::Room(_)
            | News::Message(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_)
            | News::Session(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn mark(user: i64, seq: i64) -> Mark {
        Mark { user: UserId(user), reached: Reached { read: seq, delivered: seq } }
    }

    #[test]
    fn a_room_is_told_at_once_and_then_once_a_second() {
        let (teller, room, now) = (Teller::default(), RoomId(Uuid::nil()), Instant::now());
        teller.note(room, mark(1, 1));
        assert_eq!(teller.take(&[room], now), [(room, vec![mark(1, 1)])]);
        teller.note(room, mark(1, 2));
        teller.note(room, mark(2, 1));
        teller.note(room, mark(1, 3));
        assert_eq!(teller.take(&[room], now + PAUSE / 2), []);
        assert_eq!(teller.due_rooms(now + PAUSE / 2), []);
        assert_eq!(teller.due(), Some(now + PAUSE));
        assert_eq!(teller.due_rooms(now + PAUSE), [room]);
        assert_eq!(teller.take(&[room], now + PAUSE), [(room, vec![mark(1, 3), mark(2, 1)])]);
        assert_eq!(teller.due_rooms(now + PAUSE * 2), []);
        assert_eq!(teller.due(), None, "nothing is remembered of a quiet room");
    }

    #[test]
    fn whoever_hides_is_not_told_of() {
        let (teller, room, now) = (Teller::default(), RoomId(Uuid::nil()), Instant::now());
        teller.note(room, mark(1, 1));
        teller.note(room, mark(2, 1));
        let hidden = CursorNews::Shown { room, user: UserId(1), cursor: None };
        teller.hear(&Event::new(crate::model::event::Topic::Room(room), hidden));
        assert_eq!(teller.take(&[room], now), [(room, vec![mark(2, 1)])]);
    }
}
