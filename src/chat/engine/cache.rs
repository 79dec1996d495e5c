//! Remembers what the database said, until it changes.
//!
//! A value that was being read while it changed is not remembered: otherwise somebody who
//! was removed at that moment would stay a member for as long as the memory lasts.

use std::{
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use moka::sync::Cache;

pub struct ReadCache<K, V> {
    values: Cache<K, V>,
    changes: Mutex<u64>,
}

/// How many changes there had been when the reading began.
#[derive(Clone, Copy)]
pub struct Ticket(u64);

impl<K, V> ReadCache<K, V>
where
    K: Hash + Eq + Copy + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub fn new(capacity: u64, lifetime: Duration) -> Self {
        let values = Cache::builder().max_capacity(capacity).time_to_live(lifetime).build();
        Self { values, changes: Mutex::new(0) }
    }

    pub fn get(&self, key: K) -> Option<V> {
        self.values.get(&key)
    }

    /// To be taken before the database is asked.
    pub fn ticket(&self) -> Ticket {
        Ticket(*self.changes())
    }

    pub fn keep(&self, ticket: Ticket, key: K, value: V) {
        // The lock is held while the value is put in: otherwise it could be forgotten in between
        // and then be remembered, old as it is.
        let changes = self.changes();
        if *changes == ticket.0 {
            self.values.insert(key, value);
        }
    }

    pub fn forget(&self, key: K) {
        let mut changes = self.changes();
        // One number for all keys: at worst something else is read once more, and nothing has to be
        // remembered about keys that nobody asks for.
        *changes += 1;
        self.values.invalidate(&key);
    }

    fn changes(&self) -> MutexGuard<'_, u64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
