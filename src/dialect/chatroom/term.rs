//! A socket with a token ends with it, or with the newest one of its session.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use entity::time::Timestamp;
use socketioxide::{SocketIo, extract::SocketRef, socket::Sid};

use super::fault::Fault;
use crate::{
    chat::{engine::handle::Chat, session},
    model::{
        actor::Actor,
        error::{Doubt, Error},
        session::Pass,
    },
    wire::{socketio::kick, term},
};

pub(super) type Terms = Arc<term::Terms<Sid>>;

struct Term {
    me: Actor,
    own: Timestamp,
    /// As the list knows it.
    listed: AtomicI64,
}

pub(super) fn begin(socket: &SocketRef, terms: &Terms, pass: &Pass) {
    let term = Term { me: pass.actor, own: pass.expires, listed: AtomicI64::default() };
    socket.extensions.insert(Arc::new(term));
    list(socket, terms, pass.expires);
    let terms = terms.clone();
    socket.on_disconnect(move |socket: SocketRef| {
        forget(&socket, &terms);
        ready(())
    });
}

/// Ends those whose token has run out, until the server stops.
pub(super) async fn watch(io: SocketIo, chat: Chat, terms: Terms) {
    term::every_second(&chat, |now| {
        for (_, id) in terms.due(now.0.timestamp()) {
            if let Some(socket) = io.of("/").and_then(|it| it.get_socket(id)) {
                look(&socket, &chat, now, &terms);
            }
        }
    })
    .await;
}

fn look(socket: &SocketRef, chat: &Chat, now: Timestamp, terms: &Terms) {
    let Some(term) = socket.extensions.get::<Arc<Term>>() else { return };
    let until = session::good_until(chat, term.me.session, term.own);
    if until > now {
        return list(socket, terms, until);
    }
    tracing::info!(user = %term.me.id, "a socket outlived its token");
    let expired = Error::Unauthenticated(Doubt::Expired);
    socket.emit("error", &Fault::new("connect", &expired)).ok();
    kick(socket);
}

fn list(socket: &SocketRef, terms: &Terms, until: Timestamp) {
    let Some(term) = socket.extensions.get::<Arc<Term>>() else { return };
    let when = until.0.timestamp();
    term.listed.store(when, Ordering::Relaxed);
    terms.begin(when, socket.id);
    // It may have gone meanwhile, and then nobody would take it off the list.
    if !socket.connected() {
        forget(socket, terms);
    }
}

fn forget(socket: &SocketRef, terms: &Terms) {
    if let Some(term) = socket.extensions.get::<Arc<Term>>() {
        terms.forget(term.listed.load(Ordering::Relaxed), socket.id);
    }
}
