//! Which people have lately used which client: in memory what this run has seen, and what the
//! sessions in the database say of the run before.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::{id::SessionId, time::Timestamp};
use moka::sync::Cache;

use crate::model::{actor::Actor, session::Device};

/// A signed-in client asks for something at least this often while somebody uses it.
pub const LATELY: Duration = Duration::from_mins(30);
/// Before a session's last use is written down again.
const STALE: chrono::Duration = chrono::Duration::minutes(5);
/// The same when it is used from elsewhere: two devices may share a token and take turns.
const MOVED: chrono::Duration = chrono::Duration::minutes(1);
/// One client may be a school behind one address; what counts is who was there last.
const MOST: usize = 256;

#[derive(Clone)]
pub struct Neighbours {
    clients: Cache<Device, Arc<Mutex<ClientUses>>>,
    written: Cache<SessionId, (Device, Timestamp)>,
}

#[derive(Default)]
struct ClientUses {
    /// Whether the database was asked.
    is_known: bool,
    uses: HashMap<SessionId, Use>,
}

/// When somebody's session was last used here.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub me: Actor,
    pub at: Timestamp,
}

impl Default for Neighbours {
    fn default() -> Self {
        let cache = || Cache::builder().time_to_idle(LATELY);
        Self {
            clients: Cache::builder().max_capacity(100_000).time_to_idle(LATELY).build(),
            written: cache().max_capacity(200_000).build(),
        }
    }
}

impl Neighbours {
    /// Returns whether this person was not here lately.
    pub fn note(&self, me: Actor, device: &Device, now: Timestamp) -> bool {
        let client = self.client(device);
        let mut client = lock(&client);
        let is_new = !client.uses.values().any(|it| it.me.id == me.id);
        client.add(Use { me, at: now });
        is_new
    }

    /// Whether the database should hear of this use: seldom, so that requests stay cheap.
    pub fn is_news(&self, me: Actor, device: &Device, now: Timestamp) -> bool {
        let is_news = self.written.get(&me.session).is_none_or(|(known, at)| {
            let age = now.0 - at.0;
            age >= STALE || (age >= MOVED && known != *device)
        });
        // Before anybody knows whether it can be written: a database in trouble is not asked with
        // every request.
        if is_news {
            self.written.insert(me.session, (device.clone(), now));
        }
        is_news
    }

    pub fn is_known(&self, device: &Device) -> bool {
        lock(&self.client(device)).is_known
    }

    /// Adds what the database says.
    pub fn learn(&self, device: &Device, uses: impl Iterator<Item = Use>) {
        let client = self.client(device);
        let mut client = lock(&client);
        uses.for_each(|it| client.add(it));
        client.is_known = true;
    }

    /// The latest first.
    pub fn since(&self, device: &Device, moment: Timestamp) -> Vec<Use> {
        let client = self.client(device);
        let client = lock(&client);
        let mut uses: Vec<Use> =
            client.uses.values().filter(|it| it.at >= moment).copied().collect();
        uses.sort_unstable_by_key(|it| std::cmp::Reverse(it.at));
        uses
    }

    fn client(&self, device: &Device) -> Arc<Mutex<ClientUses>> {
        self.clients.get_with_by_ref(device, Arc::default)
    }
}

impl ClientUses {
    fn add(&mut self, new: Use) {
        let known = self.uses.entry(new.me.session).or_insert(new);
        // What the database says may be older than what this run has seen.
        known.at = known.at.max(new.at);
        if self.uses.len() > MOST {
            let oldest = self.uses.values().min_by_key(|it| it.at).map(|it| it.me.session);
            oldest.and_then(|it| self.uses.remove(&it));
        }
    }
}

fn lock(client: &Mutex<ClientUses>) -> MutexGuard<'_, ClientUses> {
    client.lock().unwrap_or_else(PoisonError::into_inner)
}
