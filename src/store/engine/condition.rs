//! How the database is: whether it takes writes, and whether connections are to be doubted.
//! It learns that from those who ask the database, and never asks by itself.

use std::{
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use sea_orm::{DbErr, RuntimeErr};
use tokio::{sync::watch, time::timeout};

use crate::model::outage::{self, Outage};

/// How long a connection that was given up may take until it is back.
const DOUBT: Duration = Duration::from_secs(5);

pub struct Condition {
    /// What may be asked takes so long at most.
    pub limit: Duration,
    trouble: watch::Sender<Option<Outage>>,
    born: Instant,
    /// Until these moments, in milliseconds since it was born.
    late: AtomicU64,
    left: AtomicU64,
}

/// Somebody waits for the database. Whoever leaves before the end leaves an answer behind
/// that the next user of the connection must not take for its own.
struct WaitGuard<'a>(Option<&'a Condition>);

impl Condition {
    pub fn new(limit: Duration) -> Self {
        let trouble = watch::Sender::new(None);
        let (late, left) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { limit, trouble, born: Instant::now(), late, left }
    }

    /// Why nothing can be stored, if so.
    pub fn trouble(&self) -> Option<Outage> {
        *self.trouble.borrow()
    }

    /// Nothing is written any more until [`Condition::recover`].
    pub fn fail(&self, outage: Outage) {
        let is_new = self.trouble.send_if_modified(|it| {
            // A file that is gone does not come back because something else fails, too.
            let is_new = *it != Some(outage) && *it != Some(Outage::Gone);
            if is_new {
                *it = Some(outage);
            }
            is_new
        });
        if is_new {
            tracing::error!("{outage}: nothing is stored until it does");
        }
    }

    pub fn recover(&self) {
        if self.trouble.send_replace(None).is_some() {
            tracing::info!("the database takes writes again");
        }
    }

    /// Comes back when something is wrong.
    pub async fn failed(&self) {
        // The sender is ours, so the channel does not end.
        self.trouble.subscribe().wait_for(Option::is_some).await.ok();
    }

    /// A failed write is an outage, unless the database only refused what it was asked, or
    /// all connections were in use.
    pub fn judge_write(&self, error: &DbErr) {
        if matches!(error, DbErr::ConnectionAcquire(_)) {
            return;
        }
        if let Some(outage) = outage::of(error) {
            tracing::warn!(%error, "a write failed");
            self.fail(outage);
        }
    }

    /// Waits no longer than the limit.
    pub async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let mut work = pin!(work);
        // Dropped before the work is, so that it is known when the connection is given back.
        let mut waiting = WaitGuard(Some(self));
        if let Ok(result) = timeout(self.limit, work.as_mut()).await {
            waiting.0 = None;
            return result;
        }
        self.note(&self.late, DOUBT);
        tracing::warn!("the database did not answer within {:?}", self.limit);
        Err(unavailable(Outage::Silent))
    }

    /// Whether somebody gave up waiting just now: what is given back is of no more use.
    pub fn is_late(&self) -> bool {
        self.is_before(&self.late)
    }

    /// Whether somebody left while the database was working: it may be silent.
    pub fn is_doubtful(&self) -> bool {
        self.is_before(&self.left)
    }

    fn note(&self, until: &AtomicU64, ahead: Duration) {
        // Whoever gave up earlier must not shorten what a later one noted.
        until.fetch_max(millis(self.born.elapsed() + ahead), Ordering::SeqCst);
    }

    fn is_before(&self, until: &AtomicU64) -> bool {
        millis(self.born.elapsed()) < until.load(Ordering::SeqCst)
    }
}

impl Drop for WaitGuard<'_> {
    fn drop(&mut self) {
        if let Some(condition) = self.0 {
            condition.note(&condition.left, DOUBT);
        }
    }
}

/// What is said instead of asking a database that is not well.
pub fn unavailable(outage: Outage) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(outage.to_string()))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
