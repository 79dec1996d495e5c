//! Work that takes a thread for a while and memory with it: a little at once, some more in a
//! queue, and beyond that an answer that says so. Never knows what the work is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use crate::model::error::Error;

/// Whoever finds the queue full is told to come back when it will have been worked off, but
/// neither at once nor never.
const SOONEST: Duration = Duration::from_secs(2);
const LATEST: Duration = Duration::from_mins(1);

#[derive(Clone)]
pub(in crate::chat) struct Pool {
    /// Those that are worked on and those that wait.
    admitted: Arc<Semaphore>,
    places: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    megabytes: u32,
    queue: Arc<Queue>,
}

/// How long the queue is, in jobs and in time.
struct Queue {
    most: u32,
    places: u32,
    /// What a job takes, as the last ones did.
    micros: AtomicU64,
}

impl Queue {
    /// What it takes to work off as many as there can be.
    fn time(&self) -> Duration {
        let job = Duration::from_micros(self.micros.load(Ordering::Relaxed));
        (job * self.most / self.places.max(1)).clamp(SOONEST, LATEST)
    }

    fn note(&self, job: Duration) {
        let new = u64::try_from(job.as_micros()).unwrap_or(u64::MAX / 8);
        let known = self.micros.load(Ordering::Relaxed);
        // Of two that are done at once one may be forgotten: it is only an estimate.
        self.micros.store(if known == 0 { new } else { (known * 7 + new) / 8 }, Ordering::Relaxed);
    }
}

impl Pool {
    /// So many jobs at once and so many waiting, with so much memory for all of them.
    pub(in crate::chat) fn new(places: usize, waiting: usize, megabytes: u32) -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(places + waiting)),
            places: Arc::new(Semaphore::new(places)),
            memory: Arc::new(Semaphore::new(megabytes as usize)),
            megabytes,
            queue: Arc::new(Queue {
                most: u32::try_from(waiting).unwrap_or(u32::MAX),
                places: u32::try_from(places).unwrap_or(u32::MAX),
                micros: AtomicU64::new(0),
            }),
        }
    }

    /// Does it when there is a place and so much memory for it, at most all that there is.
    /// Whoever asked may go away meanwhile: the place is given back when the work is done.
    pub(in crate::chat) async fn work<T: Send + 'static>(
        &self,
        megabytes: u32,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let full = |_| Error::Busy { retry_after: self.queue.time() };
        let admitted = self.admitted.clone().try_acquire_owned().map_err(full)?;
        let place = self.places.clone().acquire_owned().await.map_err(Error::internal)?;
        // The semaphore serves in order, so small jobs do not overtake a large one for ever.
        let memory = self.memory.clone().acquire_many_owned(megabytes.min(self.megabytes)).await;
        let held = (admitted, place, memory.map_err(Error::internal)?);
        let queue = self.queue.clone();
        let work = tokio::task::spawn_blocking(move || {
            let (_held, begun) = (held, Instant::now());
            let done = job();
            queue.note(begun.elapsed());
            done
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
    async fn who_is_refused_is_told_how_long_the_queue_takes() {
        let pool = Pool::new(2, 100, 10);
        assert_eq!(pool.queue.time(), SOONEST);
        for _ in 0..50 {
            pool.queue.note(Duration::from_millis(400));
        }
        assert_eq!(pool.queue.time(), Duration::from_secs(20));
        pool.queue.note(Duration::from_hours(1));
        assert_eq!(pool.queue.time(), LATEST);
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
