//! How many sends of one socket are not stored yet. They do not wait for each other; what
//! reads or marks what they change waits for all of them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::Notify;

#[derive(Clone, Default)]
pub(super) struct Underway(Arc<Count>);

#[derive(Default)]
struct Count {
    sends: AtomicUsize,
    none: Notify,
}

/// One that has ended, one way or another, when this is dropped.
pub(super) struct Send(Arc<Count>);

impl Underway {
    pub fn begin(&self) -> Send {
        self.0.sends.fetch_add(1, Ordering::AcqRel);
        Send(self.0.clone())
    }

    /// Only one may wait: a socket's commands come one after the other.
    pub async fn none(&self) {
        // The notice may be one that nobody waited for, so it is counted once more.
        while self.0.sends.load(Ordering::Acquire) > 0 {
            self.0.none.notified().await;
        }
    }
}

impl Drop for Send {
    fn drop(&mut self) {
        if self.0.sends.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Kept for whoever is about to wait.
            self.0.none.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn whoever_waits_waits_for_the_last_one_in_whatever_order_they_end() {
        let underway = Underway::default();
        assert!(underway.none().now_or_never().is_some());
        let (one, two) = (underway.begin(), underway.begin());
        drop(two);
        assert!(underway.none().now_or_never().is_none());
        let waiting = tokio::spawn({
            let underway = underway.clone();
            async move { underway.none().await }
        });
        tokio::task::yield_now().await;
        drop(one);
        waiting.await.unwrap();
        drop(underway.begin());
        let three = underway.begin();
        assert!(underway.none().now_or_never().is_none(), "what was told before is outdated");
        drop(three);
        assert!(underway.none().now_or_never().is_some());
    }
}
