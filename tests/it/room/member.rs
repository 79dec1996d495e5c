//! Who comes, who goes, and who hears no more.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    whoever_leaves_hears_no_more,
    whoever_is_sent_away_hears_no_more,
    whoever_removes_themselves_leaves_at_both_doors,
    whoever_comes_hears_at_once,
    members_come_in_pages,
);

async fn all_pages(server: &Server, who: &Person, members: &str) -> Vec<Value> {
    let (mut seen, mut path) = (Vec::new(), format!("{members}?limit=2"));
    loop {
        let page = server.get(&path, who).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2, "{page}");
        seen.extend(items.iter().cloned());
        let Some(next) = page["next"].as_str() else { return seen };
        path = format!("{members}?limit=2&cursor={next}");
    }
}

async fn members_come_in_pages(server: Server) {
    let mut people = Vec::new();
    for name in ["ann", "bob", "eve", "dan", "kim"] {
        people.push(server.person(name).await);
    }
    let [ann, bob, others @ ..] = &people[..] else { unreachable!() };
    server.ok(Method::PATCH, "/v1/me", bob, Some(json!({"sends_receipts": false}))).await;
    let everybody: Vec<&Person> = std::iter::once(bob).chain(others).collect();
    let room = server.group(ann, &everybody).await;
    let made = server.ok(Method::POST, "/v1/servers", ann, Some(json!({"name": "Guild"}))).await;
    let on_server = format!("/v1/servers/{}/members", made["server_id"]);
    for who in &everybody {
        server.ok(Method::PUT, &format!("{on_server}/me"), who, None).await;
    }
    let in_room = format!("/v1/rooms/{room}/members");
    for path in [&in_room, &on_server] {
        let seen = all_pages(&server, ann, path).await;
        let ids: Vec<i64> = seen.iter().map(|it| it["user"]["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, people.iter().map(|it| it.id).collect::<Vec<_>>(), "{path}");
        // A key of another list, and one that is none.
        for foreign in ["eA", "_w"] {
            let path = format!("{path}?cursor={foreign}");
            let (status, _) = server.call(Method::GET, &path, Some(ann), None).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        }
    }
    let bobs = &all_pages(&server, ann, &in_room).await[1];
    assert_eq!(bobs["last_read_seq"], Value::Null, "he does not let it be seen: {bobs}");
}

async fn whoever_leaves_hears_no_more(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let mut at_bobs = server.socket(&bob).await;
    at_bobs.ok("room:leave", json!({"chatroom_id": room})).await;
    at_bobs.hear("room:member_left").await;
    server.say(&ann, &room, "gossip").await;
    assert!(at_bobs.overhear("message:created").await.is_empty());
    let (status, _) =
        server.call(Method::GET, &format!("/v1/rooms/{room}/messages"), Some(&bob), None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

async fn whoever_is_sent_away_hears_no_more(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let mut at_bobs = server.socket(&bob).await;
    let path = format!("/v1/rooms/{room}/members/{}", bob.id);
    server.ok(Method::DELETE, &path, &ann, None).await;
    at_bobs.hear("room:member_left").await;
    server.say(&ann, &room, "gossip").await;
    assert!(at_bobs.overhear("message:created").await.is_empty());
    let words = json!({"chatroom_id": room, "content": "still here?"});
    assert_eq!(at_bobs.fault("message:send", words).await, "not_member");
}

async fn whoever_comes_hears_at_once(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob]).await;
    server.say(&ann, &room, "before").await;
    let mut at_eves = server.socket(&eve).await;
    let path = format!("/v1/rooms/{room}/members/{}", eve.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({}))).await;
    assert_eq!(at_eves.hear("room:member_joined").await["user_id"], json!(eve.id));
    server.say(&ann, &room, "welcome").await;
    assert_eq!(at_eves.hear("message:created").await["message"]["content"], "welcome");
    let rooms = server.get("/v1/rooms", &eve).await;
    assert_eq!(rooms["items"][0]["unread_count"], 1, "what was said before is not unread");
    assert_eq!(rooms["items"][0]["member_count"], 3);
}

async fn whoever_removes_themselves_leaves_at_both_doors(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    for door in ["event", "route"] {
        let room = server.group(&ann, &[&bob]).await;
        if door == "event" {
            let wanted = json!({"chatroom_id": room, "user_id": bob.id});
            let answer = at_bobs.ok("room:remove_member", wanted).await;
            assert_eq!(answer, json!({"chatroom": {"chatroom_id": room}}));
        } else {
            let path = format!("/v1/rooms/{room}/members/{}", bob.id);
            server.ok(Method::DELETE, &path, &bob, None).await;
        }
        let told = at_anns.hear("room:member_left").await;
        assert_eq!((&told["chatroom_id"], &told["user_id"]), (&json!(room), &json!(bob.id)));
        let seen = server.get(&format!("/v1/rooms/{room}"), &ann).await;
        assert_eq!(seen["member_count"], 1);
    }
}
