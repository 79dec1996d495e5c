//! One socket's life: admitted, greeted, heard in order.
mod answer;
mod connection;
pub mod events;
mod greeting;
pub(super) mod heads;
pub(super) mod token_expiry;
mod underway;

use std::{future::ready, sync::Arc};

use axum::http::{HeaderMap, header};
use entity::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use socketioxide::{
    ProtocolVersion, SocketIo,
    extract::{SocketRef, State, TryData},
    handler::ConnectHandler,
};

use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::presence,
        room::{member, typing},
        session,
    },
    dialect::native::{
        problem,
        render_cache::{Receipt, RenderCache},
        socket::{
            answer::answer,
            connection::Connection,
            events::Known,
            heads::LastTold,
            token_expiry::{ExpiryWatch, SocketSession},
        },
    },
    model::{
        actor::Actor,
        allowance::Spender,
        error::{Doubt, Error},
        event::Topic,
        message::Sent,
    },
    wire::{
        address::ClientAddress,
        caller::origin_allowed,
        failure::Carrier,
        inbox::Inbox,
        meter::{Excess, Meter},
        socketio::{
            self, Answer, EventReceived,
            admission::{Refused, carried, over_open_line},
            arrivals::Arrivals,
            posting::{self, RawEvent, end_the_loud},
        },
    },
};

/// A namespace, and the nouns it speaks of.
#[derive(Clone, Copy)]
pub(super) struct Namespace {
    pub path: &'static str,
    pub nouns: &'static [&'static str],
}

/// `/` speaks of everything; the others offer subsets under the same names.
pub(super) const NAMESPACES: [Namespace; 4] = [
    Namespace { path: "/", nouns: &[] },
    // Servers are told of here because their channels are rooms.
    Namespace { path: "/chat", nouns: &["message", "reaction", "typing", "room", "server"] },
    Namespace { path: "/friends", nouns: &["friend", "user"] },
    Namespace { path: "/presence", nouns: &["presence"] },
];

impl Namespace {
    pub(super) fn is_main(&self) -> bool {
        self.nouns.is_empty()
    }

    pub(super) fn speaks_of(&self, event: &str) -> bool {
        let noun = event.split(':').next().unwrap_or_default();
        // Each is let in by a token of its own.
        self.is_main() || noun == "auth" || self.nouns.contains(&noun)
    }
}

#[derive(Deserialize)]
struct Handshake {
    token: Option<String>,
    /// What the last sync said. Whatever it is, it keeps nobody out.
    since: Option<Value>,
}

/// What the greeting has to know of the admission.
#[derive(Clone, Copy)]
struct Arrival {
    /// See [`member::follow`].
    placed: u64,
    since: Option<Timestamp>,
}

fn refused(error: &Error) -> Refused {
    Refused::new(error, problem::code(error))
}

/// What is known of all sockets together, so that none needs a clock of its own.
#[derive(Default)]
pub(super) struct Sockets {
    pub renders: RenderCache,
    pub expiry: ExpiryWatch,
    pub heads: LastTold,
    pub arrivals: Arrivals,
}

impl Sockets {
    fn receipt(&self, sent: Result<Sent, Error>) -> Result<Receipt, Error> {
        self.renders.receipt(&sent?).map_err(Error::internal)
    }
}

pub(super) fn open(io: &SocketIo, namespace: Namespace, sockets: &Arc<Sockets>) {
    let at_the_door = sockets.clone();
    let admitted =
        move |socket: SocketRef, handshake: TryData<Handshake>, State(chat): State<Chat>| {
            admit(socket, handshake, chat, namespace, at_the_door.clone())
        };
    let sockets = sockets.clone();
    let greeted = move |socket: SocketRef, State(chat): State<Chat>| {
        greeting::greet(socket, chat, sockets.clone())
    };
    io.ns(namespace.path, greeted.with(admitted));
}

/// Lets a socket in, remembers who it is, and puts it into its rooms. Everything is in
/// place when this returns, because the client may speak right afterwards.
async fn admit(
    socket: SocketRef,
    TryData(handshake): TryData<Handshake>,
    chat: Chat,
    namespace: Namespace,
    sockets: Arc<Sockets>,
) -> Result<(), Refused> {
    let address = socket.req_parts().extensions.get::<ClientAddress>().map(|it| it.0);
    if let Some(address) = address {
        admission::handshake(&chat, address).map_err(|it| refused(&it))?;
    }
    over_open_line(&socket).map_err(|it| refused(&it))?;
    let handshake = handshake.ok();
    let since = handshake.as_ref().and_then(|it| moment(it.since.as_ref()?));
    let token = credential(&socket, handshake, &chat)?;
    let turn = sockets.arrivals.turn().await.map_err(|it| refused(&it))?;
    let pass = session::recognise(&chat, &token).await.map_err(|it| refused(&it))?;
    let me = pass.actor;
    let lease = presence::arrive(&chat, me).await.map_err(|it| refused(&it))?;
    let placed = take_places(&socket, &chat, me).await.map_err(|it| refused(&it))?;
    drop(turn);
    socket.extensions.insert(Arrival { placed, since });
    let session = Arc::new(SocketSession::new(&pass, lease));
    let connection = Connection::new(chat.clone(), session.clone(), sockets.clone());
    // Socket.IO would make a task of each event, and they would overtake each other.
    let inbox = Inbox::open(move |event: RawEvent<&'static Known>| {
        let connection = connection.clone();
        async move { connection.work(event).await }
    });
    listen(&socket, Meter::new(&chat, Spender::User(me.id)), inbox, namespace);
    socket.on_disconnect(move |socket: SocketRef| {
        // Another device of theirs that types says so again within seconds.
        typing::ended_everywhere(&chat, me.id);
        sockets.expiry.forget(&socket);
        ready(())
    });
    socket.extensions.insert(session);
    Ok(())
}

fn listen(
    socket: &SocketRef,
    meter: Meter,
    inbox: Inbox<RawEvent<&'static Known>>,
    namespace: Namespace,
) {
    socketio::listen(socket, meter, events::allowance, move |said, spent| {
        let EventReceived { event, payload, answer: to } = said;
        if let Err(excess) = spent {
            return refuse(to, &event, &excess);
        }
        match events::known(&event).filter(|it| namespace.speaks_of(it.event.name)) {
            Some(known) => post(&inbox, RawEvent { event: known, payload, answer: to }),
            // Whoever asked for an answer would otherwise wait for ever.
            None => answer::<()>(to, &event, Err(answer::unknown_event())),
        }
    });
}

/// Whoever goes on all the same is told why they are shown the door.
fn refuse(to: Answer, event: &str, excess: &Excess) {
    let (socket, fault) = (to.socket.clone(), answer::worded(&excess.error));
    answer::<()>(to, event, Err(fault));
    end_the_loud(&socket, event, excess, |socket| {
        socket.emit("session:closing", &json!({"reason": problem::code(&excess.error)})).ok();
    });
}

fn post(inbox: &Inbox<RawEvent<&'static Known>>, event: RawEvent<&'static Known>) {
    posting::post(inbox, event, |event, busy| {
        answer::<()>(event.answer, event.event.event.name, Err(answer::worded(busy)));
    });
}

/// The rooms of a socket are those of its user.
async fn take_places(socket: &SocketRef, chat: &Chat, me: Actor) -> Result<u64, Error> {
    // These come first, so that whatever moves this person meanwhile finds the socket.
    socket.join(Topic::User(me.id).to_string());
    socket.join(Topic::Session(me.session).to_string());
    member::follow(chat, me, |topics| {
        let topics: Vec<String> = topics.iter().map(ToString::to_string).collect();
        for room in socket.rooms() {
            if !topics.iter().any(|it| *it == *room) {
                // They may have been sent away since this was looked at before.
                socket.leave(room);
            }
        }
        socket.join(topics);
    })
    .await
}

fn moment(given: &Value) -> Option<Timestamp> {
    let moment = chrono::DateTime::parse_from_rfc3339(given.as_str()?).ok()?;
    Some(Timestamp(moment.to_utc()))
}

/// Where the token is: in the CONNECT packet, else in a header, else in a cookie, which
/// counts only from a page of an allowed origin. Clients of Engine.IO 3 cannot put one into a
/// packet for the main namespace, and have it in the query.
fn credential(
    socket: &SocketRef,
    handshake: Option<Handshake>,
    chat: &Chat,
) -> Result<String, Refused> {
    let given = handshake.and_then(|it| it.token).filter(|it| !it.is_empty());
    let bare = |token: String| match token.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim().to_owned(),
        _ => token,
    };
    if let Some(token) = given.map(bare) {
        return Ok(token);
    }
    let mut carriers = vec![Carrier::Bearer];
    // The protocol that the library calls `V4` is the one over Engine.IO 3.
    carriers.extend((socket.protocol() == ProtocolVersion::V4).then_some(Carrier::Query("token")));
    if let Some(token) = carried(socket, &carriers) {
        return Ok(token);
    }
    match carried(socket, &[Carrier::Cookie("access_token")]) {
        Some(token) if from_allowed_page(&socket.req_parts().headers, chat) => Ok(token),
        Some(_) => Err(Refused("origin_not_allowed")),
        None => Err(refused(&Error::Unauthenticated(Doubt::NoToken))),
    }
}

fn from_allowed_page(headers: &HeaderMap, chat: &Chat) -> bool {
    headers.contains_key(header::ORIGIN) && origin_allowed(headers, &chat.rules().origins)
}
