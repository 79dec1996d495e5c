//! Until when the newest token of each session is good. A connection that was opened with an
//! older one goes on as long: its person has shown since that the session is theirs.

use std::time::Duration;

use entity::{id::SessionId, time::Timestamp};
use moka::sync::Cache;

#[derive(Clone)]
pub struct Renewals(Cache<SessionId, Timestamp>);

impl Renewals {
    /// Nothing need be remembered for longer than a token is good. What is forgotten before ends
    /// a connection early, and its client comes back with the token that it has.
    pub fn new(access_seconds: i64) -> Self {
        let memory = Duration::from_secs(u64::try_from(access_seconds).unwrap_or_default());
        Self(Cache::builder().max_capacity(200_000).time_to_live(memory).build())
    }

    pub(in crate::chat) fn note(&self, session: SessionId, until: Timestamp) {
        self.0.insert(session, until);
    }

    /// For a connection whose own token is good until then.
    pub fn until(&self, session: SessionId, own: Timestamp) -> Timestamp {
        self.0.get(&session).map_or(own, |it| it.max(own))
    }
}
