//! Work that takes a thread for a while and memory with it: a little at once, some more in a
//! queue, and beyond that an answer that says so. Never knows what the work is.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use crate::model::error::Error;

/// After how long it is worth while to try again.
const WAIT: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(in crate::chat) struct Pool {
    /// Those that are worked on and those that wait.
    admitted: Arc<Semaphore>,
    places: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    megabytes: u32,
}

impl Pool {
    /// So many jobs at once and so many waiting, with so much memory for all of them.
    pub(in crate::chat) fn new(places: usize, waiting: usize, megabytes: u32) -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(places + waiting)),
            places: Arc::new(Semaphore::new(places)),
            memory: Arc::new(Semaphore::new(megabytes as usize)),
            megabytes,
        }
    }

    /// Does it when there is a place and so much memory for it, at most all that there is.
    /// Whoever asked may go away meanwhile: the place is given back when the work is done.
    pub(in crate::chat) async fn work<T: Send + 'static>(
        &self,
        megabytes: u32,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let full = |_| Error::Busy { retry_after: WAIT };
        let admitted = self.admitted.clone().try_acquire_owned().map_err(full)?;
        let place = self.places.clone().acquire_owned().await.map_err(Error::internal)?;
        // The semaphore serves in order, so small jobs do not overtake a large one for ever.
        let memory = self.memory.clone().acquire_many_owned(megabytes.min(self.megabytes)).await;
        let held = (admitted, place, memory.map_err(Error::internal)?);
        let work = tokio::task::spawn_blocking(move || {
            let _held = held;
            job()
        });
        work.await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_when_to_come_back() {
        let pool = Pool::new(1, 1, 10);
        let (go, wait) = mpsc::channel::<()>();
        let working = tokio::spawn({
            let pool = pool.clone();
            async move { pool.work(1, move || wait.recv().ok()).await }
        });
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.work(1, || ()).await }
        });
        while pool.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = pool.work(1, || ()).await;
        assert!(matches!(refused, Err(Error::Busy { .. })), "{refused:?}");
        drop(go);
        working.await.unwrap().unwrap();
        waiting.await.unwrap().unwrap();
        pool.work(100, || ()).await.unwrap();
    }

    #[tokio::test]
    async fn who_goes_away_does_not_make_room_for_another() {
        let pool = Pool::new(1, 0, 10);
        let ((go, wait), (begun, begins)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
        let working = tokio::spawn({
            let pool = pool.clone();
            async move {
                let job = move || begun.send(()).is_ok() && wait.recv().is_ok();
                pool.work(1, job).await
            }
        });
        tokio::task::spawn_blocking(move || begins.recv()).await.unwrap().unwrap();
        working.abort();
        working.await.unwrap_err();
        assert!(matches!(pool.work(1, || ()).await, Err(Error::Busy { .. })));
        drop(go);
        while pool.work(1, || ()).await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
