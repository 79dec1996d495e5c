//! Ending a connection from our side, whatever protocol it speaks by now.
//!
//! Socket.IO can take somebody out of a namespace, but leaves the connection open; a
//! client that does not read would keep it for ever.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, sleep},
};

/// How long a farewell may take to leave.
pub const FAREWELL: Duration = Duration::from_secs(1);
/// How long what was heard before the farewell may take to be passed over.
const HEARD: Duration = Duration::from_millis(250);
/// What is thrown away at a time.
const SCRAP: usize = 1_024;

/// Travels with each request as an extension; all clones end the same connection.
#[derive(Clone, Default)]
pub struct Hangup(Arc<Line>);

struct Line {
    cut: AtomicBool,
    dismissed: AtomicBool,
    /// Whoever reads it has come to the end of what they had.
    deaf: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
    opened: Instant,
    /// When something last went over it, in milliseconds since it was opened.
    stirred: AtomicU64,
    /// Requests that have no answer yet. One that became a WebSocket never has.
    pending: AtomicU32,
    /// What ends with it.
    followers: Mutex<Vec<Hangup>>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            cut: AtomicBool::default(),
            dismissed: AtomicBool::default(),
            deaf: AtomicBool::default(),
            reader: AtomicWaker::default(),
            writer: AtomicWaker::default(),
            opened: Instant::now(),
            stirred: AtomicU64::default(),
            pending: AtomicU32::default(),
            followers: Mutex::default(),
        }
    }
}

/// A connection that can be cut, and what is kept for as long as it lives.
pub struct Cuttable<S, K> {
    stream: S,
    line: Hangup,
    _kept: K,
}

impl Hangup {
    pub fn cut(&self) {
        self.0.cut.store(true, Ordering::Release);
        self.0.reader.wake();
        self.0.writer.wake();
        let followers = std::mem::take(&mut *self.followers());
        followers.iter().for_each(Self::cut);
    }

    /// Cuts it when `farewell` has been said and has had time to leave. What the client goes on
    /// saying is read and thrown away: left unread, it would make a reset of the end, and the
    /// client could lose the farewell. The farewell waits until all that was heard has passed.
    pub fn dismiss(&self, farewell: impl FnOnce() + Send + 'static) {
        if self.0.dismissed.swap(true, Ordering::AcqRel) {
            return farewell();
        }
        self.0.reader.wake();
        let line = self.clone();
        tokio::spawn(async move {
            let begun = Instant::now();
            while !line.0.deaf.load(Ordering::Acquire) && begun.elapsed() < HEARD {
                sleep(HEARD / 50).await;
            }
            farewell();
            sleep(FAREWELL).await;
            line.cut();
        });
    }

    /// Nothing that is said over it counts any more.
    pub fn is_dismissed(&self) -> bool {
        self.is_cut() || self.0.dismissed.load(Ordering::Acquire)
    }

    /// Ends this one, too, when it ends. What is over already takes it along at once.
    pub fn followed_by(&self, other: &Self) {
        self.followers().push(other.clone());
        // Only after it was added: a cut before that is seen here, and a later one finds it.
        if self.is_cut() {
            other.cut();
        }
    }

    pub fn unfollowed_by(&self, other: &Self) {
        self.followers().retain(|it| !Arc::ptr_eq(&it.0, &other.0));
    }

    fn followers(&self) -> MutexGuard<'_, Vec<Self>> {
        self.0.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn asked(&self) {
        self.0.pending.fetch_add(1, Ordering::Relaxed);
    }

    pub fn answered(&self) {
        self.0.pending.fetch_sub(1, Ordering::Relaxed);
    }

    /// For how long nothing has gone over it; `None` while an answer is awaited, and when it is
    /// about to end.
    pub fn idle(&self) -> Option<Duration> {
        if self.is_cut() || self.0.pending.load(Ordering::Relaxed) > 0 {
            return None;
        }
        let stirred = Duration::from_millis(self.0.stirred.load(Ordering::Relaxed));
        Some(self.0.opened.elapsed().saturating_sub(stirred))
    }

    fn stir_if<T>(&self, moved: &Poll<T>) {
        if moved.is_pending() {
            return;
        }
        let now = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.stirred.store(now, Ordering::Relaxed);
    }

    pub fn wrap<S, K>(&self, stream: S, kept: K) -> Cuttable<S, K> {
        Cuttable { stream, line: self.clone(), _kept: kept }
    }

    pub fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Acquire)
    }

    fn broken<T>() -> Poll<io::Result<T>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

impl<S: AsyncRead + Unpin, K: Unpin> Cuttable<S, K> {
    /// Until its peer is gone; that is all that is told of it.
    fn poll_discard(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scrap = [0; SCRAP];
        loop {
            let mut scrap = ReadBuf::new(&mut scrap);
            ready!(Pin::new(&mut self.stream).poll_read(task, &mut scrap))?;
            if scrap.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + Unpin, K: Unpin> AsyncRead for Cuttable<S, K> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Before the look: a cut that comes in between then wakes this task.
        self.line.0.reader.register(task.waker());
        if self.line.is_cut() {
            return Hangup::broken();
        }
        if self.line.is_dismissed() {
            self.line.0.deaf.store(true, Ordering::Release);
            return self.poll_discard(task);
        }
        let read = Pin::new(&mut self.stream).poll_read(task, buffer);
        self.line.stir_if(&read);
        read
    }
}

impl<S: AsyncWrite + Unpin, K: Unpin> AsyncWrite for Cuttable<S, K> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.line.0.writer.register(task.waker());
        if self.line.is_cut() {
            return Hangup::broken();
        }
        let written = Pin::new(&mut self.stream).poll_write(task, bytes);
        self.line.stir_if(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line.0.writer.register(task.waker());
        if self.line.is_cut() {
            return Hangup::broken();
        }
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.line.0.writer.register(task.waker());
        if self.line.is_cut() {
            return Hangup::broken();
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(task, slices);
        self.line.stir_if(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
