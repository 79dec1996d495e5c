//! `/ws/socket.io/`: the events of this product's client. Most of its sockets carry no
//! credential; one with a token is a full sender.

use std::sync::Arc;

use entity::id::RoomId;
use serde::Deserialize;
use serde_json::Value;
use socketioxide::{
    SocketIo,
    extract::{SocketRef, State, TryData},
    handler::ConnectHandler,
};
use uuid::Uuid;

use super::{
    fault::{self, Fault},
    listener::{Line, Listener},
    messages::{Words, say},
    term::{self, Terms},
};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::presence,
        room::member,
        session::{
            self,
            pairing::subscription::{self, Subscription},
        },
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Error, Problem},
        event::Topic,
    },
    wire::{
        address::ClientAddress,
        caller::shown,
        failure::Carrier,
        fields::from_json,
        inbox::Inbox,
        meter::{Excess, Meter},
        socketio::{
            self, Answer, EventReceived,
            admission::{Refused, carried, over_open_line},
            kick,
            posting::{self, RawEvent, end_the_loud},
        },
    },
};

const EVENTS: [&str; 5] = ["set_user_id", "join_room", "leave_room", "send_message", "message"];

#[derive(Deserialize)]
struct Handshake {
    token: Option<Value>,
}

pub(super) fn open(io: &SocketIo, terms: &Terms) {
    let admitted =
        |socket: SocketRef,
         handshake: TryData<Handshake>,
         io: SocketIo,
         State(chat): State<Chat>| { admit(socket, handshake, io, chat) };
    let terms = terms.clone();
    let settled = move |socket: SocketRef, handshake: TryData<Handshake>, chat: State<Chat>| {
        settle(socket, handshake, chat, terms.clone())
    };
    // A client may speak right after it is let in, so it is listened to from its admission on.
    io.ns("/", settled.with(admitted));
}

async fn admit(
    socket: SocketRef,
    TryData(handshake): TryData<Handshake>,
    io: SocketIo,
    chat: Chat,
) -> Result<(), Refused> {
    let address = ClientAddress::of(&socket.req_parts().extensions).0;
    admission::handshake(&chat, address).map_err(|it| refused(&it))?;
    over_open_line(&socket).map_err(|it| refused(&it))?;
    let token = credential(&socket, handshake.ok());
    let listener = match identify(&chat, token.as_deref()).await? {
        Some(me) => Listener::Known(me),
        None => Listener::Unknown(unknown(&chat, io, &socket)?),
    };
    let lease = match &listener {
        Listener::Known(me) => {
            let lease = presence::arrive(&chat, *me).await.map_err(|it| refused(&it))?;
            socket.join([Topic::User(me.id).to_string(), Topic::Session(me.session).to_string()]);
            Some(lease)
        }
        // An address and a program do not show that anybody is there.
        Listener::Unknown(_) => None,
    };
    socket.extensions.insert(listener.clone());
    let (spender, allowance) = match &listener {
        Listener::Known(me) => (Spender::User(me.id), Allowance::Event),
        // Who it is may be known only later, or never, so the address pays.
        Listener::Unknown(_) => (Spender::at(address), Allowance::Stranger),
    };
    let meter = Meter::new(&chat, spender);
    let hears = listener.clone();
    let inbox = Inbox::open(move |event: RawEvent<&'static str>| {
        // Somebody is there for as long as their socket can be heard.
        let _there = &lease;
        work(chat.clone(), hears.clone(), event)
    });
    socketio::listen(
        &socket,
        meter,
        move |_| allowance,
        move |said, spent| {
            let EventReceived { event, payload, answer } = said;
            if let Err(excess) = spent {
                return refuse(&listener, answer, &event, &excess);
            }
            match EVENTS.into_iter().find(|it| *it == event) {
                Some(event) => post(&inbox, &listener, RawEvent { event, payload, answer }),
                // The original never answers these, and whoever asked for an answer would
                // wait for ever.
                None => acknowledge(answer),
            }
        },
    );
    Ok(())
}

fn refuse(listener: &Listener, answer: Answer, event: &str, excess: &Excess) {
    let socket = answer.socket.clone();
    complain(listener, &socket, event, &excess.error);
    acknowledge(answer);
    end_the_loud(&socket, event, excess, |_| ());
}

fn post(inbox: &Inbox<RawEvent<&'static str>>, listener: &Listener, event: RawEvent<&'static str>) {
    posting::post(inbox, event, |event, busy| {
        complain(listener, &event.answer.socket, event.event, busy);
        acknowledge(event.answer);
    });
}

/// Only now can the end of a session find its socket, so whether it ended before is asked
/// once more. Otherwise the client begins by itself.
async fn settle(
    socket: SocketRef,
    TryData(handshake): TryData<Handshake>,
    State(chat): State<Chat>,
    terms: Terms,
) {
    let token = credential(&socket, handshake.ok());
    let Some(listener) = socket.extensions.get::<Listener>() else { return };
    if let Listener::Unknown(subscription) = &listener {
        subscription.ready().await;
    }
    let Some(token) = token else { return };
    match session::recognise(&chat, &token).await {
        Ok(pass) => term::begin(&socket, &terms, &pass),
        // The session ended while the socket was let in, which is no failure of ours.
        Err(Error::Unauthenticated(_)) => kick(&socket),
        // The token may be good, so its client hears that this is not why.
        Err(error) => {
            complain(&listener, &socket, "connect", &error);
            kick(&socket);
        }
    }
}

/// A token that was presented must be good; none at all is what the old client does.
async fn identify(chat: &Chat, token: Option<&str>) -> Result<Option<Actor>, Refused> {
    let Some(token) = token else { return Ok(None) };
    let pass = session::recognise(chat, token).await.map_err(|it| refused(&it))?;
    Ok(Some(pass.actor))
}

fn unknown(chat: &Chat, io: SocketIo, socket: &SocketRef) -> Result<Arc<Subscription>, Refused> {
    let request = socket.req_parts();
    let device = shown(&request.extensions, &request.headers);
    let line = Box::new(Line { io, id: socket.id });
    let opened = subscription::open(chat, device.as_ref(), line);
    opened.map(Arc::new).map_err(|it| refused(&it))
}

fn refused(error: &Error) -> Refused {
    Refused::new(error, fault::code(error))
}

/// In the CONNECT packet, else in a header, else in the query.
fn credential(socket: &SocketRef, handshake: Option<Handshake>) -> Option<String> {
    let given = handshake.and_then(|it| it.token).filter(|it| *it != "").map(|it| {
        // What is no text is a bad token, and not a missing one.
        let text = it.as_str().unwrap_or_default();
        text.strip_prefix("Bearer ").unwrap_or(text).to_owned()
    });
    given.or_else(|| carried(socket, &[Carrier::Bearer, Carrier::Query("token")]))
}

async fn work(chat: Chat, listener: Listener, event: RawEvent<&'static str>) {
    let RawEvent { event, payload, answer } = event;
    // What a socket had before its line broke it has again before it says anything.
    if let Listener::Unknown(subscription) = &listener {
        subscription.ready().await;
    }
    let done = match event {
        "join_room" => join(&chat, &listener, &answer.socket, &payload).await,
        "leave_room" => leave(&listener, &answer.socket, &payload).await,
        "send_message" => match &listener {
            Listener::Known(me) => send(&chat, *me, &payload).await,
            // The POST that follows is the one to be trusted.
            Listener::Unknown(_) => Ok(()),
        },
        // `set_user_id` proves nothing, and `message` was a megaphone that nobody used.
        _ => Ok(()),
    };
    if let Err(error) = done {
        complain(&listener, &answer.socket, event, &error);
    }
    acknowledge(answer);
}

async fn join(
    chat: &Chat,
    listener: &Listener,
    socket: &SocketRef,
    payload: &Value,
) -> Result<(), Error> {
    let room = room(payload)?;
    let me = match listener {
        Listener::Known(me) => *me,
        Listener::Unknown(subscription) => {
            subscription.spend()?;
            return subscription.join(room).await;
        }
    };
    member::may_listen(chat, me, room).await?;
    socket.join(Topic::Room(room).to_string());
    // Asked again: the relay did not find a socket that was not in the room yet.
    let allowed = member::may_listen(chat, me, room).await;
    if allowed.is_err() {
        socket.leave(Topic::Room(room).to_string());
    }
    allowed
}

async fn leave(listener: &Listener, socket: &SocketRef, payload: &Value) -> Result<(), Error> {
    let room = room(payload)?;
    if let Listener::Unknown(subscription) = listener {
        subscription.spend()?;
        subscription.leave(room).await;
    }
    socket.leave(Topic::Room(room).to_string());
    Ok(())
}

async fn send(chat: &Chat, me: Actor, payload: &Value) -> Result<(), Error> {
    let malformed = |_| Error::invalid("send_message", Problem::Other("is not a message"));
    let words: Words = from_json(payload).map_err(malformed)?;
    say(chat, me, words).await
}

fn room(payload: &Value) -> Result<RoomId, Error> {
    let id = payload.as_str().and_then(|it| Uuid::parse_str(it).ok());
    id.map(RoomId).ok_or(Error::invalid("chatroom_id", Problem::Other("must be a room's id")))
}

/// With no arguments, as the original does it.
fn acknowledge(answer: Answer) {
    let nothing: [(); 0] = [];
    answer.send(&nothing);
}

/// The old client, which has no token, expects no event but one.
fn complain(listener: &Listener, socket: &SocketRef, event: &str, error: &Error) {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, event, "an event failed");
    }
    if let Listener::Known(_) = listener {
        socket.emit("error", &Fault::new(event, error)).ok();
    }
}
