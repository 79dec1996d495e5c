//! What the database last answered when somebody wanted to know whether it is well. However
//! many ask, it is asked once a second.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::model::outage::Outage;

/// For so long an answer holds.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Checkup(Mutex<Option<(Instant, Result<(), Outage>)>>);

impl Checkup {
    /// The last answer, or a new one if that is too old. Whoever comes meanwhile waits for it.
    pub async fn answer(
        &self,
        ask: impl Future<Output = Result<(), Outage>>,
    ) -> Result<(), Outage> {
        let mut last = self.0.lock().await;
        if let Some((_, answer)) = last.filter(|(at, _)| at.elapsed() < FRESH) {
            return answer;
        }
        let answer = ask.await;
        // Counted from its end: an answer that took a second would be too old for everybody who
        // waited for it, and each of them would ask again.
        *last = Some((Instant::now(), answer));
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn however_many_ask_the_database_is_asked_once() {
        let (checkup, asked) = (Checkup::default(), AtomicUsize::new(0));
        let ask = || async {
            asked.fetch_add(1, Relaxed);
            tokio::task::yield_now().await;
            Err(Outage::Silent)
        };
        let answers = join_all((0..1_000).map(|_| checkup.answer(ask()))).await;
        assert!(answers.iter().all(|it| *it == Err(Outage::Silent)));
        assert_eq!(asked.load(Relaxed), 1);
    }
}
