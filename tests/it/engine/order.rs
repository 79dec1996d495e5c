//! What one socket says in a row is done in a row, though its sends do not wait for each other.

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{server::Server, socketio::Socket},
};

on_every_database!(
    whoever_sends_and_reads_reads_what_they_sent,
    whoever_sends_and_goes_has_sent,
    whoever_sends_and_blocks_has_sent,
    sends_do_not_wait_for_each_other_and_typing_does_not_wait_for_them,
);

/// Says something without asking for an answer, and asks for something else at once.
async fn say_and_ask(socket: &mut Socket, room: &str, words: &str, ask: (&str, Value)) -> Value {
    socket.emit("message:send", &json!({"chatroom_id": room, "content": words})).await;
    socket.ok(ask.0, ask.1).await
}

async fn whoever_sends_and_reads_reads_what_they_sent(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut at_anns = server.socket(&ann).await;
    let (mut seq, mut missed) = (0, Vec::new());
    for n in 1..=20 {
        let words = format!("plum{n}");
        for (event, payload) in [
            ("message:list", json!({"chatroom_id": room})),
            ("message:read", json!({"chatroom_id": room})),
            ("message:delivered", json!({"chatroom_id": room, "seq": 999})),
            ("message:search", json!({"chatroom_id": room, "query": words})),
            ("room:settings", json!({"chatroom_id": room, "cleared_seq": 999})),
            ("sync", json!({})),
        ] {
            seq += 1;
            let told = say_and_ask(&mut at_anns, &room, &words, (event, payload)).await;
            let is_told = match event {
                "message:read" => told["last_read_seq"] == seq,
                "message:delivered" => told["last_delivered_seq"] == seq,
                "room:settings" => told["settings"]["cleared_seq"] == seq,
                "sync" => told["rooms"][0]["chatroom"]["last_message"]["seq"] == seq,
                _ => {
                    let found = told["messages"].as_array().unwrap();
                    found.iter().any(|it| it["seq"] == seq)
                }
            };
            if !is_told {
                missed.push((event, seq, told));
            }
        }
    }
    let names: Vec<_> = missed.iter().map(|it| (it.0, it.1)).collect();
    let first = missed.first().map(|it| &it.2);
    assert!(missed.is_empty(), "{} of {seq}: {names:?}; {first:?}", missed.len());
}

async fn whoever_sends_and_goes_has_sent(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut at_anns = server.socket(&ann).await;
    for n in 0..20 {
        let room = server.group(&bob, &[&ann]).await;
        let gone = ("room:leave", json!({"chatroom_id": room}));
        say_and_ask(&mut at_anns, &room, "bye", gone).await;
        let page = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
        assert_eq!(page["messages"][0]["content"], "bye", "{n}: {page}");
    }
}

async fn whoever_sends_and_blocks_has_sent(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut at_anns = server.socket(&ann).await;
    for n in 0..20 {
        let words = format!("last words {n}");
        let him = json!({"user_id": bob.id});
        say_and_ask(&mut at_anns, &room, &words, ("user:block", him.clone())).await;
        let page = server.get(&format!("/v1/rooms/{room}/messages?limit=1"), &bob).await;
        assert_eq!(page["messages"][0]["content"], words, "{n}: {page}");
        at_anns.ok("user:unblock", him).await;
    }
}

async fn sends_do_not_wait_for_each_other_and_typing_does_not_wait_for_them(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let other = server.beside().await.begin().await.unwrap();
    other.execute_unprepared("UPDATE chatrooms SET rev = rev").await.unwrap();
    let mut sent = Vec::new();
    for n in 0..5 {
        let words = json!({"chatroom_id": room, "content": format!("{n}")});
        sent.push(at_anns.post("message:send", &words).await);
    }
    at_anns.ok("typing:start", json!({"chatroom_id": room})).await;
    at_bobs.hear("typing:changed").await;
    let listed = at_anns.post("message:list", &json!({"chatroom_id": room})).await;
    let heard = at_anns.so_far();
    assert!(heard.iter().all(|it| it[0] != "message:created"), "nothing is stored: {heard:?}");
    other.rollback().await.unwrap();
    let page = at_anns.answer(listed).await;
    assert_eq!(page["data"]["messages"].as_array().unwrap().len(), 5, "{page}");
    for id in sent {
        assert_eq!(at_anns.answer(id).await["ok"], true);
    }
}
