//! By socket: what the stranger is told, that nothing comes of it, and that nothing is heard.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Secret, WORDS};
use crate::{
    on_every_database,
    support::{
        clients::Place,
        server::Server,
        texts::{telling, tells},
        websocket::{End, Plain},
    },
};

on_every_database!(what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing);

async fn what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing(server: Server) {
    let secret = Secret::keep(&server).await;
    let before = secret.state(&server).await;
    let eve = &secret.eve.person;
    let mut campus = server.plain_by_cookie("/message/online", &eve.token).await;
    let mut chatsphere = server.plain_by_query("/ws", &eve.token).await;
    let mut native = server.socket(eve).await;
    let auth = Some(json!({"token": eve.token}));
    let mut chatroom = server.try_socket("/ws/socket.io/", auth, None).await.unwrap();
    for place in secret.places() {
        on_campus(&mut campus, place).await;
        over_chatsphere(&mut chatsphere, place).await;
        let uuid = &place.uuid;
        for (event, payload) in [
            ("join_room", json!(uuid)),
            ("send_message", json!({"chatroom_id": uuid, "content": "intrusion"})),
        ] {
            chatroom.ask(event, payload).await;
            let fault = chatroom.hear("error").await;
            assert_eq!(fault["error"]["code"], "not_member", "{event}");
        }
        let bob = secret.bob.person.id;
        for (event, more) in [
            ("message:send", json!({"content": "intrusion"})),
            ("message:list", json!({})),
            ("message:read", json!({})),
            ("message:delivered", json!({"seq": 1})),
            ("typing:start", json!({})),
            ("room:update", json!({"chatroom_name": "mine"})),
            ("room:add_members", json!({"user_ids": [eve.id]})),
            ("room:remove_member", json!({"user_id": bob})),
        ] {
            let mut payload = more;
            payload["chatroom_id"] = json!(uuid);
            assert_eq!(native.fault(event, payload).await, "not_member", "{event}");
        }
        // Whoever is not there may go at any time; a channel is left by leaving its server.
        let left = native.ask("room:leave", json!({"chatroom_id": uuid})).await;
        assert_eq!(left["ok"] == true, place.uuid != secret.channel.uuid, "{left}");
        let number = place.number;
        let channel = place.channel.unwrap_or(number);
        let door = format!("/ws/{channel}?token={}", eve.token);
        let refused = server.try_plain(&door, &[]).await.err();
        assert_eq!(refused, Some((403, String::new())));
        let mut app = server.plain_by_query(&format!("/ws/chat/{number}"), &eve.token).await;
        assert_eq!(app.hear().await, json!({"type": "error", "message": "Room not found"}));
        assert_eq!(app.expect_end().await, End::Closed(1_000, String::new()));
    }
    for name in ["the%20conspiracy", "the%20grotto", "bob"] {
        let door = format!("/ws/chat/{name}?token={}", eve.token);
        assert_eq!(server.try_plain(&door, &[]).await.err(), Some((403, String::new())));
    }
    reactions(&server, &secret).await;
    // She hears nothing of what goes on.
    for place in secret.places() {
        server.say(&secret.ann.person, &place.uuid, "the cat is in the attic").await;
    }
    settle(&mut campus).await;
    chatsphere.send(&json!({"type": "ping"})).await;
    chatsphere.hear_where(|it| it["type"] == "pong").await;
    native.ask("nothing:known", json!({})).await;
    chatroom.ask("nothing:known", json!({})).await;
    let heard = [campus.so_far(), chatsphere.so_far(), native.so_far(), chatroom.so_far()];
    for words in WORDS {
        assert_eq!(telling(&heard.concat(), words), [Value::Null; 0], "{words}");
    }
    let after = secret.state(&server).await;
    for words in ["intrusion", "mine"] {
        assert!(!tells(&after, words), "{words} in {after}");
    }
    assert_eq!(members(&after), members(&before));
}

async fn on_campus(socket: &mut Plain, place: &Place) {
    for action in ["send_message", "get_message", "mark_room_read", "join_room"] {
        let frame = json!({"action_type": action, "chatroom_id": place.uuid,
            "content": "intrusion"});
        socket.send(&frame).await;
        let told = json!({"error": "You are not a member of this room"});
        assert_eq!(socket.hear().await, told, "{action}");
    }
    socket.send(&json!({"action_type": "leave_room", "chatroom_id": place.uuid})).await;
    settle(socket).await;
}

async fn settle(socket: &mut Plain) {
    socket.send(&json!([])).await;
    socket.hear_where(|it| it["error"] == "action_type: Field required").await;
}

async fn over_chatsphere(socket: &mut Plain, place: &Place) {
    for kind in ["group", "room", "private"] {
        let data = json!({"content": "intrusion", "chat_type": kind, "chat_id": place.uuid});
        socket.send(&json!({"type": "send_message", "data": data})).await;
        let error = socket.hear_where(|it| it["type"] == "error").await;
        assert_eq!(error["data"]["message"], "消息发送失败，请重试", "{kind}");
    }
    for event in ["join_room", "leave_room"] {
        socket.send(&json!({"type": event, "data": {"room_id": place.uuid}})).await;
        socket.hear_where(|it| it["type"] == "error").await;
    }
    socket.send(&json!({"type": "chat", "content": "intrusion", "room_id": place.uuid})).await;
    socket.hear_where(|it| it["type"] == "error").await;
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
