//! Who may find what.

use reqwest::Method;
use serde_json::{Value, json};

use super::{eager, found, indexed, path, refusal, server};
use crate::support::{databases::Kind, people::Person, server::Server};

on_every_kind!(
    nobody_finds_anything_in_rooms_of_others,
    whoever_left_finds_nothing_there,
    a_public_room_is_searched_by_whoever_names_it,
    both_doors_give_the_same,
);

async fn nobody_finds_anything_in_rooms_of_others(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob]).await;
    server.say(&ann, &room, "the password is swordfish").await;
    let own = server.direct_room(&eve, &bob).await;
    server.say(&eve, &own, "what is the password").await;
    for _ in 0..2 {
        assert_eq!(found(&server, &eve, "password", &[]).await, ["what is the password"]);
        assert_eq!(found(&server, &eve, "swordfish", &[]).await, [""; 0]);
        let (status, answer) = refusal(&server, &eve, "password", &[("chatroom_id", &room)]).await;
        assert_eq!((status.as_u16(), &answer["code"]), (403, &json!("not_member")));
        let id = ann.id.to_string();
        assert_eq!(found(&server, &eve, "password", &[("sender_id", &id)]).await, [""; 0]);
        assert_eq!(found(&server, &bob, "password", &[]).await.len(), 2);
        indexed(&server).await;
    }
    let nowhere = uuid::Uuid::new_v4().to_string();
    let (status, _) = refusal(&server, &eve, "password", &[("chatroom_id", &nowhere)]).await;
    assert_eq!(status, 404);
    let nobody = server.call(Method::GET, &path("password", &[]), None, None).await;
    assert_eq!(nobody.0, 401);
}

async fn whoever_left_finds_nothing_there(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    server.say(&ann, &room, "for members only").await;
    indexed(&server).await;
    server.say(&ann, &room, "for members still").await;
    assert_eq!(found(&server, &bob, "members", &[]).await.len(), 2);
    let me = format!("/v1/rooms/{room}/members/me");
    server.ok(Method::DELETE, &me, &bob, None).await;
    assert_eq!(found(&server, &bob, "members", &[]).await, [""; 0]);
    assert_eq!(refusal(&server, &bob, "members", &[("chatroom_id", &room)]).await.0, 403);
    assert_eq!(found(&server, &ann, "members", &[]).await.len(), 2);
}

async fn a_public_room_is_searched_by_whoever_names_it(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = public_room(&server, &ann).await;
    server.say(&ann, &room, "open to everybody").await;
    for _ in 0..2 {
        let there = found(&server, &bob, "everybody", &[("chatroom_id", &room)]).await;
        assert_eq!(there, ["open to everybody"]);
        assert_eq!(found(&server, &bob, "everybody", &[]).await, [""; 0], "bob is no member");
        assert_eq!(found(&server, &ann, "everybody", &[]).await, ["open to everybody"]);
        indexed(&server).await;
    }
}

async fn both_doors_give_the_same(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 0..5 {
        server.say(&ann, &room, &format!("hello {n}")).await;
    }
    let mut socket = server.socket(&bob).await;
    let asked = json!({"query": "hello", "chatroom_id": room, "sender_id": ann.id, "limit": 3});
    let event = socket.ok("message:search", asked).await;
    let id = ann.id.to_string();
    let filters = [("chatroom_id", room.as_str()), ("sender_id", &id), ("limit", "3")];
    let rest = server.get(&path("hello", &filters), &bob).await;
    assert_eq!(event["messages"], rest["items"]);
    assert_eq!(event["next"], rest["next"]);
    assert_eq!(event["messages"][0]["content"], "hello 4");
    assert_eq!(event["messages"][0]["user"]["username"], "ann");
    let history = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(history["messages"][4], rest["items"][0], "as in the history");
    let rest = json!({"query": "hello", "cursor": event["next"]});
    let rest = socket.ok("message:search", rest).await;
    let said: Vec<&Value> =
        rest["messages"].as_array().unwrap().iter().map(|it| &it["content"]).collect();
    assert_eq!(said, ["hello 1", "hello 0"]);
    assert_eq!(rest["next"], Value::Null);
    for wrong in [
        json!({}),
        json!({"query": "x"}),
        json!({"query": 7}),
        json!({"query": "hello", "limit": 0}),
        json!({"query": "hello", "cursor": "what"}),
        json!({"query": "hello", "before": "yesterday"}),
        json!({"query": "hello", "chatroom_id": 7}),
        json!({"query": "hello", "form": 7}),
    ] {
        let code = socket.fault("message:search", wrong.clone()).await;
        assert_eq!(code, "validation_failed", "{wrong}");
    }
}

/// It would find what it should not.
#[tokio::test(flavor = "multi_thread")]
async fn a_misspelled_restriction_is_refused() {
    let server = Server::start().await;
    let bob = server.person("bob").await;
    let (status, answer) = refusal(&server, &bob, "hello", &[("chatroomid", "7")]).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["type"]), (422, &json!("extra_forbidden")));
    assert_eq!(answer["errors"][0]["loc"], json!(["query", "chatroomid"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn searching_too_often_is_answered() {
    let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", "on")]).await;
    let ann = server.person("ann").await;
    let mut refused = 0;
    for _ in 0..20 {
        let (status, answer) =
            server.call(Method::GET, &path("hello", &[]), Some(&ann), None).await;
        if status == 429 {
            assert_eq!(answer["code"], "rate_limited");
            refused += 1;
        }
    }
    assert!(refused > 0);
}

async fn public_room(server: &Server, owner: &Person) -> String {
    use parlor::store::room::NewRoom;
    let chat = server.chat();
    let tx = server.writer().begin().await.unwrap();
    let room = parlor::store::room::insert(&tx, NewRoom::public("square"), chat.now()).await;
    tx.commit().await.unwrap();
    let room = room.unwrap().chatroom_id.to_string();
    server.ok(Method::PUT, &format!("/v1/rooms/{room}/members/me"), owner, None).await;
    room
}
