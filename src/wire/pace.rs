//! Bodies that come too slowly, or not at all, end with an error. Only the time counts in which
//! somebody waits for the client: never what we take ourselves.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::model::error::Stalled;

/// How a body has to come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it may be silent, and by how much it may lag behind its rate.
    pub patience: Duration,
    /// Bytes in a second.
    pub rate: u64,
    /// How long all of it may take.
    pub most: Duration,
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

pub struct Paced<B> {
    body: B,
    pace: Pace,
    received: u64,
    /// How long it has been waited for, all in all.
    waited: Duration,
    /// Since when it is being waited for.
    since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<B> Paced<B> {
    pub fn new(body: B, pace: Pace) -> Self {
        Self { body, pace, received: 0, waited: Duration::ZERO, since: None, alarm: None }
    }

    /// How long the next bytes may let themselves be waited for.
    fn allowed(&self) -> Duration {
        let earned = Duration::from_secs(self.received / self.pace.rate.max(1));
        let all = (self.pace.patience + earned).min(self.pace.most);
        all.saturating_sub(self.waited).min(self.pace.patience)
    }
}

impl<B> Body for Paced<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Cause>,
{
    type Data = Bytes;
    type Error = Cause;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cause>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(task) else {
            let allowed = this.allowed();
            let since = *this.since.get_or_insert_with(Instant::now);
            let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(since + allowed)));
            return alarm.as_mut().poll(task).map(|()| Some(Err(Stalled.into())));
        };
        // The next wait has another limit: more has come, and more time has gone.
        this.alarm = None;
        this.waited += this.since.take().map_or(Duration::ZERO, |it| it.elapsed());
        if let Some(Ok(frame)) = &frame {
            this.received += frame.data_ref().map_or(0, |it| it.remaining() as u64);
        }
        Poll::Ready(frame.map(|it| it.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{StreamExt, stream};
    use http_body_util::{BodyExt, StreamBody};
    use tokio::time::sleep;

    use super::*;

    const PACE: Pace =
        Pace { patience: Duration::from_secs(10), rate: 100, most: Duration::from_mins(1) };

    /// Pieces of so many bytes, each after so many seconds; whether all of it was taken, and
    /// after how many seconds this was known.
    async fn fate(pieces: &[(u64, usize)]) -> (bool, u64) {
        let pieces: Vec<_> = pieces.to_vec();
        let body = stream::iter(pieces).then(|(seconds, bytes)| async move {
            sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Infallible>(Frame::data(Bytes::from(vec![0; bytes])))
        });
        let start = Instant::now();
        let all = Paced::new(StreamBody::new(Box::pin(body)), PACE).collect().await;
        let stalled = all.as_ref().is_err_and(|it| it.is::<Stalled>());
        assert_eq!(all.is_err(), stalled);
        (!stalled, start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn silence_drops_and_slowness_end_a_body_and_an_even_flow_does_not() {
        assert_eq!(fate(&[(9, 1)]).await, (true, 9));
        assert_eq!(fate(&[(20, 1)]).await, (false, 10), "nothing comes");
        assert_eq!(fate(&[(0, 5_000), (20, 1)]).await, (false, 10), "nothing more comes");
        assert_eq!(fate(&[(4, 1); 5]).await, (false, 10), "drops");
        assert_eq!(fate(&[(5, 500); 8]).await, (true, 40), "just fast enough");
        assert_eq!(fate(&[(8, 100_000); 10]).await, (false, 60), "for longer than anything may");
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_that_we_take_ourselves_does_not_count() {
        let pieces =
            stream::iter([1, 2, 3]).map(|it| Ok::<_, Infallible>(Frame::data(vec![it].into())));
        let mut body = Paced::new(StreamBody::new(pieces), PACE);
        while let Some(frame) = body.frame().await {
            assert!(frame.is_ok());
            sleep(Duration::from_secs(100)).await;
        }
    }
}
