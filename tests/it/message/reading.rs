//! How far somebody has read.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    reading_is_heard_by_the_others_and_on_ones_own_devices,
    a_room_is_unread_from_a_message_on_for_oneself_alone,
);

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
    let mark = json!({"user_id": bob.id, "last_read_seq": 2, "last_delivered_seq": 2});
    let heard = at_anns.hear("room:marks").await;
    assert_eq!(heard, json!({"chatroom_id": room, "marks": [mark]}));
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

async fn a_room_is_unread_from_a_message_on_for_oneself_alone(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for words in ["one", "two, @bob", "three"] {
        server.say(&ann, &room, words).await;
    }
    server.say(&bob, &room, "four").await;
    let mut at_bobs = server.socket(&bob).await;
    at_bobs.ok("message:read", json!({"chatroom_id": room})).await;
    let (mut at_anns, on_phone) = (server.socket(&ann).await, server.again(&bob).await);
    let mut on_phone = server.socket(&on_phone).await;
    // One's own message is none to be read.
    let answer = at_bobs.ok("message:unread", json!({"chatroom_id": room, "seq": 2})).await;
    assert_eq!(answer, json!({"last_read_seq": 1, "unread_count": 2}));
    let told = on_phone.hear("room:unread").await;
    let counts = ["unread_count", "mention_count", "last_read_seq"].map(|it| told[it].clone());
    assert_eq!(counts, [json!(2), json!(1), json!(1)]);
    let mine = server.get("/v1/rooms", &bob).await["items"][0].clone();
    assert_eq!((&mine["unread_count"], &mine["last_read_seq"]), (&json!(2), &json!(1)));
    assert_eq!(mine["settings"]["marked_unread"], true);
    // What Ann saw stays as it is.
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
    assert_eq!(page["messages"][2]["read_status"], "read");
    // Reading on goes from there, and up to the cursor that others know nobody hears of it.
    let path = format!("/v1/rooms/{room}/read");
    let (_, read) = server.call(Method::PUT, &path, Some(&bob), Some(json!({"seq": 2}))).await;
    assert_eq!(read, json!({"last_read_seq": 2, "unread_count": 1}));
    server.say(&ann, &room, "five").await;
    assert_eq!(server.get("/v1/rooms", &bob).await["items"][0]["unread_count"], 2);
    let read = at_bobs.ok("message:read", json!({"chatroom_id": room})).await;
    assert_eq!(read, json!({"last_read_seq": 5, "unread_count": 0}));
    let heard = at_anns.hear("room:marks").await;
    assert_eq!(heard["marks"][0]["last_read_seq"], 5);
    unread_elsewhere(&server, &ann, &bob, &room).await;
}

/// What lies beyond what was read, and rooms of others.
async fn unread_elsewhere(server: &Server, ann: &Person, bob: &Person, room: &str) {
    let unread = async |who: &Person, seq: i64| {
        let path = format!("/v1/rooms/{room}/unread");
        server.call(Method::PUT, &path, Some(who), Some(json!({"seq": seq}))).await
    };
    assert_eq!(unread(bob, 99).await.1, json!({"last_read_seq": 5, "unread_count": 0}));
    let mine = server.get("/v1/rooms", bob).await["items"][0].clone();
    assert_eq!(mine["settings"]["marked_unread"], true);
    assert_eq!(unread(bob, -7).await.1, json!({"last_read_seq": 0, "unread_count": 4}));
    assert_eq!(unread(ann, 1).await.1["unread_count"], 1);
    let stranger = server.person("cat").await;
    assert_eq!(unread(&stranger, 1).await.0, StatusCode::FORBIDDEN);
}
