//! `/ws/socket.io/`: the events of this product's client. Most of its sockets carry no
//! credential; one with a token is a full sender.

use std::{future::ready, net::IpAddr};

use axum::http::Uri;
use entity::id::RoomId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use socketioxide::{
    SocketIo,
    extract::{SocketRef, State, TryData},
    handler::ConnectHandler,
};
use uuid::Uuid;

use super::{
    listener::Listener,
    messages::{Words, draft},
};
use crate::{
    chat::{handle::Chat, message, session},
    model::{
        actor::Actor,
        error::{Error, Problem},
        event::Topic,
        limit::{Allowance, Spender},
    },
    wire::{
        address::ClientAddress,
        failure::Carrier,
        fastapi,
        fields::from_json,
        socketio::{Answer, Inbox},
    },
};

/// Where all the anonymous sockets are, to be looked at when somebody leaves.
pub(super) const UNKNOWN: &str = "unknown";

#[derive(Deserialize)]
struct Handshake {
    token: Option<String>,
}

struct Refused(&'static str);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// An event as it came in, waiting for its turn.
struct Letter {
    event: &'static str,
    payload: Value,
    answer: Answer,
}

#[derive(Serialize)]
struct Fault<'a> {
    event: &'a str,
    error: Reason,
}

#[derive(Serialize)]
struct Reason {
    message: String,
}

pub(super) fn open(io: &SocketIo) {
    // The client begins by itself; there is nothing to greet it with.
    let greet = |_: SocketRef| ready(());
    let admitted = |socket: SocketRef, handshake: TryData<Handshake>, State(chat): State<Chat>| {
        admit(socket, handshake, chat)
    };
    io.ns("/", greet.with(admitted));
}

async fn admit(
    socket: SocketRef,
    TryData(handshake): TryData<Handshake>,
    chat: Chat,
) -> Result<(), Refused> {
    let address = ClientAddress::of(&socket.req_parts().extensions).0;
    let spent = chat.limits.spend(Allowance::Handshake, Spender::Address(address));
    spent.map_err(|_| Refused("rate_limited"))?;
    let listener = identify(&socket, handshake.ok(), &chat, address).await?;
    match listener {
        Listener::Known(me) => {
            socket.join([Topic::User(me.id).to_string(), Topic::Session(me.session).to_string()]);
        }
        Listener::Unknown(_) => socket.join(UNKNOWN),
    }
    socket.extensions.insert(listener);
    let inbox = Inbox::open(move |letter: Letter| work(chat.clone(), listener, letter));
    for event in ["set_user_id", "join_room", "leave_room", "send_message", "message"] {
        let inbox = inbox.clone();
        socket.on(event, move |TryData(payload): TryData<Value>, answer: Answer| {
            let letter = Letter { event, payload: payload.unwrap_or_default(), answer };
            if let Err(letter) = inbox.push(letter) {
                let error = Error::TooMany { retry_after: std::time::Duration::from_secs(1) };
                complain(&letter.answer.socket, letter.event, &error);
                acknowledge(letter.answer);
            }
            ready(())
        });
    }
    socket.on_fallback(|answer: Answer| {
        acknowledge(answer);
        ready(())
    });
    Ok(())
}

/// A token that was presented must be good; none at all is what the old client does.
async fn identify(
    socket: &SocketRef,
    handshake: Option<Handshake>,
    chat: &Chat,
    address: IpAddr,
) -> Result<Listener, Refused> {
    let request = socket.req_parts();
    let given = handshake.and_then(|it| it.token).filter(|it| !it.is_empty());
    let bare = |it: String| it.strip_prefix("Bearer ").map(str::to_owned).unwrap_or(it);
    let carried = |carrier: Carrier, uri: &Uri| carrier.token(&request.headers, uri);
    let token = given
        .map(bare)
        .or_else(|| carried(Carrier::Bearer, &request.uri))
        .or_else(|| carried(Carrier::Query("token"), &request.uri));
    match token {
        Some(token) => match session::recognise(chat, &token).await {
            Ok(pass) => Ok(Listener::Known(pass.actor)),
            Err(_) => Err(Refused("unauthorized")),
        },
        None if chat.rules.anonymous_pairing => Ok(Listener::Unknown(address)),
        None => Err(Refused("unauthorized")),
    }
}

async fn work(chat: Chat, listener: Listener, letter: Letter) {
    let Letter { event, payload, answer } = letter;
    let done = match event {
        "join_room" => join(&chat, listener, &answer.socket, &payload).await,
        "leave_room" => leave(&answer.socket, &payload),
        "send_message" => match listener {
            Listener::Known(me) => send(&chat, me, &payload).await,
            // The POST that follows is the one to be trusted.
            Listener::Unknown(_) => Ok(()),
        },
        // `set_user_id` proves nothing, and `message` was a megaphone that nobody used.
        _ => Ok(()),
    };
    if let (Err(error), Listener::Known(_)) = (&done, listener) {
        complain(&answer.socket, event, error);
    }
    acknowledge(answer);
}

async fn join(
    chat: &Chat,
    listener: Listener,
    socket: &SocketRef,
    payload: &Value,
) -> Result<(), Error> {
    let room = room(payload)?;
    // First in, then asked: whoever is sent away in between is found by the relay.
    socket.join(Topic::Room(room).to_string());
    let allowed = listener.may_hear(chat, room).await;
    if allowed.is_err() {
        socket.leave(Topic::Room(room).to_string());
    }
    allowed
}

fn leave(socket: &SocketRef, payload: &Value) -> Result<(), Error> {
    socket.leave(Topic::Room(room(payload)?).to_string());
    Ok(())
}

async fn send(chat: &Chat, me: Actor, payload: &Value) -> Result<(), Error> {
    let malformed = |_| Error::invalid("send_message", Problem::Other("is not a message"));
    let words: Words = from_json(payload).map_err(malformed)?;
    let room = RoomId(words.chatroom_id);
    message::send(chat, me, room, draft(me.id, words)?).await?;
    Ok(())
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

fn complain(socket: &SocketRef, event: &str, error: &Error) {
    let reason = Reason { message: fastapi::sentence(error) };
    socket.emit("error", &Fault { event, error: reason }).ok();
}
