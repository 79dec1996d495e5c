//! How many sockets are let in at once. After a restart everybody comes back in the same seconds,
//! and each of them asks the database a few things: those who talk must not wait behind all of
//! them.

use tokio::sync::{Semaphore, SemaphorePermit};

const AT_ONCE: usize = 64;

pub struct Arrivals(Semaphore);

impl Default for Arrivals {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Arrivals {
    /// Waits for one's turn, in the order of coming; it is over when this is dropped.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it, and who were not held up would only be quicker.
        self.0.acquire().await.ok()
    }
}
