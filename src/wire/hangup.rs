//! Ending a connection from our side, whatever protocol it speaks by now.
//!
//! Socket.IO can take somebody out of a namespace, but leaves the connection open; a
//! client that does not read would keep it for ever.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Travels with each request as an extension; all clones end the same connection.
#[derive(Clone, Default)]
pub struct Hangup(Arc<Line>);

#[derive(Default)]
struct Line {
    cut: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
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
    }

    pub fn wrap<S, K>(&self, stream: S, kept: K) -> Cuttable<S, K> {
        Cuttable { stream, line: self.clone(), _kept: kept }
    }

    fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::Acquire)
    }

    fn broken<T>() -> Poll<io::Result<T>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

impl<S: AsyncRead + Unpin, K: Unpin> AsyncRead for Cuttable<S, K> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.line.0.reader.register(task.waker());
        if self.line.is_cut() {
            return Hangup::broken();
        }
        Pin::new(&mut self.stream).poll_read(task, buffer)
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
        Pin::new(&mut self.stream).poll_write(task, bytes)
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
        Pin::new(&mut self.stream).poll_write_vectored(task, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
