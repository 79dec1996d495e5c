//! How often somebody may do something. Over the limit is an answer, never a silence.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::model::{
    allowance::{Allowance, Spender},
    error::Error,
};

/// Nothing in it where limits are off.
#[derive(Clone, Default)]
pub struct Limits(Option<Arc<Buckets>>);

struct Buckets {
    /// With what each has when it is full.
    by_allowance: HashMap<Allowance, (DefaultKeyedRateLimiter<Spender>, NonZeroU32)>,
    clock: DefaultClock,
}

impl Limits {
    /// Benchmarks and tests ask faster than any person. Guessing passwords is limited all the
    /// same, see [`crate::chat::session::guess`]: whoever knows theirs never notices.
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
            (Allowance::Room, quota(20, Duration::from_secs(10))),
            (Allowance::Invitation, quota(200, Duration::from_secs(3))),
            (Allowance::TypingNews, quota(20, Duration::from_millis(500))),
            (Allowance::Event, quota(50, Duration::from_millis(50))),
            (Allowance::Typing, quota(60, Duration::from_millis(33))),
            (Allowance::Receipt, quota(500, Duration::from_millis(20))),
            (Allowance::Stranger, quota(300, Duration::from_millis(20))),
            // A whole class behind one address opens its pages at the same time.
            (Allowance::File, quota(2_000, Duration::from_millis(5))),
            (Allowance::Request, quota(200, Duration::from_millis(10))),
            (Allowance::Other, quota(50, Duration::from_millis(50))),
        ];
        let by_allowance =
            quotas.map(|(it, quota)| (it, (RateLimiter::keyed(quota), quota.burst_size())));
        let buckets = Buckets { by_allowance: by_allowance.into(), clock: DefaultClock::default() };
        Self(Some(Arc::new(buckets)))
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers make it for this one call")]
    pub fn spend(&self, allowance: Allowance, spender: Spender) -> Result<(), Error> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        let Some((bucket, _)) = buckets.by_allowance.get(&allowance) else { return Ok(()) };
        bucket.check_key(&spender).map_err(|until| buckets.refusal(&until))
    }

    /// The same for several at once. Nobody has more than fit into the allowance, so however
    /// many they are, a full one is enough.
    pub fn spend_all(
        &self,
        allowance: Allowance,
        spender: &Spender,
        count: usize,
    ) -> Result<(), Error> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        let Some((bucket, burst)) = buckets.by_allowance.get(&allowance) else { return Ok(()) };
        let count = u32::try_from(count).unwrap_or(u32::MAX).min(burst.get());
        let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
        match bucket.check_key_n(spender, count) {
            Ok(Err(until)) => Err(buckets.refusal(&until)),
            // The error says that so many never fit, which cannot be: there are no more than
            // `burst`.
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Lets go of everybody whose allowance is full again.
    pub fn tidy(&self) {
        for (bucket, _) in self.0.iter().flat_map(|it| it.by_allowance.values()) {
            bucket.retain_recent();
        }
    }
}

impl Buckets {
    fn refusal(&self, until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Error {
        Error::TooMany { retry_after: until.wait_time_from(self.clock.now()) }
    }
}

/// `burst` at once, then one every `period`.
fn quota(burst: u32, period: Duration) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period).unwrap_or(Quota::per_second(burst)).allow_burst(burst)
}
