//! Which polling sessions there are, and how many of all sessions wait for somebody to be let in
//! on them. An entry goes with the engine's own record of its session.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use axum::{
    body::Body,
    extract::Request,
    http::{Extensions, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use super::{binding::Binding, is_old};
use crate::{
    model::error::Error,
    serve::share::Shares,
    wire::{hangup::Hangup, socketio::Waiting},
};

/// How many sessions may wait for somebody to be let in on them.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    pub in_all: usize,
    pub of_each: usize,
}

#[derive(Clone)]
pub struct Sessions {
    places: Arc<Semaphore>,
    shares: Shares,
    polling: Arc<Mutex<Polling>>,
}

/// By path and id: each engine has its own.
type Polling = HashMap<String, Arc<Session>>;

pub struct Session {
    pub binding: Binding,
    /// Whoever ends the session cuts this, and what follows it.
    line: Hangup,
    path: String,
    /// Of Engine.IO 3.
    pub old: bool,
    sid: OnceLock<String>,
}

/// Travels with the handshake, which the engine keeps for as long as the session lives.
#[derive(Clone)]
pub struct SessionEntry(Arc<Listed>);

struct Listed {
    polling: Arc<Mutex<Polling>>,
    key: OnceLock<String>,
}

impl Sessions {
    pub fn new(most: Most) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most.in_all)),
            shares: Shares::new(most.of_each),
            polling: Arc::default(),
        }
    }

    /// A place among those who wait.
    pub fn wait(&self, address: IpAddr) -> Result<Waiting, Error> {
        // Each another one, or all who are refused would come back together.
        let retry_after = Duration::from_secs(3 + rand::random::<u64>() % 5);
        // Before a place: whoever has used up their own hears that, and not that the server is
        // full.
        let share = self.shares.take(address).ok_or(Error::TooMany { retry_after })?;
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| Error::Busy { retry_after })?;
        Ok(Waiting::with((share, place)))
    }

    pub fn entry(&self) -> SessionEntry {
        SessionEntry(Arc::new(Listed { polling: self.polling.clone(), key: OnceLock::new() }))
    }

    pub fn find(&self, path: &str, sid: &str) -> Option<Arc<Session>> {
        locked(&self.polling).get(&key(path, sid)).cloned()
    }
}

impl SessionEntry {
    /// Nobody but its client knows of the session yet. Should it be gone already, the last of us
    /// takes it off the list again.
    pub fn begin(&self, sid: &str, session: Session) {
        let key = self.0.key.get_or_init(|| key(&session.path, sid)).clone();
        session.sid.set(sid.to_owned()).ok();
        locked(&self.0.polling).insert(key, Arc::new(session));
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        if let Some(key) = self.key.get() {
            locked(&self.polling).remove(key);
        }
    }
}

impl Session {
    pub fn new(uri: &Uri, binding: Binding, line: Hangup) -> Self {
        let path = uri.path().trim_end_matches('/').to_owned();
        Self { binding, line, path, old: is_old(uri), sid: OnceLock::new() }
    }

    pub fn is_over(&self) -> bool {
        self.line.is_cut()
    }

    /// It only waits for its client to hear the farewell.
    pub fn is_dismissed(&self) -> bool {
        self.line.is_dismissed()
    }

    /// A connection that the session is on, and that ends with it.
    pub fn follow(&self, of: &Extensions) -> Option<Hangup> {
        let line = of.get::<Hangup>().cloned()?;
        self.line.followed_by(&line);
        Some(line)
    }

    /// Others may use it next.
    pub fn unfollow(&self, line: &Hangup) {
        self.line.unfollowed_by(line);
    }

    /// Ends it for good, and whatever it is on.
    pub async fn end(&self, next: Next) {
        self.line.cut();
        self.part(next).await;
    }

    /// Ends it as its client would, unless it does not poll any more.
    pub async fn part(&self, next: Next) {
        let (version, packet) = if self.old { (3, "1:1") } else { (4, "1") };
        let Some(sid) = self.sid.get() else { return };
        let uri = format!("{}/?EIO={version}&transport=polling&sid={sid}", self.path);
        let goodbye = Request::builder().method(Method::POST).uri(uri).body(Body::from(packet));
        if let Ok(goodbye) = goodbye {
            next.run(goodbye).await;
        }
    }
}

/// As the engine says it of an id that it does not know.
pub fn unknown() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let reason = r#"{"code":"1","message":"Session ID unknown"}"#;
    (StatusCode::BAD_REQUEST, kind, reason).into_response()
}

fn key(path: &str, sid: &str) -> String {
    format!("{path}?{sid}")
}

fn locked(polling: &Mutex<Polling>) -> MutexGuard<'_, Polling> {
    polling.lock().unwrap_or_else(PoisonError::into_inner)
}
