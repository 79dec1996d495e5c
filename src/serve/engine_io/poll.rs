//! A poll on its way. When it is broken off, whatever it had taken to deliver is lost, so its
//! session ends, and its client comes back and asks for what it has missed.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll as Progress},
};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::session::Session;
use crate::wire::hangup::Hangup;

pub struct Poll {
    session: Arc<Session>,
    line: Option<Hangup>,
    next: Option<Next>,
}

/// The answer, until all of it has been taken.
struct Delivery {
    body: Body,
    poll: Option<Poll>,
}

impl Poll {
    pub fn begin(session: &Arc<Session>, request: &Request, next: Next) -> Self {
        let line = session.follow(request.extensions());
        Self { session: session.clone(), line, next: Some(next) }
    }

    /// Nothing depends on it any more.
    pub fn forget(mut self) {
        self.next = None;
    }

    pub fn deliver(self, answer: Response) -> Response {
        answer.map(|body| Body::new(Delivery { body, poll: Some(self) }))
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            self.session.unfollow(line);
        }
        if let Some(next) = self.next.take() {
            let session = self.session.clone();
            tokio::spawn(async move { session.part(next).await });
        }
    }
}

impl HttpBody for Delivery {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Progress<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(task);
        // hyper does not ask again after the last frame of a body whose length it knows.
        if matches!(frame, Progress::Ready(None)) || self.body.is_end_stream() {
            self.poll.take().into_iter().for_each(Poll::forget);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
