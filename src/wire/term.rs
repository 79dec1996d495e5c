//! When whoever was let in by a token is to be looked at: one list for many connections, because
//! a clock for each would weigh on those that are idle.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::time::Timestamp;

use crate::chat::engine::handle::Chat;

/// Looks at the clock every second, until the server stops.
pub async fn every_second(chat: &Chat, mut look: impl FnMut(Timestamp)) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    while chat.until_stopped(second.tick()).await.is_some() {
        look(chat.now());
    }
}

/// Soonest first, in seconds. `K` is what a connection is called.
pub struct Terms<K>(Mutex<BTreeSet<(i64, K)>>);

impl<K> Default for Terms<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord + Copy> Terms<K> {
    pub fn begin(&self, when: i64, key: K) {
        self.list().insert((when, key));
    }

    pub fn forget(&self, when: i64, key: K) {
        self.list().remove(&(when, key));
    }

    /// Those whose time has come. Whoever is to be looked at again begins anew.
    pub fn due(&self, now: i64) -> Vec<(i64, K)> {
        let mut list = self.list();
        let mut due = Vec::new();
        while let Some(first) = list.first().copied().filter(|it| it.0 <= now) {
            list.remove(&first);
            due.push(first);
        }
        due
    }

    fn list(&self) -> MutexGuard<'_, BTreeSet<(i64, K)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_time_has_come_is_named_once_and_soonest_first() {
        let terms = Terms::default();
        for (when, key) in [(3, 'c'), (1, 'a'), (2, 'b'), (2, 'x')] {
            terms.begin(when, key);
        }
        terms.forget(2, 'x');
        assert_eq!(terms.due(2), [(1, 'a'), (2, 'b')]);
        assert_eq!(terms.due(2), []);
        assert_eq!(terms.due(9), [(3, 'c')]);
    }
}
