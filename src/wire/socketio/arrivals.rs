//! How many sockets are let in at once. After a restart everybody comes back in the same seconds,
//! and each of them asks the database a few things: those who talk must not wait behind all of
//! them.

use std::time::Duration;

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::model::error::Error;

const AT_ONCE: usize = 64;
/// Clients give up after some twenty seconds. Whoever came too late for that is told so while
/// they still listen, and a database that hangs collects no queue.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct Arrivals(Semaphore);

impl Default for Arrivals {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Arrivals {
    /// Waits for one's turn, in the order of coming; it is over when this is dropped.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        let turn = timeout(PATIENCE, self.0.acquire()).await.ok().and_then(Result::ok);
        turn.ok_or(Error::Busy { retry_after: Duration::from_secs(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_too_long_is_refused_and_the_next_one_is_not() {
        let arrivals = Arrivals::default();
        let mut inside = Vec::new();
        for _ in 0..AT_ONCE {
            inside.push(arrivals.turn().await.unwrap());
        }
        assert!(matches!(arrivals.turn().await, Err(Error::Busy { .. })));
        inside.pop();
        assert!(arrivals.turn().await.is_ok());
    }
}
