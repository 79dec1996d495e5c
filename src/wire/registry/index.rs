//! Which sockets there are, and which of them listen to what. Tells nobody anything.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use crate::{model::event::Topic, wire::registry::Entry};

type Entries<S> = BTreeMap<u64, Arc<Entry<S>>>;

/// Both ways round, so that an audience is found without looking at anybody else.
pub(super) struct Index<S> {
    last_key: u64,
    entries: Entries<S>,
    audiences: HashMap<Topic, Entries<S>>,
    topics: HashMap<u64, HashSet<Topic>>,
}

impl<S> Default for Index<S> {
    fn default() -> Self {
        Self {
            last_key: 0,
            entries: BTreeMap::new(),
            audiences: HashMap::new(),
            topics: HashMap::new(),
        }
    }
}

impl<S> Index<S> {
    /// A new entry hears its user's and its session's news from the beginning.
    pub(super) fn add(&mut self, make: impl FnOnce(u64) -> Entry<S>) -> Arc<Entry<S>> {
        self.last_key += 1;
        let entry = Arc::new(make(self.last_key));
        self.entries.insert(entry.key, entry.clone());
        self.topics.insert(entry.key, HashSet::new());
        self.join(&entry, Topic::User(entry.me.id));
        self.join(&entry, Topic::Session(entry.me.session));
        entry
    }

    pub(super) fn remove(&mut self, key: u64) {
        self.entries.remove(&key);
        for topic in self.topics.remove(&key).unwrap_or_default() {
            self.forget(key, topic);
        }
    }

    /// Whoever has left joins nothing any more.
    pub(super) fn join(&mut self, entry: &Arc<Entry<S>>, topic: Topic) {
        let Some(topics) = self.topics.get_mut(&entry.key) else { return };
        if topics.insert(topic) {
            self.audiences.entry(topic).or_default().insert(entry.key, entry.clone());
        }
    }

    pub(super) fn leave(&mut self, key: u64, topic: Topic) {
        if self.topics.get_mut(&key).is_some_and(|it| it.remove(&topic)) {
            self.forget(key, topic);
        }
    }

    /// These topics and no others.
    pub(super) fn put(&mut self, entry: &Arc<Entry<S>>, topics: Vec<Topic>) {
        let wanted: HashSet<Topic> = topics.into_iter().collect();
        let Some(had) = self.topics.get(&entry.key) else { return };
        let surplus: Vec<Topic> = had.difference(&wanted).copied().collect();
        for topic in surplus {
            self.leave(entry.key, topic);
        }
        for topic in wanted {
            self.join(entry, topic);
        }
    }

    pub(super) fn of(&self, topic: Topic) -> impl Iterator<Item = &Arc<Entry<S>>> {
        self.audiences.get(&topic).into_iter().flat_map(BTreeMap::values)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Entry<S>>> {
        self.entries.values()
    }

    pub(super) fn get(&self, key: u64) -> Option<Arc<Entry<S>>> {
        self.entries.get(&key).cloned()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn forget(&mut self, key: u64, topic: Topic) {
        if let Some(audience) = self.audiences.get_mut(&topic) {
            audience.remove(&key);
            // A room that nobody hears any more takes no memory.
            if audience.is_empty() {
                self.audiences.remove(&topic);
            }
        }
    }
}
