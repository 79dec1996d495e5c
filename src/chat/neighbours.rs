//! Which people have lately used a live session from which address.

use std::{net::IpAddr, sync::Arc, time::Duration};

use entity::id::{SessionId, UserId};
use moka::sync::Cache;

use crate::model::actor::Actor;

/// A signed-in client asks for something at least this often while somebody uses it.
const MEMORY: Duration = Duration::from_mins(30);

#[derive(Clone)]
pub struct Neighbours(Cache<IpAddr, Arc<Vec<(SessionId, UserId)>>>);

impl Default for Neighbours {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_idle(MEMORY).build())
    }
}

impl Neighbours {
    pub fn note(&self, me: Actor, address: IpAddr) {
        let known = self.at(address);
        if known.iter().any(|it| it.0 == me.session) {
            return;
        }
        let mut more = known.to_vec();
        more.push((me.session, me.id));
        // One address may hide a school; what counts is who was there last.
        let surplus = more.len().saturating_sub(256);
        more.drain(..surplus);
        self.0.insert(address, Arc::new(more));
    }

    pub fn at(&self, address: IpAddr) -> Arc<Vec<(SessionId, UserId)>> {
        self.0.get(&address).unwrap_or_default()
    }
}
