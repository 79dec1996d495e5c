//! Who each socket is, by which token, and for how long yet.
//!
//! One task watches over all sockets: a clock for each would weigh on those that are idle.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::time::Timestamp;
use serde_json::json;
use socketioxide::{SocketIo, extract::SocketRef, socket::Sid};

use super::{NAMESPACES, Sockets};
use crate::{
    chat::{engine::handle::Chat, person::presence::leases::Lease, session},
    model::{
        actor::Actor,
        error::{Doubt, Error},
        event::Topic,
        session::Pass,
    },
    wire::{
        socketio::kick,
        spelling::rfc3339_millis,
        term::{self, Terms},
    },
};

/// How many seconds before its end a client is told of it.
const NOTICE: i64 = 60;

pub(in crate::dialect::native) struct SocketSession {
    /// Held for as long as the socket lives.
    pub lease: Lease,
    term: Mutex<Term>,
}

#[derive(Clone, Copy)]
struct Term {
    me: Actor,
    expires: Timestamp,
    /// When it is looked at again, as the watch knows it.
    next: i64,
}

impl SocketSession {
    pub fn new(pass: &Pass, lease: Lease) -> Self {
        let Pass { actor: me, expires } = *pass;
        Self { lease, term: Mutex::new(Term { me, expires, next: notice(expires) }) }
    }

    pub fn of(socket: &SocketRef) -> Option<Arc<Self>> {
        socket.extensions.get()
    }

    pub fn me(&self) -> Actor {
        self.term().me
    }

    /// Goes on with another token of the same person, and says until when.
    pub async fn renew(
        &self,
        chat: &Chat,
        socket: &SocketRef,
        token: &str,
    ) -> Result<Timestamp, Error> {
        let Pass { actor, expires } = session::recognise(chat, token).await?;
        let before = self.me();
        if actor.id != before.id {
            return Err(Error::Unauthenticated(Doubt::BadToken));
        }
        socket.join(Topic::Session(actor.session).to_string());
        // Its end may have come before it could be heard here.
        if let Err(error) = session::still_lives(chat, actor).await {
            // The same session goes on here, and its end must still be heard.
            if actor != before {
                socket.leave(Topic::Session(actor.session).to_string());
            }
            return Err(error);
        }
        if actor != before {
            socket.leave(Topic::Session(before.session).to_string());
        }
        let mut term = self.term();
        // When it is looked at stays as it was: the watch knows it by that, and looks further then.
        (term.me, term.expires) = (actor, expires);
        Ok(expires)
    }

    fn term(&self) -> MutexGuard<'_, Term> {
        self.term.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When each socket is to be looked at.
#[derive(Default)]
pub(in crate::dialect::native) struct ExpiryWatch(Terms<(Sid, usize)>);

impl ExpiryWatch {
    pub fn begin(&self, socket: &SocketRef) {
        let Some((session, namespace)) = known(socket) else { return };
        self.0.begin(session.term().next, (socket.id, namespace));
        // It may have gone while it was greeted, and then nobody would take it off the list.
        if !socket.connected() {
            self.forget(socket);
        }
    }

    pub fn forget(&self, socket: &SocketRef) {
        let Some((session, namespace)) = known(socket) else { return };
        let next = session.term().next;
        self.0.forget(next, (socket.id, namespace));
    }
}

/// Warns those whose token is about to end, and ends those whose token has, until the server
/// stops.
pub(in crate::dialect::native) async fn watch(io: SocketIo, chat: Chat, sockets: Arc<Sockets>) {
    term::every_second(&chat, |now| {
        for (_, (id, namespace)) in sockets.expiry.0.due(now.0.timestamp()) {
            let io = NAMESPACES.get(namespace).and_then(|it| io.of(it.path));
            if let Some(socket) = io.and_then(|it| it.get_socket(id)) {
                look(&socket, now, &sockets.expiry);
            }
        }
    })
    .await;
}

fn look(socket: &SocketRef, now: Timestamp, expiry: &ExpiryWatch) {
    let Some(session) = SocketSession::of(socket) else { return };
    let expires = {
        let mut term = session.term();
        let is_near = notice(term.expires) <= now.0.timestamp();
        // Once it is warned there is nothing more to say before the end.
        term.next = if is_near { end(term.expires) } else { notice(term.expires) };
        term.expires
    };
    if expires <= now {
        tracing::info!(user = %session.me().id, "a socket outlived its token");
        socket.emit("auth:revoked", &json!({"reason": "token_expired"})).ok();
        return kick(socket);
    }
    if notice(expires) <= now.0.timestamp() {
        socket.emit("auth:expiring", &json!({"expires_at": rfc3339_millis(expires)})).ok();
    }
    expiry.begin(socket);
}

fn notice(expires: Timestamp) -> i64 {
    end(expires) - NOTICE
}

fn end(expires: Timestamp) -> i64 {
    expires.0.timestamp()
}

fn known(socket: &SocketRef) -> Option<(Arc<SocketSession>, usize)> {
    let namespace = NAMESPACES.iter().position(|it| it.path == socket.ns())?;
    Some((SocketSession::of(socket)?, namespace))
}
