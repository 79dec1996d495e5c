//! Commands of one connection, carried out one after the other.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Waker},
};

use futures_util::FutureExt;

/// Commands of one connection that may wait for their turn.
const LONGEST: usize = 512;

/// A bounded queue without a task of its own: nearly all connections are idle nearly always.
/// A command begins where it came in, and most have ended there too. One that has to wait
/// goes on in a task, and those that come meanwhile wait behind it: as tasks of their own
/// they would overtake each other.
pub struct Inbox<C>(Arc<Worker<C>>);

/// Who works the queue off.
struct Worker<C> {
    queue: Mutex<Queue<C>>,
    work: Box<dyn Fn(C) -> Work + Send + Sync>,
}

struct Queue<C> {
    waiting: VecDeque<C>,
    is_busy: bool,
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

impl<C> Clone for Inbox<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C: Send + 'static> Inbox<C> {
    /// `work` must hold nothing that holds the connection, or neither would ever end.
    pub fn open<F, W>(work: F) -> Self
    where
        F: Fn(C) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let queue = Mutex::new(Queue { waiting: VecDeque::new(), is_busy: false });
        Self(Arc::new(Worker { queue, work: Box::new(move |command| Box::pin(work(command))) }))
    }

    /// Gives the command back when the queue is full.
    pub fn push(&self, command: C) -> Result<(), C> {
        {
            let mut queue = self.0.queue();
            if queue.is_busy {
                if queue.waiting.len() >= LONGEST {
                    return Err(command);
                }
                queue.waiting.push_back(command);
                return Ok(());
            }
            queue.is_busy = true;
        }
        go_on(Box::pin(work_off(self.0.clone(), command)));
        Ok(())
    }
}

impl<C> Worker<C> {
    /// With the last command goes the room that the queue took.
    fn next(&self) -> Option<C> {
        let mut queue = self.queue();
        let next = queue.waiting.pop_front();
        if next.is_none() {
            *queue = Queue { waiting: VecDeque::new(), is_busy: false };
        }
        next
    }

    fn queue(&self) -> MutexGuard<'_, Queue<C>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn work_off<C>(worker: Arc<Worker<C>>, first: C) {
    let mut next = Some(first);
    while let Some(command) = next {
        // Those behind one that breaks have done nothing wrong.
        if AssertUnwindSafe((worker.work)(command)).catch_unwind().await.is_err() {
            tracing::error!("a command broke off; its sender has no answer");
        }
        next = worker.next();
    }
}

/// Carries a work as far as it goes without waiting; the rest is for a task.
fn go_on(mut work: Work) {
    let mut nobody = Context::from_waker(Waker::noop());
    if work.as_mut().poll(&mut nobody).is_pending() {
        // The task polls it again at once, and so leaves a waker that wakes somebody.
        tokio::spawn(work);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{Notify, mpsc};

    use super::*;

    /// An inbox whose command 0 waits for the signal and whose command 13 breaks; what was
    /// carried out is told in its order.
    fn open() -> (Inbox<u32>, Arc<Notify>, mpsc::UnboundedReceiver<u32>) {
        let (told, done) = mpsc::unbounded_channel();
        let signal = Arc::new(Notify::new());
        let waits = signal.clone();
        let inbox = Inbox::open(move |command| {
            let (told, waits) = (told.clone(), waits.clone());
            async move {
                if command == 0 {
                    waits.notified().await;
                }
                assert!(command != 13, "as the test wants it");
                told.send(command).ok();
            }
        });
        (inbox, signal, done)
    }

    #[tokio::test]
    async fn what_need_not_wait_is_done_on_the_spot() {
        let (inbox, _, mut done) = open();
        inbox.push(1).unwrap();
        assert_eq!(done.try_recv(), Ok(1));
    }

    #[tokio::test]
    async fn none_overtakes_one_that_waits() {
        let (inbox, signal, mut done) = open();
        for command in [0, 1, 2] {
            inbox.push(command).unwrap();
        }
        tokio::task::yield_now().await;
        assert!(done.try_recv().is_err());
        signal.notify_one();
        for command in [0, 1, 2] {
            assert_eq!(done.recv().await, Some(command));
        }
    }

    #[tokio::test]
    async fn one_that_breaks_takes_nobody_along() {
        let (inbox, signal, mut done) = open();
        for command in [0, 13, 2] {
            inbox.push(command).unwrap();
        }
        signal.notify_one();
        assert_eq!((done.recv().await, done.recv().await), (Some(0), Some(2)));
        inbox.push(13).unwrap();
        inbox.push(3).unwrap();
        assert_eq!(done.recv().await, Some(3));
    }

    #[tokio::test]
    async fn a_full_one_gives_back() {
        let (inbox, signal, mut done) = open();
        inbox.push(0).unwrap();
        for command in 1..=512 {
            inbox.push(command + 100).unwrap();
        }
        assert_eq!(inbox.push(7), Err(7));
        signal.notify_one();
        for _ in 0..=512 {
            done.recv().await;
        }
        tokio::task::yield_now().await;
        assert_eq!(inbox.push(7), Ok(()));
        assert_eq!(done.recv().await, Some(7));
    }
}
