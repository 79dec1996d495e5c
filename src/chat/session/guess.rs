//! Guessing passwords: how many may be looked at. An attempt is counted before the work
//! begins and given back when the password fits, so that many at once are no more than
//! some after each other, and nobody notices who knows theirs.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use entity::id::{SessionId, UserId};
use moka::sync::Cache;
use tokio::sync::Notify;

use crate::model::{allowance::Network, error::Error};

/// After so long one more wrong password is let pass.
const PAUSE: Duration = Duration::from_mins(1);
/// Wrong passwords that an account, or a device that its owner has used, takes at once.
const PER_ACCOUNT: u32 = 5;

/// Whose password is tried, however they were spelled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TriedAccount {
    Known(UserId),
    /// There is nobody of this name, which must not show.
    Unknown(String),
}

/// A device on which somebody has signed in before: what others guess does not shut it out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KnownDevice {
    Session(SessionId),
    /// Whoever claims to be this program must be at this address, too.
    Program(UserId, Network, Option<String>),
}

#[derive(Clone)]
pub struct Guesses {
    accounts: Tallies<TriedAccount>,
    devices: Tallies<KnownDevice>,
    /// Not where limits are off.
    addresses: Option<Tallies<Network>>,
}

/// Permission to look at one password. Dropped while that is done, it counts as wrong: the
/// answer may have been of use to somebody. Dropped before, it never was.
pub struct Attempt {
    reserved: Vec<Arc<Tally>>,
    /// Where it counts as well, if it was wrong.
    noted: Vec<Arc<Tally>>,
    looked_at: bool,
}

impl Guesses {
    /// `per_address` is how many wrong passwords an address may send at once.
    pub fn new(per_address: Option<u32>) -> Self {
        Self {
            accounts: Tallies::new(PER_ACCOUNT),
            devices: Tallies::new(PER_ACCOUNT),
            addresses: per_address.map(Tallies::new),
        }
    }

    /// Waits for those who were first, as long as it depends on them.
    pub async fn begin(
        &self,
        account: TriedAccount,
        device: Option<KnownDevice>,
        address: Option<Network>,
    ) -> Result<Attempt, Error> {
        let account = self.accounts.of(account);
        let address = self.addresses.as_ref().zip(address).map(|(all, it)| all.of(it));
        let all = std::iter::once(account).chain(address);
        let mut attempt = Attempt { reserved: Vec::new(), noted: Vec::new(), looked_at: false };
        match device {
            Some(device) => {
                // Counted there as well, but not held up by what others have guessed.
                attempt.noted.extend(all);
                attempt.reserve(self.devices.of(device)).await?;
            }
            // Always in this order, so that no two wait for each other.
            None => {
                for tally in all {
                    attempt.reserve(tally).await?;
                }
            }
        }
        Ok(attempt)
    }
}

impl Attempt {
    /// From now on it counts.
    pub fn look(&mut self) {
        self.looked_at = true;
    }

    /// It was no guess.
    pub fn right(mut self) {
        self.looked_at = false;
    }

    async fn reserve(&mut self, tally: Arc<Tally>) -> Result<(), Error> {
        tally.reserve().await?;
        self.reserved.push(tally);
        Ok(())
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        for tally in &self.reserved {
            tally.settle(if self.looked_at { Outcome::Wrong } else { Outcome::Right });
        }
        for tally in self.noted.iter().filter(|_| self.looked_at) {
            tally.note();
        }
    }
}

/// What came of an attempt; one that nobody looked at was not wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Right,
    Wrong,
}

/// One tally for each of many.
struct Tallies<K> {
    most: u32,
    known: Cache<K, Arc<Tally>>,
}

impl<K> Clone for Tallies<K> {
    fn clone(&self) -> Self {
        Self { most: self.most, known: self.known.clone() }
    }
}

impl<K: Hash + Eq + Send + Sync + 'static> Tallies<K> {
    fn new(most: u32) -> Self {
        // When nothing was heard for so long, nothing is remembered anyway.
        let known = Cache::builder().max_capacity(100_000).time_to_idle(PAUSE * most);
        Self { most, known: known.build() }
    }

    fn of(&self, key: K) -> Arc<Tally> {
        // Whoever comes at the same time must get the same tally, or each could guess five times.
        self.known.get_with(key, || Arc::new(Tally::new(self.most)))
    }
}

struct Tally {
    most: u32,
    state: Mutex<TallyState>,
    settled: Notify,
}

struct TallyState {
    /// Until when wrong passwords are remembered, a pause for each.
    until: Instant,
    /// Being looked at just now.
    open: u32,
}

impl TallyState {
    /// One more wrong password.
    fn remember(&mut self) {
        self.until = self.until.max(Instant::now()) + PAUSE;
    }
}

impl Tally {
    fn new(most: u32) -> Self {
        let state = TallyState { until: Instant::now(), open: 0 };
        Self { most, state: Mutex::new(state), settled: Notify::new() }
    }

    async fn reserve(&self) -> Result<(), Error> {
        loop {
            // Before it is looked, so that what is settled meanwhile is heard.
            let settled = self.settled.notified();
            if self.try_reserve()? {
                return Ok(());
            }
            settled.await;
        }
    }

    /// `false` when it depends on those that are being looked at.
    fn try_reserve(&self) -> Result<bool, Error> {
        let mut state = self.state();
        let remembered = state.until.saturating_duration_since(Instant::now());
        if let Some(retry_after) = remembered.checked_sub(PAUSE * (self.most - 1))
            && !retry_after.is_zero()
        {
            return Err(Error::TooMany { retry_after });
        }
        // Each that is being looked at may turn out to be wrong, and counts until it does not.
        if remembered + PAUSE * state.open > PAUSE * (self.most - 1) {
            return Ok(false);
        }
        state.open += 1;
        Ok(true)
    }

    /// No longer open and remembered in one step: between two, one guess more would be let in.
    fn settle(&self, outcome: Outcome) {
        let mut state = self.state();
        state.open -= 1;
        if outcome == Outcome::Wrong {
            state.remember();
        }
        drop(state);
        self.settled.notify_waiters();
    }

    fn note(&self) {
        self.state().remember();
    }

    fn state(&self) -> MutexGuard<'_, TallyState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Guesses, TriedAccount};

    /// Many rounds on all cores, because it is about what happens between two instructions.
    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn however_many_guess_at_once_five_are_looked_at() {
        let guesses = Guesses::new(None);
        for round in 0..1_000 {
            let guess = |_| {
                let (guesses, account) =
                    (guesses.clone(), TriedAccount::Unknown(round.to_string()));
                tokio::spawn(async move {
                    let Ok(mut attempt) = guesses.begin(account, None, None).await else {
                        return false;
                    };
                    attempt.look();
                    tokio::task::yield_now().await;
                    true
                })
            };
            let looked_at = futures_util::future::join_all((0..50).map(guess)).await;
            assert_eq!(looked_at.iter().filter(|it| matches!(it, Ok(true))).count(), 5);
        }
    }
}
