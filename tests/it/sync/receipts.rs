//! Who has read and received what, and who does not let it be seen.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::copy::SyncedCopy;
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    a_group_shows_who_has_read_and_received,
    whoever_leaves_is_not_listed,
    whoever_does_not_let_it_be_seen_is_not_seen,
    reading_on_one_device_clears_the_others,
    deleted_messages_are_not_unread,
);

async fn receipts(server: &Server, who: &Person, message: &Value) -> Value {
    server.get(&format!("/v1/messages/{}/receipts", message["message_id"]), who).await
}

fn nobody() -> Value {
    json!({"readers": [], "read_count": 0, "delivered": [], "delivered_count": 0})
}

fn ids(list: &Value) -> Vec<i64> {
    let mut ids: Vec<i64> =
        list.as_array().unwrap().iter().map(|it| it["user_id"].as_i64().unwrap()).collect();
    ids.sort_unstable();
    ids
}

async fn read(server: &Server, who: &Person, room: &str, seq: i64) {
    let path = format!("/v1/rooms/{room}/read");
    server.ok(Method::PUT, &path, who, Some(json!({"seq": seq}))).await;
}

async fn a_group_shows_who_has_read_and_received(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (eve, dan) = (server.person("eve").await, server.person("dan").await);
    let room = server.group(&ann, &[&bob, &eve]).await;
    let first = server.say(&ann, &room, "first").await;
    let second = server.say(&ann, &room, "second").await;
    assert_eq!(receipts(&server, &ann, &first).await, nobody());

    let mut at_bobs = server.socket(&bob).await;
    at_bobs.ok("message:delivered", json!({"chatroom_id": room, "seq": 2})).await;
    read(&server, &bob, &room, 1).await;
    read(&server, &eve, &room, 2).await;
    let of_first = receipts(&server, &ann, &first).await;
    assert_eq!(
        (ids(&of_first["readers"]), ids(&of_first["delivered"])),
        (vec![bob.id, eve.id], vec![bob.id, eve.id])
    );
    let payload = json!({"message_id": second["message_id"]});
    let of_second = at_bobs.ok("message:receipts", payload).await;
    assert_eq!(ids(&of_second["readers"]), [eve.id]);
    assert_eq!(ids(&of_second["delivered"]), [bob.id, eve.id]);
    for (list, name) in [("readers", "read_at"), ("delivered", "delivered_at")] {
        for it in of_first[list].as_array().unwrap() {
            let (said, got) = (first["timestamp"].as_str(), it[name].as_str());
            assert!(got.unwrap() >= &said.unwrap()[..19], "{it}");
        }
    }
    // Reading on does not change when the first was read.
    let before = of_first["readers"].clone();
    read(&server, &bob, &room, 2).await;
    assert_eq!(receipts(&server, &ann, &first).await["readers"], before);
    assert_eq!(ids(&receipts(&server, &ann, &second).await["readers"]), [bob.id, eve.id]);

    // Whoever comes later has not read what was said before, though it is not unread.
    let path = format!("/v1/rooms/{room}/members/{}", dan.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({}))).await;
    assert_eq!(ids(&receipts(&server, &dan, &second).await["readers"]), [bob.id, eve.id]);
    let zoe = server.person("zoe").await;
    let path = format!("/v1/messages/{}/receipts", first["message_id"]);
    let (status, _) = server.call(Method::GET, &path, Some(&zoe), None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) =
        server.call(Method::GET, "/v1/messages/999999/receipts", Some(&zoe), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn whoever_leaves_is_not_listed(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    let message = server.say(&ann, &room, "hello").await;
    read(&server, &bob, &room, 1).await;
    read(&server, &eve, &room, 1).await;
    server.ok(Method::DELETE, &format!("/v1/rooms/{room}/members/me"), &bob, None).await;
    assert_eq!(ids(&receipts(&server, &ann, &message).await["readers"]), [eve.id]);
    let path = format!("/v1/rooms/{room}/members/{}", bob.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({}))).await;
    assert_eq!(ids(&receipts(&server, &ann, &message).await["readers"]), [eve.id]);
    let next = server.say(&ann, &room, "welcome back").await;
    read(&server, &bob, &room, 2).await;
    assert_eq!(ids(&receipts(&server, &ann, &next).await["readers"]), [bob.id]);
}

async fn whoever_does_not_let_it_be_seen_is_not_seen(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    let on_phone = server.again(&bob).await;
    let mut anns = SyncedCopy::default();
    let me = server.ok(Method::PATCH, "/v1/me", &bob, Some(json!({"sends_receipts": false}))).await;
    assert_eq!(me["sends_receipts"], false);
    let (mut at_anns, mut on_phone) = (server.socket(&ann).await, server.socket(&on_phone).await);
    let message = server.say(&ann, &room, "hello").await;
    let mut at_bobs = server.socket(&bob).await;
    at_bobs.ok("message:delivered", json!({"chatroom_id": room, "seq": 1})).await;
    let read_too = at_bobs.ok("message:read", json!({"chatroom_id": room})).await;
    assert_eq!(read_too, json!({"last_read_seq": 1, "unread_count": 0}));
    assert_eq!(on_phone.hear("room:unread").await["unread_count"], 0, "one's own devices know");
    assert!(at_anns.overhear("room:marks").await.is_empty());

    assert_eq!(receipts(&server, &ann, &message).await, nobody());
    assert_eq!(ids(&receipts(&server, &bob, &message).await["readers"]), [bob.id]);
    let status = async || {
        let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
        let listed = server.get("/v1/rooms", &ann).await;
        let last = &listed["items"][0]["last_message"]["read_status"];
        assert_eq!(last, &page["messages"][0]["read_status"]);
        last.as_str().unwrap().to_owned()
    };
    assert_eq!(status().await, "unread", "nothing is known of Eve, and nothing told of Bob");
    anns.sync(&server, &ann).await;
    anns.check(&server, &ann).await;
    assert!(!anns.rooms[&room].cursors.contains_key(&bob.id));
    read(&server, &eve, &room, 1).await;
    assert_eq!(status().await, "read", "of those who let it be seen all have");

    // Whoever changes their mind is seen, but not when they read what they read unseen.
    server.ok(Method::PATCH, "/v1/me", &bob, Some(json!({"sends_receipts": true}))).await;
    let seen = receipts(&server, &ann, &message).await;
    let bobs = seen["readers"].as_array().unwrap().iter().find(|it| it["user_id"] == json!(bob.id));
    assert_eq!(bobs.unwrap()["read_at"], Value::Null);
    anns.sync(&server, &ann).await;
    anns.check(&server, &ann).await;
    assert_eq!(anns.rooms[&room].cursors[&bob.id], (1, 1));
}

async fn reading_on_one_device_clears_the_others(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut on_phone = server.socket(&server.again(&bob).await).await;
    let mut away = SyncedCopy::default();
    away.sync(&server, &bob).await;
    for n in 0..3 {
        server.say(&ann, &room, &format!("{n}")).await;
    }
    away.sync(&server, &bob).await;
    assert_eq!(away.rooms[&room].chatroom["unread_count"], 3);
    read(&server, &bob, &room, 3).await;
    let heard = on_phone.hear("room:unread").await;
    assert_eq!(
        heard,
        json!({"chatroom_id": room, "unread_count": 0, "mention_count": 0, "last_read_seq": 3})
    );
    away.sync(&server, &bob).await;
    assert_eq!(away.rooms[&room].chatroom["unread_count"], 0);
    away.check(&server, &bob).await;
}

async fn deleted_messages_are_not_unread(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let message = server.say(&ann, &room, "@bob, are you there?").await;
    let id = message["message_id"].as_i64().unwrap();
    let counts = async || {
        let listed = server.get("/v1/rooms", &bob).await;
        let item = &listed["items"][0];
        (item["unread_count"].as_u64().unwrap(), item["mention_count"].as_u64().unwrap())
    };
    assert_eq!(counts().await, (1, 1));
    let mut at_bobs = server.socket(&bob).await;
    let mut at_anns = server.socket(&ann).await;
    at_anns.ok("message:edit", json!({"message_id": id, "content": "are you there?"})).await;
    assert_eq!(
        at_bobs.hear("room:unread").await,
        json!({"chatroom_id": room, "unread_count": 1, "mention_count": 0, "last_read_seq": 0})
    );
    at_anns.ok("message:delete", json!({"message_id": id})).await;
    assert_eq!(counts().await, (0, 0), "no ghosts");
    assert_eq!(
        at_bobs.hear("room:unread").await,
        json!({"chatroom_id": room, "unread_count": 0, "mention_count": 0, "last_read_seq": 0})
    );
}
