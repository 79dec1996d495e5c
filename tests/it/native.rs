//! The native events, as two people use them.

use serde_json::json;
use uuid::Uuid;

use crate::{
    on_every_database,
    support::{server::Server, socket::Refused},
};

on_every_database!(
    what_one_says_the_other_hears,
    a_repeated_send_is_one_message,
    a_pipeline_of_sends_keeps_its_order,
    reading_is_heard_by_the_others_and_on_ones_own_devices,
    history_comes_in_pages_that_meet,
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

async fn reading_is_heard_by_the_others_and_on_ones_own_devices(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let on_phone = server.again(&bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let mut on_phone = server.socket(&on_phone).await;
    for words in ["one", "two", "three"] {
        server.say(&ann, &room, words).await;
    }
    assert_eq!(server.get("/v1/rooms", &bob).await["items"][0]["unread_count"], 3);
    assert_eq!(server.get("/v1/rooms", &ann).await["items"][0]["unread_count"], 0);
    let read = at_bobs.ok("message:read", json!({"chatroom_id": room, "seq": 2})).await;
    assert_eq!(read, json!({"last_read_seq": 2, "unread_count": 1}));
    let heard = at_anns.hear("message:read_by").await;
    assert_eq!(
        (heard["user_id"].clone(), heard["last_read_seq"].clone()),
        (json!(bob.id), json!(2))
    );
    let cleared = on_phone.hear("room:unread").await;
    assert_eq!((&cleared["unread_count"], &cleared["last_read_seq"]), (&json!(1), &json!(2)));
    // A cursor never falls, and never passes the last message.
    let back = at_bobs.ok("message:read", json!({"chatroom_id": room, "seq": 1})).await;
    assert_eq!(back["last_read_seq"], 2);
    let beyond = at_bobs.ok("message:read", json!({"chatroom_id": room, "seq": 99})).await;
    assert_eq!(beyond, json!({"last_read_seq": 3, "unread_count": 0}));
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
    assert_eq!(page["messages"][2]["read_status"], "read");
}

async fn history_comes_in_pages_that_meet(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 1..=25 {
        server.say(&ann, &room, &format!("{n}")).await;
    }
    let path = |query: &str| format!("/v1/rooms/{room}/messages?{query}");
    let seqs = |page: &serde_json::Value| -> Vec<i64> {
        page["messages"].as_array().unwrap().iter().map(|it| it["seq"].as_i64().unwrap()).collect()
    };
    let newest = server.get(&path("limit=10"), &bob).await;
    assert_eq!(seqs(&newest), (16..=25).collect::<Vec<_>>());
    assert_eq!(
        (&newest["has_more_before"], &newest["has_more_after"]),
        (&json!(true), &json!(false))
    );
    let older = server.get(&path("limit=10&before_seq=16"), &bob).await;
    assert_eq!(seqs(&older), (6..=15).collect::<Vec<_>>());
    let oldest = server.get(&path("limit=10&before_seq=6"), &bob).await;
    assert_eq!(seqs(&oldest), (1..=5).collect::<Vec<_>>());
    assert_eq!(oldest["has_more_before"], false);
    let after = server.get(&path("limit=5&after_seq=20"), &bob).await;
    assert_eq!(seqs(&after), (21..=25).collect::<Vec<_>>());
    assert_eq!(after["has_more_after"], false);
    let around = server.get(&path("limit=5&around_seq=12"), &bob).await;
    assert_eq!(seqs(&around), vec![10, 11, 12, 13, 14]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_good_token_is_told_why() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let refusal = async |auth, origin| server.try_socket("/socket.io/", auth, origin).await.err();
    let connect = |code: &str| Some(Refused::Connect(code.to_owned()));
    assert_eq!(refusal(None, None).await, connect("unauthorized"));
    assert_eq!(refusal(Some(json!({"token": "junk"})), None).await, connect("unauthorized"));
    let good = Some(json!({"token": ann.token}));
    let foreign = Some("http://evil.example");
    assert_eq!(refusal(good.clone(), foreign).await, Some(Refused::Handshake(403)));
    assert_eq!(refusal(good.clone(), Some("http://localhost:5173")).await, None);
    server.call(reqwest::Method::POST, "/v1/auth/logout", Some(&ann), None).await;
    assert_eq!(refusal(good, None).await, connect("session_revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_payload_is_answered() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut socket = server.socket(&ann).await;
    for payload in [
        json!(null),
        json!("text"),
        json!([]),
        json!({}),
        json!({"chatroom_id": 7, "content": "x"}),
        json!({"chatroom_id": room, "content": 7}),
        json!({"chatroom_id": room, "content": "  "}),
        json!({"chatroom_id": room, "content": "a\u{0}b"}),
        json!({"chatroom_id": room, "content": "x".repeat(16_001)}),
        json!({"chatroom_id": room, "content": "x", "contnet": "typo"}),
        json!({"chatroom_id": room, "content": "x", "message_type": "hologram"}),
    ] {
        let code = socket.fault("message:send", payload.clone()).await;
        assert_eq!(code, "validation_failed", "{payload}");
    }
    let unknown = json!({"chatroom_id": Uuid::new_v4(), "content": "x"});
    assert_eq!(socket.fault("message:send", unknown).await, "not_found");
    assert_eq!(socket.fault("no:such", json!({})).await, "bad_request");
    socket.emit("message:send", &json!({})).await;
    let error = socket.hear("error").await;
    assert_eq!(error["event"], "message:send");
    assert_eq!(error["error"]["code"], "validation_failed");
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(page["messages"], json!([]), "nothing of it was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_seen_and_ends_with_the_message() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    at_anns.ok("typing:start", json!({"chatroom_id": room})).await;
    let seen = at_bobs.hear("typing:changed").await;
    assert_eq!(seen["users"][0]["user_id"], json!(ann.id));
    at_anns.ok("message:send", json!({"chatroom_id": room, "content": "done"})).await;
    assert_eq!(at_bobs.hear("typing:changed").await["users"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_told_to_friends_and_a_second_tab_changes_nothing() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    server.direct_room(&ann, &bob).await;
    let mut at_bobs = server.socket(&bob).await;
    let first = server.socket(&ann).await;
    let of_ann = |news: &serde_json::Value| {
        let all = news["presences"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["user_id"] == json!(ann.id))
    };
    loop {
        let news = at_bobs.hear("presence:changed").await;
        if let Some(presence) = of_ann(&news) {
            assert_eq!(presence["state"], "online");
            break;
        }
    }
    let mut second = server.socket(&ann).await;
    drop(first);
    second.ok("presence:set", json!({"state": "dnd", "status_text": "busy"})).await;
    let news = at_bobs.hear("presence:changed").await;
    let presence = of_ann(&news).unwrap();
    assert_eq!((&presence["state"], &presence["status_text"]), (&json!("dnd"), &json!("busy")));
    second.ok("presence:set", json!({"state": "invisible"})).await;
    assert_eq!(of_ann(&at_bobs.hear("presence:changed").await).unwrap()["state"], "offline");
}
