//! A direct chat is deleted for oneself alone, and the next message brings it back.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    a_chat_deleted_for_oneself_comes_back_with_the_next_message,
    leaving_a_direct_room_is_deleting_it_for_oneself,
    what_came_after_what_one_saw_is_not_deleted,
    whoever_opens_a_deleted_chat_finds_it_empty_and_listed,
    only_a_direct_chat_is_deleted_for_oneself,
    a_direct_room_is_made_once_per_pair,
);

impl Server {
    async fn forget(&self, who: &Person, room: &str, seq: i64) -> Value {
        let path = format!("/v1/rooms/{room}/settings");
        self.ok(Method::PUT, &path, who, Some(json!({"cleared_seq": seq}))).await["settings"]
            .clone()
    }

    /// What was said, as one person finds it there.
    async fn words(&self, who: &Person, room: &str) -> Vec<String> {
        let page = self.get(&format!("/v1/rooms/{room}/messages"), who).await;
        assert_eq!(page["has_more_before"], false);
        let words = page["messages"].as_array().unwrap().iter();
        words.map(|it| it["content"].as_str().unwrap().to_owned()).collect()
    }

    async fn own_room(&self, who: &Person, room: &str) -> Value {
        self.get(&format!("/v1/rooms/{room}"), who).await
    }

    /// Where the clients of other products would list it: their paths, and how many rooms.
    async fn listed_elsewhere(&self, who: &Person) -> Vec<usize> {
        let mut counts = Vec::new();
        for (path, key) in [
            ("/chatrooms/", ""),
            ("/api/v1/conversations", "/conversations"),
            ("/message/get_rooms", "/room_ids"),
        ] {
            let request = self.http.get(self.url(path)).bearer_auth(&who.token);
            let request = request.header("cookie", format!("access_token={}", who.token));
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            let rooms = answer.pointer(key).unwrap();
            let count = rooms.as_array().map(Vec::len);
            counts.push(count.or(rooms.as_object().map(serde_json::Map::len)).unwrap());
        }
        counts
    }
}

async fn a_chat_deleted_for_oneself_comes_back_with_the_next_message(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let old = server.say(&ann, &room, "rhubarb, @bob").await;
    server.say(&bob, &room, "custard").await;
    let pin = format!("/v1/messages/{}/pin", old["message_id"]);
    server.ok(Method::PUT, &pin, &ann, None).await;
    let mut on_phone = server.socket(&server.again(&bob).await).await;
    let settings = server.forget(&bob, &room, 2).await;
    assert_eq!((&settings["cleared_seq"], &settings["hidden"]), (&json!(2), &json!(true)));
    assert_eq!(on_phone.hear("room:settings_changed").await["settings"], settings);
    assert_eq!(on_phone.hear("room:unread").await["unread_count"], 0);

    assert_eq!(server.words(&bob, &room).await, [""; 0]);
    let seen = server.own_room(&bob, &room).await;
    assert_eq!((&seen["last_message"], &seen["unread_count"]), (&Value::Null, &json!(0)));
    assert_eq!(seen["mention_count"], 0);
    assert_eq!(server.get("/v1/search?query=rhubarb", &bob).await["items"], json!([]));
    assert_eq!(server.get(&format!("/v1/rooms/{room}/pins"), &bob).await["items"], json!([]));
    let path = format!("/v1/messages/{}", old["message_id"]);
    assert_eq!(server.call(Method::GET, &path, Some(&bob), None).await.0, 404);
    let synced = on_phone.ok("sync", json!({"rooms": {}})).await;
    assert_eq!(synced["rooms"][0]["messages"], json!([]));
    assert_eq!(server.listed_elsewhere(&bob).await, [0, 0, 0]);

    assert_eq!(server.words(&ann, &room).await, ["rhubarb, @bob", "custard"], "it is hers, too");
    assert_eq!(server.get("/v1/search?query=rhubarb", &ann).await["items"][0], {
        server.get(&path, &ann).await
    });
    assert_eq!(server.listed_elsewhere(&ann).await, [1, 1, 1]);

    server.say(&ann, &room, "are you there?").await;
    let heard = on_phone.hear("message:created").await;
    assert_eq!(heard["message"]["content"], "are you there?");
    let seen = server.own_room(&bob, &room).await;
    assert_eq!((&seen["settings"]["hidden"], &seen["unread_count"]), (&json!(false), &json!(1)));
    assert_eq!(server.words(&bob, &room).await, ["are you there?"]);
    assert_eq!(server.listed_elsewhere(&bob).await, [1, 1, 1]);
}

async fn leaving_a_direct_room_is_deleting_it_for_oneself(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    let mut at_bobs = server.socket(&bob).await;
    at_bobs.ok("room:leave", json!({"chatroom_id": room})).await;
    server.say(&ann, &room, "did that reach you?").await;
    assert_eq!(at_bobs.hear("message:created").await["message"]["content"], "did that reach you?");
    assert_eq!(server.words(&bob, &room).await, ["did that reach you?"]);
    let path = format!("/v1/rooms/{room}/members/me");
    server.ok(Method::DELETE, &path, &bob, None).await;
    assert_eq!(server.words(&bob, &room).await, [""; 0]);
    assert_eq!(server.own_room(&ann, &room).await["member_count"], 2);
    assert_eq!(server.words(&ann, &room).await, ["hello", "did that reach you?"]);
    server.say(&bob, &room, "it did").await;
    assert_eq!(server.words(&bob, &room).await, ["it did"]);
}

async fn what_came_after_what_one_saw_is_not_deleted(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for words in ["one", "two", "three"] {
        server.say(&ann, &room, words).await;
    }
    let settings = server.forget(&bob, &room, 2).await;
    assert_eq!((&settings["cleared_seq"], &settings["hidden"]), (&json!(2), &json!(false)));
    assert_eq!(server.words(&bob, &room).await, ["three"]);
    assert_eq!(server.own_room(&bob, &room).await["unread_count"], 1);
    // It only rises, and not past the last message.
    assert_eq!(server.forget(&bob, &room, 1).await["cleared_seq"], 2);
    assert_eq!(server.forget(&bob, &room, 99).await["cleared_seq"], 3);
    assert_eq!(server.words(&bob, &room).await, [""; 0]);
}

async fn whoever_opens_a_deleted_chat_finds_it_empty_and_listed(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    server.forget(&bob, &room, 1).await;
    assert_eq!(server.listed_elsewhere(&bob).await, [0, 0, 0]);
    assert_eq!(server.direct_room(&bob, &ann).await, room);
    assert_eq!(server.own_room(&bob, &room).await["settings"]["hidden"], false);
    assert_eq!(server.words(&bob, &room).await, [""; 0]);
    assert_eq!(server.listed_elsewhere(&bob).await, [1, 1, 1]);
}

async fn only_a_direct_chat_is_deleted_for_oneself(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let (group, direct) = (server.group(&ann, &[&bob]).await, server.direct_room(&ann, &bob).await);
    for (who, room) in [(&ann, &group), (&bob, &group), (&eve, &direct)] {
        let path = format!("/v1/rooms/{room}/settings");
        let body = Some(json!({"cleared_seq": 1}));
        assert_eq!(server.call(Method::PUT, &path, Some(who), body).await.0, 403);
    }
    let path = format!("/v1/rooms/{direct}/settings");
    for wrong in [json!(-1), json!("some"), json!(null)] {
        let body = Some(json!({"cleared_seq": wrong}));
        assert_eq!(server.call(Method::PUT, &path, Some(&ann), body).await.0, 422);
    }
}

async fn a_direct_room_is_made_once_per_pair(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    assert_eq!(server.direct_room(&bob, &ann).await, room);
    let body = json!({"kind": "direct", "user_ids": [bob.id]});
    let (status, _) = server.call(Method::POST, "/v1/rooms", Some(&ann), Some(body)).await;
    assert_eq!(status, StatusCode::OK);
    let item = server.get(&format!("/v1/rooms/{room}"), &ann).await;
    assert_eq!(item["peer"]["username"], "bob");
    // It belongs to both, so nobody manages it.
    let eve = server.person("eve").await;
    let path = format!("/v1/rooms/{room}/members/{}", eve.id);
    let (status, _) = server.call(Method::PUT, &path, Some(&ann), Some(json!({}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
