//! Who holds which connection: how many there are in all and of each address, and which of them
//! are idle, to make room. Never looks at what is said on them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    serve::share::{Share, Shares},
    wire::hangup::Hangup,
};

/// One that has just come may be about to ask.
const QUIET: Duration = Duration::from_secs(1);
/// How often a server that is full looks for somebody who is idle.
const ROUND: Duration = Duration::from_millis(250);

#[derive(Clone)]
pub struct Connections {
    places: Arc<Semaphore>,
    shares: Shares,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    last_key: u64,
    all: HashMap<u64, (IpAddr, Hangup)>,
}

/// What one connection holds for as long as it lives, whatever protocol it speaks by then.
pub struct Held {
    _place: Option<OwnedSemaphorePermit>,
    /// Of the address that it comes from, unless that is a trusted proxy's.
    _share: Option<Share>,
    /// Of the client on whose behalf a proxy uses it at this moment.
    _client: ClientShare,
    key: u64,
    open: Arc<Mutex<Open>>,
}

/// The share of whoever is behind a proxy, while they have an answer to come.
#[derive(Clone, Default)]
pub struct ClientShare(Arc<Mutex<Option<Share>>>);

impl Connections {
    pub fn new(most: usize, of_each: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
            shares: Shares::new(of_each),
            open: Arc::default(),
        }
    }

    pub fn shares(&self) -> &Shares {
        &self.shares
    }

    /// A free place. Waiting for one is better than accepting and then refusing; whoever is
    /// idle makes room.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Some(place);
        }
        tracing::warn!("the connection limit is reached; idle ones are closed, new ones wait");
        loop {
            self.cut_idlest(|_| true);
            if let Ok(place) = timeout(ROUND, self.places.clone().acquire_owned()).await {
                return place.ok();
            }
        }
    }

    /// A share of this address; when it has no more, it loses its idlest connection for it.
    pub fn share(&self, address: IpAddr) -> Option<Share> {
        self.shares.take(address).or_else(|| {
            self.cut_idlest(|it| it == address).then(|| self.shares.take_beyond(address))
        })
    }

    pub fn hold(
        &self,
        address: IpAddr,
        hangup: &Hangup,
        place: Option<OwnedSemaphorePermit>,
        share: Option<Share>,
        client: ClientShare,
    ) -> Held {
        let mut open = locked(&self.open);
        open.last_key += 1;
        let key = open.last_key;
        open.all.insert(key, (address, hangup.clone()));
        drop(open);
        Held { _place: place, _share: share, _client: client, key, open: self.open.clone() }
    }

    /// Whether there was one.
    fn cut_idlest(&self, wanted: impl Fn(IpAddr) -> bool) -> bool {
        let open = locked(&self.open);
        let of_those = open.all.values().filter(|it| wanted(it.0));
        let idle = of_those.filter_map(|(_, it)| Some((it.idle().filter(|it| *it >= QUIET)?, it)));
        let Some((_, idlest)) = idle.max_by_key(|it| it.0) else { return false };
        idlest.cut();
        true
    }
}

impl ClientShare {
    pub fn put(&self, share: Option<Share>) {
        // Whatever was there is given up outside the lock.
        let before = std::mem::replace(&mut *locked(&self.0), share);
        drop(before);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        locked(&self.open).all.remove(&self.key);
    }
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
