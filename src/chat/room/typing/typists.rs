//! Who is typing where, each for as long as a lease lasts.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{
    id::{RoomId, UserId},
    time::Timestamp,
};

use crate::model::event::presence::Typist;

#[derive(Clone, Default)]
pub struct Typists(Arc<Mutex<HashMap<RoomId, BTreeMap<UserId, Timestamp>>>>);

impl Typists {
    /// Starts or renews a lease; `true` when the person was not typing before.
    pub fn start(&self, room: RoomId, user: UserId, until: Timestamp) -> bool {
        self.rooms().entry(room).or_default().insert(user, until).is_none()
    }

    /// `true` when the person had been typing.
    pub fn stop(&self, room: RoomId, user: UserId) -> bool {
        let mut rooms = self.rooms();
        let Some(people) = rooms.get_mut(&room) else { return false };
        let was = people.remove(&user).is_some();
        if people.is_empty() {
            rooms.remove(&room);
        }
        was
    }

    pub fn has(&self, room: RoomId, user: UserId) -> bool {
        self.rooms().get(&room).is_some_and(|it| it.contains_key(&user))
    }

    pub fn in_room(&self, room: RoomId) -> Vec<Typist> {
        self.rooms()
            .get(&room)
            .map(|it| {
                it.iter().map(|(user, until)| Typist { user: *user, until: *until }).collect()
            })
            .unwrap_or_default()
    }

    /// Ends every lease that `over` picks, and names the rooms where one ended.
    pub fn end(&self, over: impl Fn(UserId, Timestamp) -> bool) -> Vec<RoomId> {
        let mut changed = Vec::new();
        self.rooms().retain(|room, people| {
            let before = people.len();
            people.retain(|user, until| !over(*user, *until));
            if people.len() < before {
                changed.push(*room);
            }
            !people.is_empty()
        });
        changed
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, BTreeMap<UserId, Timestamp>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
