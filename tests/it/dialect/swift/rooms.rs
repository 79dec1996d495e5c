//! Which rooms the app sees, what is unread in them, and their history.

use reqwest::Method;
use serde_json::{Value, json};

use super::{SwiftPerson, detail, hear, said};
use crate::{on_every_database, support::server::Server};

on_every_database!(
    rooms_are_listed_newest_first_with_what_is_unread,
    other_surfaces_rooms_are_listed_for_their_members_only,
    history_is_whole_up_to_a_thousand,
);

async fn rooms_are_listed_newest_first_with_what_is_unread(server: Server) {
    let (ann, bob) = (server.swift_person("ann").await, server.swift_person("bob").await);
    let first = server.open_room(&ann, "twin").await;
    let second = server.open_room(&ann, "twin").await;
    assert_ne!(first, second, "several may have the same name");
    let ids: Vec<i64> = server
        .fetch("/api/rooms", &bob)
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_i64().unwrap())
        .collect();
    let mut sorted = ids.clone();
    sorted.sort_by(|one, two| two.cmp(one));
    assert_eq!(ids, sorted, "newest first");

    let mut socket = server.enter(&ann, first).await;
    for words in ["one", "two", "three"] {
        socket.send(&said(words)).await;
        hear(&mut socket, "message").await;
    }
    assert_eq!(server.listed(&ann, first).await.unwrap()["unread_count"], 0);
    let listed = server.listed(&bob, first).await.unwrap();
    assert_eq!(listed["unread_count"], 3, "who was never there has read nothing");
    assert_eq!(listed["last_message"]["message"], "three");
    server.fetch(&format!("/api/messages/{first}"), &bob).await;
    assert_eq!(
        server.listed(&bob, first).await.unwrap()["unread_count"],
        3,
        "looking is not reading"
    );
    let read = format!("/api/rooms/{first}/mark-read");
    let marked = json!({"message": "Marked 3 messages as read", "read_count": 3});
    assert_eq!(server.tell("POST", &read, Some(&bob), None).await, (200, marked));
    let again = json!({"message": "Marked 0 messages as read", "read_count": 0});
    assert_eq!(server.tell("POST", &read, Some(&bob), None).await, (200, again));
    socket.send(&said("four")).await;
    hear(&mut socket, "message").await;
    assert_eq!(server.listed(&bob, first).await.unwrap()["unread_count"], 1);
    server.enter(&bob, first).await;
    assert_eq!(server.listed(&bob, first).await.unwrap()["unread_count"], 0, "opening is reading");
}

async fn other_surfaces_rooms_are_listed_for_their_members_only(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let phone = SwiftPerson::of_person(&ann);
    let eve = server.swift_person("eve").await;
    let direct = server.direct_room(&ann, &bob).await;
    let group = server.group(&ann, &[&bob]).await;
    server.say(&bob, &direct, "psst").await;
    let rooms = server.fetch("/api/rooms", &phone).await;
    let named = |name: &str| {
        let found = rooms.as_array().unwrap().iter().find(|it| it["name"] == name);
        found.unwrap_or_else(|| panic!("{name} in {rooms}")).clone()
    };
    let (with_bob, with_group) = (named("bob"), named("the group"));
    assert_eq!(
        (&with_bob["unread_count"], &with_bob["last_message"]["message"]),
        (&json!(1), &json!("psst"))
    );
    let missing = detail("Room not found");
    for room in [&with_bob["id"], &with_group["id"], &json!(2_147_483_000)] {
        assert!(server.listed(&eve, room.as_i64().unwrap()).await.is_none());
        for path in [
            format!("/api/rooms/{room}"),
            format!("/api/messages/{room}"),
            format!("/api/messages/{room}/recent"),
            format!("/api/reactions/room/{room}/messages"),
            format!("/api/reactions/stats/{room}"),
        ] {
            assert_eq!(
                server.tell("GET", &path, Some(&eve), None).await,
                (404, missing.clone()),
                "{path}"
            );
        }
        let read = format!("/api/rooms/{room}/mark-read");
        assert_eq!(server.tell("POST", &read, Some(&eve), None).await, (404, missing.clone()));
        let mut socket = server.plain_by_query(&format!("/ws/chat/{room}"), &eve.token).await;
        assert_eq!(socket.hear().await, json!({"type": "error", "message": "Room not found"}));
    }
    let history = server.fetch(&format!("/api/messages/{}", with_bob["id"]), &phone).await;
    assert_eq!(history[0]["sender"], "bob");
    // Whoever is removed sees it no more.
    let path = format!("/v1/rooms/{group}/members/{}", bob.id);
    server.ok(Method::DELETE, &path, &ann, None).await;
    let bobs = SwiftPerson::of_person(&bob);
    assert!(server.listed(&bobs, with_group["id"].as_i64().unwrap()).await.is_none());
}

async fn history_is_whole_up_to_a_thousand(server: Server) {
    let ann = server.swift_person("ann").await;
    let room = server.open_room(&ann, "long").await;
    let mut socket = server.enter(&ann, room).await;
    for number in 0..1_010 {
        socket.send(&said(&number.to_string())).await;
        if number % 50 == 49 {
            socket.hear_where(|it| it["message"] == *number.to_string()).await;
        }
    }
    socket.hear_where(|it| it["message"] == "1009").await;
    let words = |list: Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|it| it["message"].as_str().unwrap().to_owned())
            .collect()
    };
    let expected =
        |range: std::ops::Range<i32>| -> Vec<String> { range.map(|it| it.to_string()).collect() };
    let whole = words(server.fetch(&format!("/api/messages/{room}"), &ann).await);
    assert_eq!(whole, expected(10..1_010));
    for (query, first) in
        [("", 960), ("?limit=150", 860), ("?limit=9999", 10), ("?limit=-4", 1_009)]
    {
        let path = format!("/api/messages/{room}/recent{query}");
        assert_eq!(words(server.fetch(&path, &ann).await), expected(first..1_010), "{query}");
    }
    let bad = format!("/api/messages/{room}/recent?limit=many");
    assert_eq!(server.tell("GET", &bad, Some(&ann), None).await.0, 422);
    let bad = server.tell("GET", "/api/rooms/x", Some(&ann), None).await;
    assert_eq!((bad.0, &bad.1["detail"][0]["loc"]), (422, &json!(["path", "room_id"])));
}
