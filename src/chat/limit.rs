//! How often somebody may do something. Over the limit is an answer, never a silence.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock};

use crate::model::{
    error::Error,
    limit::{Allowance, Spender},
};

/// Nothing in it where limits are off.
#[derive(Clone, Default)]
pub struct Limits(Option<Arc<Buckets>>);

struct Buckets {
    by_allowance: HashMap<Allowance, DefaultKeyedRateLimiter<Spender>>,
    clock: DefaultClock,
}

impl Limits {
    /// Benchmarks and tests ask faster than any person. Guessing passwords is limited all the
    /// same, see [`crate::chat::guess`]: whoever knows theirs never notices.
    pub fn off() -> Self {
        Self::default()
    }

    pub fn on(register_per_hour: u32) -> Self {
        let hour = Duration::from_hours(1);
        let quotas = [
            (Allowance::Register, quota(register_per_hour, hour / register_per_hour.max(1))),
            (Allowance::Search, quota(5, Duration::from_secs(1))),
            (Allowance::FriendRequest, quota(20, hour / 20)),
            (Allowance::Message, quota(20, Duration::from_millis(200))),
            (Allowance::Upload, quota(5, Duration::from_secs(1))),
            (Allowance::Opening, quota(200, Duration::from_millis(50))),
            (Allowance::Handshake, quota(100, Duration::from_millis(100))),
            (Allowance::Other, quota(50, Duration::from_millis(50))),
        ];
        let by_allowance = quotas.map(|(allowance, quota)| (allowance, RateLimiter::keyed(quota)));
        let buckets = Buckets { by_allowance: by_allowance.into(), clock: DefaultClock::default() };
        Self(Some(Arc::new(buckets)))
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers make it for this one call")]
    pub fn spend(&self, allowance: Allowance, spender: Spender) -> Result<(), Error> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        let Some(bucket) = buckets.by_allowance.get(&allowance) else { return Ok(()) };
        bucket.check_key(&spender).map_err(|until| Error::TooMany {
            retry_after: until.wait_time_from(buckets.clock.now()),
        })
    }

    /// Lets go of everybody whose allowance is full again.
    pub fn tidy(&self) {
        for bucket in self.0.iter().flat_map(|it| it.by_allowance.values()) {
            bucket.retain_recent();
        }
    }
}

/// `burst` at once, then one every `period`.
fn quota(burst: u32, period: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period).unwrap_or(Quota::per_second(burst)).allow_burst(burst)
}
