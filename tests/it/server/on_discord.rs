//! The same servers on the surface that knows them by number.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Sea, refusal};
use crate::{
    on_every_database,
    support::{people::Person, server::Server, websocket::End},
};

on_every_database!(
    both_surfaces_speak_in_one_channel,
    a_closed_server_is_not_there_by_its_number_either,
);

/// What the other surface calls the server's first channel.
async fn number(server: &Server, sea: &Sea, who: &Person) -> i64 {
    let whole = server.get(&format!("/servers/{}", sea.id), who).await;
    whole["channels"][0]["id"].as_i64().unwrap()
}

async fn both_surfaces_speak_in_one_channel(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let sea = Sea::made(&server, &ann, true).await;
    let mut at_anns = server.socket(&ann).await;
    let joined = server.ok(Method::POST, &format!("/servers/{}/join", sea.id), &bob, None).await;
    assert_eq!(joined["name"], "the sea");
    assert_eq!(at_anns.hear("server:member_joined").await["user_id"], json!(bob.id));
    let number = number(&server, &sea, &bob).await;
    let mut at_bobs = server.plain_by_query(&format!("/ws/{number}"), &bob.token).await;
    server.say(&ann, &sea.north, "ahoy").await;
    assert_eq!(at_bobs.hear().await["content"], "ahoy");
    at_bobs.send(&json!({"content": "aye"})).await;
    assert_eq!(at_bobs.hear().await["author_username"], "bob");
    loop {
        let heard = at_anns.hear("message:created").await;
        if heard["message"]["content"] == "aye" {
            assert_eq!(heard["message"]["chatroom_id"], json!(sea.north));
            break;
        }
    }
    // What is none of its business is not said there.
    let path = sea.path(&format!("/members/{}", bob.id));
    server.ok(Method::PUT, &path, &ann, Some(json!({"role": "admin"}))).await;
    at_bobs.expect_silence().await;
    server.ok(Method::DELETE, &path, &ann, None).await;
    let end = End::Closed(1_000, "no longer in this channel".to_owned());
    assert_eq!(at_bobs.expect_end().await, end);
    // A channel that is made there is heard of here.
    let body = json!({"name": "south", "server_id": sea.id});
    server.ok(Method::POST, "/channels/", &ann, Some(body)).await;
    loop {
        let heard = at_anns.hear("room:created").await;
        if heard["chatroom"]["chatroom_name"] == "south" {
            assert_eq!(heard["chatroom"]["server_id"], json!(sea.id));
            break;
        }
    }
}

async fn a_closed_server_is_not_there_by_its_number_either(server: Server) {
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let sea = Sea::made(&server, &ann, false).await;
    let ben = sea.with(&server, &ann, "ben", "member").await;
    sea.ban(&server, &ann, &ben).await;
    let number = number(&server, &sea, &ann).await;
    let nowhere = (sea.id + 1_000, number + 1_000);
    let routes = |(sea, channel): (i64, i64)| -> Vec<(Method, String, Option<Value>)> {
        let name = Some(json!({"name": "mine"}));
        let on = |rest: &str| format!("/servers/{sea}{rest}");
        let of = |rest: &str| format!("/channels/{channel}{rest}");
        vec![
            (Method::GET, on(""), None),
            (Method::PUT, on(""), name.clone()),
            (Method::DELETE, on(""), None),
            (Method::POST, on("/join"), None),
            (Method::POST, on("/leave"), None),
            (Method::POST, "/channels/".to_owned(), Some(json!({"name": "x", "server_id": sea}))),
            (Method::GET, of(""), None),
            (Method::PUT, of(""), name),
            (Method::DELETE, of(""), None),
            (Method::GET, of("/messages"), None),
            (Method::GET, format!("/v1/servers/{sea}"), None),
            (Method::PUT, format!("/v1/servers/{sea}/members/me"), None),
        ]
    };
    for who in [&eve, &ben] {
        for (there, nothing) in routes((sea.id, number)).into_iter().zip(routes(nowhere)) {
            let (method, path, body) = there;
            let answer = server.call(method.clone(), &path, Some(who), body).await;
            let (_, other, body) = nothing;
            let absent = server.call(method.clone(), &other, Some(who), body).await;
            assert_eq!(answer, absent, "{method} {path} tells that it is there");
        }
        let try_socket = async |number: i64| {
            let path = format!("/ws/{number}?token={}", who.token);
            server.try_plain(&path, &[]).await.err()
        };
        assert_eq!(try_socket(number).await, try_socket(nowhere.1).await);
        assert_eq!(server.get("/servers/", who).await, json!([]));
    }
    assert_eq!(server.get(&sea.path(""), &ann).await["member_count"], 1);

    // Opening it lets people in again, except those who are banned.
    server.ok(Method::PATCH, &sea.path(""), &ann, Some(json!({"is_open": true}))).await;
    let path = format!("/servers/{}/join", sea.id);
    assert_eq!(server.call(Method::POST, &path, Some(&ben), None).await.0.as_u16(), 403);
    let seen = server.get(&sea.path(""), &eve).await;
    assert_eq!((&seen["name"], &seen["role"]), (&json!("the sea"), &Value::Null));
    assert_eq!(
        refusal(&server, Method::GET, &sea.path("/members"), &eve, None).await,
        "not_member"
    );
    server.ok(Method::POST, &path, &eve, None).await;
}
