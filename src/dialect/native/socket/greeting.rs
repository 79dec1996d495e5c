//! How a socket is greeted: `session:ready`, with all that a client needs to begin.

use std::sync::Arc;

use serde_json::{Value, json};
use socketioxide::extract::SocketRef;

use crate::{
    chat::{engine::handle::Chat, person::presence, room::member, session, sync},
    dialect::native::{
        payload,
        socket::{Arrival, Sockets, take_places, token_expiry::SocketSession},
    },
    model::{actor::Actor, error::Error, page::Limit, sync::Greeting, text::MessageText},
    wire::{socketio::kick, spelling::rfc3339_millis},
};

/// Says hello, with all that a client needs to begin. Only now can news find the socket,
/// so what may have changed since it was admitted is looked at once more.
pub(super) async fn greet(socket: SocketRef, chat: Chat, sockets: Arc<Sockets>) {
    let Some(session) = SocketSession::of(&socket) else { return };
    let Some(arrival) = socket.extensions.remove::<Arrival>() else { return };
    let me = session.me();
    match settle(&socket, &chat, me, arrival, &sockets).await {
        Ok(ready) => {
            socket.emit("session:ready", &ready).ok();
            sockets.expiry.begin(&socket);
        }
        // The session ended while the socket was let in, which is no failure of ours.
        Err(Error::Unauthenticated(_)) => kick(&socket),
        Err(error) => {
            tracing::error!(%error, "a socket could not be greeted");
            kick(&socket);
        }
    }
}

async fn settle(
    socket: &SocketRef,
    chat: &Chat,
    me: Actor,
    arrival: Arrival,
    sockets: &Sockets,
) -> Result<Value, Error> {
    let _turn = sockets.arrivals.turn().await?;
    session::still_lives(chat, me).await?;
    // Whoever comes or goes from here on finds the socket.
    if !member::is_followed(chat, arrival.placed) {
        take_places(socket, chat, me).await?;
    }
    let greeting = sync::greeting(chat, me, arrival.since).await?;
    sockets.heads.note(&greeting.account, &greeting.heads);
    Ok(ready(chat, me, &greeting))
}

/// What a client needs to begin.
fn ready(chat: &Chat, me: Actor, greeting: &Greeting) -> Value {
    let account = &greeting.account;
    let rooms: Vec<_> = greeting.heads.iter().map(payload::sync::Head::from).collect();
    json!({
        "session_id": me.session.0,
        "user_rev": account.rev,
        "since": greeting.since.map(rfc3339_millis),
        "user": payload::user::Me::from(account),
        "presence": payload::presence::Presence::from(&presence::own(chat, me)),
        "server_time": rfc3339_millis(chat.now()),
        "limits": {
            "message_characters": MessageText::LONGEST,
            "packet_bytes": 65_536,
            "upload_bytes": chat.rules().max_upload_bytes,
            "page": Limit::MAX,
            "shows_edits": chat.rules().show_edits,
        },
        "rooms": rooms,
    })
}
