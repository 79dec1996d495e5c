//! The seating plan: who sits where, and who listens to what. Tells nobody anything.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use crate::{model::event::Topic, wire::seat::Place};

type Places<S> = BTreeMap<u64, Arc<Place<S>>>;

/// Both ways round, so that an audience is found without looking at anybody else.
pub(super) struct Registry<S> {
    last_key: u64,
    places: Places<S>,
    audiences: HashMap<Topic, Places<S>>,
    topics: HashMap<u64, HashSet<Topic>>,
}

impl<S> Default for Registry<S> {
    fn default() -> Self {
        Self {
            last_key: 0,
            places: BTreeMap::new(),
            audiences: HashMap::new(),
            topics: HashMap::new(),
        }
    }
}

impl<S> Registry<S> {
    /// A new place hears its user's and its session's news from the beginning.
    pub(super) fn add(&mut self, make: impl FnOnce(u64) -> Place<S>) -> Arc<Place<S>> {
        self.last_key += 1;
        let place = Arc::new(make(self.last_key));
        self.places.insert(place.key, place.clone());
        self.topics.insert(place.key, HashSet::new());
        self.join(&place, Topic::User(place.me.id));
        self.join(&place, Topic::Session(place.me.session));
        place
    }

    pub(super) fn remove(&mut self, key: u64) {
        self.places.remove(&key);
        for topic in self.topics.remove(&key).unwrap_or_default() {
            self.forget(key, topic);
        }
    }

    /// Whoever has left joins nothing any more.
    pub(super) fn join(&mut self, place: &Arc<Place<S>>, topic: Topic) {
        let Some(topics) = self.topics.get_mut(&place.key) else { return };
        if topics.insert(topic) {
            self.audiences.entry(topic).or_default().insert(place.key, place.clone());
        }
    }

    pub(super) fn leave(&mut self, key: u64, topic: Topic) {
        if self.topics.get_mut(&key).is_some_and(|it| it.remove(&topic)) {
            self.forget(key, topic);
        }
    }

    /// These topics and no others.
    pub(super) fn put(&mut self, place: &Arc<Place<S>>, topics: Vec<Topic>) {
        let wanted: HashSet<Topic> = topics.into_iter().collect();
        let Some(had) = self.topics.get(&place.key) else { return };
        let surplus: Vec<Topic> = had.difference(&wanted).copied().collect();
        for topic in surplus {
            self.leave(place.key, topic);
        }
        for topic in wanted {
            self.join(place, topic);
        }
    }

    pub(super) fn of(&self, topic: Topic) -> impl Iterator<Item = &Arc<Place<S>>> {
        self.audiences.get(&topic).into_iter().flat_map(BTreeMap::values)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Place<S>>> {
        self.places.values()
    }

    pub(super) fn get(&self, key: u64) -> Option<Arc<Place<S>>> {
        self.places.get(&key).cloned()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn forget(&mut self, key: u64, topic: Topic) {
        if let Some(audience) = self.audiences.get_mut(&topic) {
            audience.remove(&key);
            if audience.is_empty() {
                self.audiences.remove(&topic);
            }
        }
    }
}
