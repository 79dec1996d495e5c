//! By socket: what the stranger is told, that nothing comes of it, and that nothing is heard.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Secret, WORDS};
use crate::{
    on_every_database,
    support::{
        clients::{ALL, Ear, Place, Surface},
        doors::{keep_out, keep_out_of_line},
        server::Server,
        texts::{telling, tells},
    },
};

on_every_database!(what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing);

async fn what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing(server: Server) {
    let secret = Secret::keep(&server).await;
    let before = secret.state(&server).await;
    let eve = &secret.eve.person;
    let mut ears = Vec::new();
    for place in secret.places() {
        let inside = secret.inside(place);
        for surface in ALL {
            if matches!(surface, Surface::Discord | Surface::Swift) {
                keep_out(&server, eve, surface, &inside).await;
                continue;
            }
            let mut ear = server.ear(surface, eve, place).await;
            keep_out_of_line(&server, eve, &mut ear, &inside).await;
            leave(&mut ear, place).await;
            ears.push(ear);
        }
    }
    for name in ["the%20conspiracy", "the%20grotto", "bob"] {
        let door = format!("/ws/chat/{name}?token={}", eve.token);
        assert_eq!(server.try_plain(&door, &[]).await.err(), Some((403, String::new())));
    }
    reactions(&server, &secret).await;
    hears_nothing(&server, &secret, &mut ears).await;
    let after = secret.state(&server).await;
    for words in ["intrusion", "mine"] {
        assert!(!tells(&after, words), "{words} in {after}");
    }
    assert_eq!(members(&after), members(&before));
}

/// Whoever is not there may go at any time; a channel is left by leaving its server.
async fn leave(ear: &mut Ear, place: &Place) {
    match ear.surface {
        Surface::Campus => {
            let frame = json!({"action_type": "leave_room", "chatroom_id": place.uuid});
            ear.plain().send(&frame).await;
            ear.plain().send(&json!([])).await;
            ear.plain().hear_where(|it| it["error"] == "action_type: Field required").await;
        }
        Surface::Native => {
            let left = ear.socket().ask("room:leave", json!({"chatroom_id": place.uuid})).await;
            assert_eq!(left["ok"] == true, place.channel.is_none(), "{left}");
        }
        _ => (),
    }
}

/// Of what goes on.
async fn hears_nothing(server: &Server, secret: &Secret, ears: &mut [Ear]) {
    for place in secret.places() {
        server.say(&secret.ann.person, &place.uuid, "the cat is in the attic").await;
    }
    for ear in ears {
        let heard = ear.all_so_far().await;
        for words in WORDS {
            assert_eq!(telling(&heard, words), [Value::Null; 0], "{words} at {:?}", ear.surface);
        }
    }
}

/// A message is not reached through another room either.
async fn reactions(server: &Server, secret: &Secret) {
    let eve = &secret.eve.person;
    let body = Some(json!({"name": "her own"}));
    let own = server.ok(Method::POST, "/api/rooms", eve, body).await["id"].clone();
    let mut socket = server.plain_by_query(&format!("/ws/chat/{own}"), &eve.token).await;
    socket.hear_where(|it| it["type"] == "connected").await;
    for message in secret.messages {
        for action in ["add", "remove"] {
            let frame = json!({"type": "reaction", "message_id": message,
                "reaction_type": "👍", "action": action});
            socket.send(&frame).await;
            let told = json!({"type": "error", "message": "Message not found"});
            assert_eq!(socket.hear().await, told);
        }
        let data = json!({"content": "what was that?", "chat_type": "room", "chat_id": "general",
            "reply_to_id": message});
        let mut hall = server.plain_by_query("/ws", &eve.token).await;
        hall.send(&json!({"type": "send_message", "data": data})).await;
        hall.hear_where(|it| it["type"] == "error").await;
    }
}

fn members(state: &Value) -> usize {
    match state {
        Value::Array(all) => all.iter().map(members).sum(),
        Value::Object(fields) => {
            let is_member = usize::from(fields.contains_key("role"));
            is_member + fields.values().map(members).sum::<usize>()
        }
        _ => 0,
    }
}
