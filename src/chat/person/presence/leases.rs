//! Who is connected: a person is there while at least one lease lives. Never a boolean
//! column, so that a crash leaves no ghosts.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{id::UserId, time::Timestamp};

use crate::{
    chat::engine::clock::Clock,
    model::{
        error::Error,
        person::presence::{Mood, Presence},
    },
};

/// How long somebody whose last connection closed still counts as there: a reload
/// should not flicker on other people's screens.
const GRACE_SECONDS: i64 = 10;

#[derive(Clone, Default)]
pub struct Leases(Arc<Mutex<LeaseState>>);

/// One connection's presence; dropping it gives it up.
pub struct Lease {
    state: Leases,
    clock: Clock,
    user: UserId,
    key: u64,
}

#[derive(Default)]
struct LeaseState {
    last_key: u64,
    people: HashMap<UserId, Person>,
    /// Whom each connection watches.
    watching: HashMap<u64, (UserId, HashSet<UserId>)>,
    changed: HashSet<UserId>,
    /// Who left when, as long as that is not stored.
    departed: HashMap<UserId, Timestamp>,
}

struct Person {
    keys: HashSet<u64>,
    mood: Mood,
    status_text: Option<String>,
    gone: Option<Timestamp>,
}

impl Leases {
    /// Whoever was not there yet is seen as they have chosen.
    pub fn arrive(
        &self,
        user: UserId,
        chosen: Mood,
        most: usize,
        clock: &Clock,
    ) -> Result<Lease, Error> {
        let mut state = self.locked();
        state.last_key += 1;
        let key = state.last_key;
        let is_new = !state.people.contains_key(&user);
        let person = state.people.entry(user).or_insert_with(|| Person {
            keys: HashSet::new(),
            mood: chosen,
            status_text: None,
            gone: None,
        });
        if person.keys.len() >= most {
            return Err(Error::TooMany { retry_after: std::time::Duration::from_secs(30) });
        }
        person.keys.insert(key);
        person.gone = None;
        // Whoever is back within the grace was never said to be gone, so there is nothing to tell.
        if is_new {
            state.changed.insert(user);
        }
        Ok(Lease { state: self.clone(), clock: clock.clone(), user, key })
    }

    /// Says how somebody feels; only for people who are there.
    pub fn set(&self, user: UserId, mood: Mood, status_text: Option<String>) -> bool {
        let mut state = self.locked();
        let Some(person) = state.people.get_mut(&user) else { return false };
        person.mood = mood;
        person.status_text = status_text;
        state.changed.insert(user);
        true
    }

    /// What others may see of those who are there; the rest is missing.
    pub fn visible(&self, users: &[UserId]) -> HashMap<UserId, Presence> {
        let state = self.locked();
        let shown = users.iter().filter_map(|user| {
            let person = state.people.get(user)?;
            (person.mood != Mood::Invisible).then(|| {
                let status_text = person.status_text.clone();
                (*user, Presence { user: *user, mood: person.mood, status_text, last_seen: None })
            })
        });
        shown.collect()
    }

    /// Everybody who is there and lets it be seen.
    pub fn everybody(&self) -> Vec<UserId> {
        let state = self.locked();
        let seen = state.people.iter().filter(|(_, it)| it.mood != Mood::Invisible);
        seen.map(|(user, _)| *user).collect()
    }

    /// Those of them who have a connection at this moment: nobody whose last one closed, be
    /// it ever so recently.
    pub fn connected(&self) -> Vec<UserId> {
        let state = self.locked();
        let seen = |it: &Person| !it.keys.is_empty() && it.mood != Mood::Invisible;
        state.people.iter().filter(|(_, it)| seen(it)).map(|(user, _)| *user).collect()
    }

    /// Those of these people who are there, whether they let it be seen or not.
    pub fn present(&self, users: &[UserId]) -> Vec<UserId> {
        let state = self.locked();
        users.iter().copied().filter(|it| state.people.contains_key(it)).collect()
    }

    /// Everybody who is there, whether they let it be seen or not.
    pub fn all_present(&self) -> Vec<UserId> {
        self.locked().people.keys().copied().collect()
    }

    /// How many connections there are, of whatever surface.
    pub fn count(&self) -> usize {
        self.locked().people.values().map(|it| it.keys.len()).sum()
    }

    /// Somebody as they are to themselves, on whichever device: also when nobody else sees it.
    pub fn own(&self, user: UserId) -> Option<Presence> {
        let state = self.locked();
        let person = state.people.get(&user)?;
        let status_text = person.status_text.clone();
        Some(Presence { user, mood: person.mood, status_text, last_seen: None })
    }

    /// Lets those go whose grace is over, and says of whom it is to be stored when they left.
    pub fn depart(&self, now: Timestamp) -> Vec<(UserId, Timestamp)> {
        let mut state = self.locked();
        let over = |it: &Person| {
            it.gone.is_some_and(|gone| (now.0 - gone.0).num_seconds() >= GRACE_SECONDS)
        };
        let departed: Vec<UserId> =
            state.people.iter().filter(|(_, it)| over(it)).map(|(user, _)| *user).collect();
        for user in &departed {
            state.people.remove(user);
            state.changed.insert(*user);
            state.departed.insert(*user, now);
        }
        state.departed.iter().map(|(user, at)| (*user, *at)).collect()
    }

    /// When somebody left is in the database.
    pub fn forget_departure(&self, user: UserId) {
        self.locked().departed.remove(&user);
    }

    /// When somebody left, if the database does not know it yet.
    pub fn left_at(&self, user: UserId) -> Option<Timestamp> {
        self.locked().departed.get(&user).copied()
    }

    /// Whose presence changed since the last time this was asked.
    pub fn changes(&self) -> Vec<UserId> {
        self.locked().changed.drain().collect()
    }

    /// Their changes could not be told, and are among the next ones.
    pub fn change_again(&self, users: &[UserId]) {
        self.locked().changed.extend(users);
    }

    /// Who asked to hear of which of these people.
    pub fn watchers(&self, of: &[UserId]) -> Vec<(UserId, UserId)> {
        let state = self.locked();
        let of: HashSet<UserId> = of.iter().copied().collect();
        let pairs = state
            .watching
            .values()
            .flat_map(|(watcher, watched)| watched.intersection(&of).map(|it| (*watcher, *it)));
        pairs.collect()
    }

    fn locked(&self) -> MutexGuard<'_, LeaseState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// Hears of these people's presence too, up to a bound; beyond it, of those as before.
    pub fn watch(&self, users: &[UserId], most: usize) -> Result<(), Error> {
        let mut state = self.state.locked();
        let watched = &mut state.watching.entry(self.key).or_insert((self.user, HashSet::new())).1;
        let new: HashSet<UserId> =
            users.iter().filter(|it| !watched.contains(it)).copied().collect();
        if watched.len() + new.len() > most {
            return Err(Error::invalid(
                "user_ids",
                crate::model::error::Problem::Other("too many people are watched already"),
            ));
        }
        watched.extend(new);
        Ok(())
    }

    pub fn unwatch(&self, users: &[UserId]) {
        if let Some((_, watched)) = self.state.locked().watching.get_mut(&self.key) {
            watched.retain(|it| !users.contains(it));
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let now = self.clock.now();
        let mut state = self.state.locked();
        state.watching.remove(&self.key);
        if let Some(person) = state.people.get_mut(&self.user) {
            person.keys.remove(&self.key);
            if person.keys.is_empty() {
                person.gone = Some(now);
            }
        }
    }
}
