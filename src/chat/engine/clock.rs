//! Where the time comes from, so that tests can hold it still.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use entity::time::Timestamp;

#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that shows what `hand` says, for tests.
    pub fn by_hand(hand: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(hand))
    }

    /// In milliseconds, which every database keeps and every client reads.
    pub fn now(&self) -> Timestamp {
        Timestamp((self.0)().trunc_subsecs(3))
    }

    pub fn in_seconds(&self, seconds: i64) -> Timestamp {
        Timestamp(self.now().0 + chrono::Duration::seconds(seconds))
    }
}

/// A moment so little later that only the order shows it.
pub fn micros_after(moment: Timestamp, micros: i64) -> Timestamp {
    Timestamp(moment.0 + chrono::Duration::microseconds(micros))
}
