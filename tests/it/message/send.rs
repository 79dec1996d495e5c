//! Sending: once, in order, and heard by the others.

use serde_json::json;

use uuid::Uuid;

use crate::{on_every_database, support::server::Server};

on_every_database!(
    what_one_says_the_other_hears,
    a_repeated_send_is_one_message,
    a_pipeline_of_sends_keeps_its_order,
);

async fn what_one_says_the_other_hears(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let payload = json!({"kind": "direct", "user_ids": [bob.id]});
    let made = at_anns.ok("room:create", payload).await;
    assert_eq!(made["created"], true);
    let room = made["chatroom"]["chatroom_id"].clone();
    assert_eq!(at_bobs.hear("room:created").await["chatroom"]["chatroom_id"], room);

    let key = Uuid::new_v4();
    let words = json!({"chatroom_id": room, "client_msg_id": key, "content": "hello 你好 👋"});
    let sent = at_anns.ok("message:send", words).await;
    assert_eq!(sent["duplicate"], false);
    let heard = at_bobs.hear("message:created").await;
    assert_eq!(heard["message"], sent["message"], "the acknowledgement and the news agree");
    assert_eq!(heard["message"]["content"], "hello 你好 👋");
    assert_eq!(heard["message"]["client_msg_id"], json!(key));
    assert_eq!(heard["message"]["user"]["username"], "ann");
    assert_eq!(heard["rev"], heard["message"]["rev"]);
    let own = at_anns.hear("message:created").await;
    assert_eq!(own["message"]["message_id"], sent["message"]["message_id"]);

    let stored = server.get(&format!("/v1/rooms/{}/messages", room.as_str().unwrap()), &bob).await;
    assert_eq!(stored["messages"], json!([sent["message"]]), "history and live agree");
}

async fn a_repeated_send_is_one_message(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let key = Uuid::new_v4();
    let words = json!({"chatroom_id": room, "client_msg_id": key, "content": "once"});
    let first = at_anns.ok("message:send", words.clone()).await;
    let again = at_anns.ok("message:send", words).await;
    assert_eq!(again["duplicate"], true);
    assert_eq!(again["message"]["message_id"], first["message"]["message_id"]);
    let other = json!({"chatroom_id": room, "client_msg_id": key, "content": "else"});
    assert_eq!(at_anns.fault("message:send", other).await, "conflict");
    assert_eq!(at_bobs.overhear("message:created").await.len(), 1);
}

async fn a_pipeline_of_sends_keeps_its_order(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let mut waiting = Vec::new();
    for n in 0..200 {
        let words = json!({"chatroom_id": room, "content": format!("{n}")});
        waiting.push(at_anns.post("message:send", &words).await);
    }
    for (n, id) in waiting.into_iter().enumerate() {
        let answer = at_anns.answer(id).await;
        assert_eq!(answer["data"]["message"]["seq"], json!(n + 1), "{answer}");
    }
    for n in 0..200 {
        let heard = at_bobs.hear("message:created").await;
        assert_eq!(heard["message"]["content"], json!(format!("{n}")));
        assert_eq!(heard["message"]["seq"], json!(n + 1));
    }
}
