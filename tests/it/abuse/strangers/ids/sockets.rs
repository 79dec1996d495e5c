//! By socket: what the stranger is told, that nothing comes of it, and that nothing is heard.

use reqwest::Method;
use serde_json::{Value, json};

use super::{PrivateRooms, WORDS};
use crate::{
    on_every_database,
    support::{
        clients::{ALL, RoomClient, RoomIds, Surface},
        doors::{keep_out, keep_out_of_line},
        server::Server,
        texts::{telling, tells},
    },
};

on_every_database!(what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing);

async fn what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing(server: Server) {
    let private = PrivateRooms::create(&server).await;
    let before = private.state(&server).await;
    let eve = &private.eve.person;
    let mut clients = Vec::new();
    for room in private.rooms() {
        let target = private.target(room);
        for surface in ALL {
            if matches!(surface, Surface::Discord | Surface::Swift) {
                keep_out(&server, eve, surface, &target).await;
                continue;
            }
            let mut client = server.client(surface, eve, room).await;
            keep_out_of_line(&server, eve, &mut client, &target).await;
            leave(&mut client, room).await;
            clients.push(client);
        }
    }
    for name in ["the%20conspiracy", "the%20grotto", "bob"] {
        let door = format!("/ws/chat/{name}?token={}", eve.token);
        assert_eq!(server.try_plain(&door, &[]).await.err(), Some((403, String::new())));
    }
    reactions(&server, &private).await;
    hears_nothing(&server, &private, &mut clients).await;
    let after = private.state(&server).await;
    for words in ["intrusion", "mine"] {
        assert!(!tells(&after, words), "{words} in {after}");
    }
    assert_eq!(members(&after), members(&before));
}

/// Whoever is not there may go at any time; a channel is left by leaving its server.
async fn leave(client: &mut RoomClient, room: &RoomIds) {
    match client.surface {
        Surface::Campus => {
            let frame = json!({"action_type": "leave_room", "chatroom_id": room.uuid});
            client.plain().send(&frame).await;
            client.plain().send(&json!([])).await;
            client.plain().hear_where(|it| it["error"] == "action_type: Field required").await;
        }
        Surface::Native => {
            let left = client.socket().ask("room:leave", json!({"chatroom_id": room.uuid})).await;
            assert_eq!(left["ok"] == true, room.channel.is_none(), "{left}");
        }
        _ => (),
    }
}

/// Of what goes on.
async fn hears_nothing(server: &Server, private: &PrivateRooms, clients: &mut [RoomClient]) {
    for room in private.rooms() {
        server.say(&private.ann.person, &room.uuid, "the cat is in the attic").await;
    }
    for client in clients {
        let heard = client.all_so_far().await;
        for words in WORDS {
            assert_eq!(telling(&heard, words), [Value::Null; 0], "{words} at {:?}", client.surface);
        }
    }
}

/// A message is not reached through another room either.
async fn reactions(server: &Server, private: &PrivateRooms) {
    let eve = &private.eve.person;
    let body = Some(json!({"name": "her own"}));
    let own = server.ok(Method::POST, "/api/rooms", eve, body).await["id"].clone();
    let mut socket = server.plain_by_query(&format!("/ws/chat/{own}"), &eve.token).await;
    socket.hear_where(|it| it["type"] == "connected").await;
    for message in private.messages {
        for action in ["add", "remove"] {
            let frame = json!({"type": "reaction", "message_id": message,
                "reaction_type": "👍", "action": action});
            socket.send(&frame).await;
            let told = json!({"type": "error", "message": "Message not found"});
            assert_eq!(socket.hear().await, told);
        }
        let data = json!({"content": "what was that?", "chat_type": "room", "chat_id": "general",
            "reply_to_id": message});
        let mut socket = server.plain_by_query("/ws", &eve.token).await;
        socket.send(&json!({"type": "send_message", "data": data})).await;
        socket.hear_where(|it| it["type"] == "error").await;
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
