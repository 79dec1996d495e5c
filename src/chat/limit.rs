//! How often somebody may do something. Over the limit is an answer, never a silence.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock};
use moka::sync::Cache;

use crate::model::{
    error::Error,
    limit::{Allowance, Spender},
};

const MINUTE: Duration = Duration::from_mins(1);

/// Wrong passwords that an account takes at once; then one a minute.
const GUESSES: u32 = 5;

#[derive(Clone)]
pub struct Limits {
    buckets: Option<Arc<Buckets>>,
    /// Until when the failed sign-ins of each account are remembered, a minute for each.
    guesses: Cache<String, Instant>,
}

struct Buckets {
    by_allowance: HashMap<Allowance, DefaultKeyedRateLimiter<Spender>>,
    clock: DefaultClock,
}

impl Limits {
    /// Benchmarks and tests ask faster than any person. Only guessing passwords is limited
    /// all the same: whoever knows theirs never notices.
    pub fn off() -> Self {
        let guesses = Cache::builder().max_capacity(100_000).time_to_live(MINUTE * GUESSES);
        Self { buckets: None, guesses: guesses.build() }
    }

    pub fn on(register_per_hour: u32) -> Self {
        let hour = MINUTE * 60;
        let quotas = [
            (Allowance::LoginAddress, quota(10, MINUTE)),
            (Allowance::Register, quota(register_per_hour, hour / register_per_hour.max(1))),
            (Allowance::Search, quota(5, Duration::from_secs(1))),
            (Allowance::FriendRequest, quota(20, hour / 20)),
            (Allowance::Message, quota(20, Duration::from_millis(200))),
            (Allowance::Upload, quota(5, Duration::from_secs(1))),
            (Allowance::Handshake, quota(100, Duration::from_millis(100))),
            (Allowance::Other, quota(50, Duration::from_millis(50))),
        ];
        let by_allowance = quotas.map(|(allowance, quota)| (allowance, RateLimiter::keyed(quota)));
        let buckets = Buckets { by_allowance: by_allowance.into(), clock: DefaultClock::default() };
        Self { buckets: Some(Arc::new(buckets)), ..Self::off() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers make it for this one call")]
    pub fn spend(&self, allowance: Allowance, spender: Spender) -> Result<(), Error> {
        let Some(buckets) = &self.buckets else { return Ok(()) };
        let Some(bucket) = buckets.by_allowance.get(&allowance) else { return Ok(()) };
        bucket.check_key(&spender).map_err(|until| Error::TooMany {
            retry_after: until.wait_time_from(buckets.clock.now()),
        })
    }

    /// Whether this account may try a password at all.
    pub fn may_try(&self, account: &str) -> Result<(), Error> {
        let Some(until) = self.guesses.get(account) else { return Ok(()) };
        let remembered = until.saturating_duration_since(Instant::now());
        match remembered.checked_sub(MINUTE * (GUESSES - 1)) {
            Some(retry_after) if !retry_after.is_zero() => Err(Error::TooMany { retry_after }),
            Some(_) | None => Ok(()),
        }
    }

    /// Only failures count against an account: its owner may sign in as often as they like.
    pub fn note_failure(&self, account: &str) {
        let now = Instant::now();
        self.guesses.entry(account.to_owned()).and_upsert_with(|known| {
            let until = known.map_or(now, |it| now.max(it.into_value()));
            until + MINUTE
        });
    }

    /// Lets go of everybody whose allowance is full again.
    pub fn tidy(&self) {
        for bucket in self.buckets.iter().flat_map(|it| it.by_allowance.values()) {
            bucket.retain_recent();
        }
    }
}

/// `burst` at once, then one every `period`.
fn quota(burst: u32, period: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period).unwrap_or(Quota::per_second(burst)).allow_burst(burst)
}
