//! How much one connection may say. What is too much is refused; whoever goes on all the same
//! is shown the door.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    chat::engine::{admission::Budget, handle::Chat},
    model::{
        allowance::{Allowance, Spender},
        error::Error,
    },
};

/// Refusals that a connection bears at once.
const REFUSALS: u32 = 100;
/// After so long one of them is forgiven.
const FORGIVEN: Duration = Duration::from_millis(100);

/// Everything that comes in over a connection is paid for here, before anybody looks at it:
/// understood or not, there is nothing that costs nothing.
pub struct Meter {
    budget: Budget,
    /// Until when refusals are remembered.
    until: Mutex<Option<Instant>>,
}

/// It was too much.
#[derive(Debug)]
pub struct Excess {
    pub error: Error,
    /// The connection has been refused so often that it is to end.
    pub is_last: bool,
}

impl Meter {
    pub fn new(chat: &Chat, spender: Spender) -> Self {
        Self::with(Budget::of(chat, spender))
    }

    pub(in crate::wire) fn with(budget: Budget) -> Self {
        Self { budget, until: Mutex::default() }
    }

    pub fn spend(&self, allowance: Allowance) -> Result<(), Excess> {
        let spent = self.budget.spend(allowance);
        spent.map_err(|error| Excess { error, is_last: self.is_worn_out(Instant::now()) })
    }

    fn is_worn_out(&self, now: Instant) -> bool {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        // A moment ahead stands for the refusals, so nothing has to count them down.
        let next = until.map_or(now, |it| it.max(now)) + FORGIVEN;
        *until = Some(next);
        next.duration_since(now) > FORGIVEN * REFUSALS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_goes_on_after_a_hundred_refusals_is_done_with() {
        let meter = Meter::with(Budget::endless(Spender::User(entity::id::UserId(1))));
        let now = Instant::now();
        for _ in 0..REFUSALS {
            assert!(!meter.is_worn_out(now));
        }
        assert!(meter.is_worn_out(now));
        // Whoever is refused now and then is not.
        for n in 0..1_000 {
            let later = now + Duration::from_mins(1) + FORGIVEN * n;
            assert!(!meter.is_worn_out(later));
        }
    }

    #[test]
    fn where_limits_are_off_nothing_is_too_much() {
        let meter = Meter::with(Budget::endless(Spender::User(entity::id::UserId(1))));
        assert!((0..10_000).all(|_| meter.spend(Allowance::Other).is_ok()));
    }
}
