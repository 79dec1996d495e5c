//! The same servers on the surface that knows them by number.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ChannelServer, refusal};
use crate::{
    on_every_database,
    support::{people::Person, server::Server, websocket::End},
};

on_every_database!(
    both_surfaces_speak_in_one_channel,
    a_closed_server_is_not_there_by_its_number_either,
);

/// What the other surface calls the server's first channel.
async fn number(server: &Server, channel_server: &ChannelServer, who: &Person) -> i64 {
    let whole = server.get(&format!("/servers/{}", channel_server.id), who).await;
    whole["channels"][0]["id"].as_i64().unwrap()
}

async fn both_surfaces_speak_in_one_channel(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let mut at_anns = server.socket(&ann).await;
    let joined =
        server.ok(Method::POST, &format!("/servers/{}/join", channel_server.id), &bob, None).await;
    assert_eq!(joined["name"], "the sea");
    assert_eq!(at_anns.hear("server:member_joined").await["user_id"], json!(bob.id));
    let number = number(&server, &channel_server, &bob).await;
    let mut at_bobs = server.plain_by_query(&format!("/ws/{number}"), &bob.token).await;
    server.say(&ann, &channel_server.channel, "ahoy").await;
    assert_eq!(at_bobs.hear().await["content"], "ahoy");
    at_bobs.send(&json!({"content": "aye"})).await;
    assert_eq!(at_bobs.hear().await["author_username"], "bob");
    loop {
        let heard = at_anns.hear("message:created").await;
        if heard["message"]["content"] == "aye" {
            assert_eq!(heard["message"]["chatroom_id"], json!(channel_server.channel));
            break;
        }
    }
    // What is none of its business is not said there.
    let path = channel_server.path(&format!("/members/{}", bob.id));
    server.ok(Method::PUT, &path, &ann, Some(json!({"role": "admin"}))).await;
    at_bobs.expect_silence().await;
    server.ok(Method::DELETE, &path, &ann, None).await;
    let end = End::Closed(1_000, "no longer in this channel".to_owned());
    assert_eq!(at_bobs.expect_end().await, end);
    // A channel that is made there is heard of here.
    let body = json!({"name": "south", "server_id": channel_server.id});
    server.ok(Method::POST, "/channels/", &ann, Some(body)).await;
    loop {
        let heard = at_anns.hear("room:created").await;
        if heard["chatroom"]["chatroom_name"] == "south" {
            assert_eq!(heard["chatroom"]["server_id"], json!(channel_server.id));
            break;
        }
    }
}

async fn a_closed_server_is_not_there_by_its_number_either(server: Server) {
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let channel_server = ChannelServer::made(&server, &ann, false).await;
    let ben = channel_server.with(&server, &ann, "ben", "member").await;
    channel_server.ban(&server, &ann, &ben).await;
    let number = number(&server, &channel_server, &ann).await;
    let nowhere = (channel_server.id + 1_000, number + 1_000);
    let routes = |(channel_server, channel): (i64, i64)| -> Vec<(Method, String, Option<Value>)> {
        let name = Some(json!({"name": "mine"}));
        let on = |rest: &str| format!("/servers/{channel_server}{rest}");
        let of = |rest: &str| format!("/channels/{channel}{rest}");
        vec![
            (Method::GET, on(""), None),
            (Method::PUT, on(""), name.clone()),
            (Method::DELETE, on(""), None),
            (Method::POST, on("/join"), None),
            (Method::POST, on("/leave"), None),
            (
                Method::POST,
                "/channels/".to_owned(),
                Some(json!({"name": "x", "server_id": channel_server})),
            ),
            (Method::GET, of(""), None),
            (Method::PUT, of(""), name),
            (Method::DELETE, of(""), None),
            (Method::GET, of("/messages"), None),
            (Method::GET, format!("/v1/servers/{channel_server}"), None),
            (Method::PUT, format!("/v1/servers/{channel_server}/members/me"), None),
        ]
    };
    for who in [&eve, &ben] {
        for (there, nothing) in routes((channel_server.id, number)).into_iter().zip(routes(nowhere))
        {
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
    assert_eq!(server.get(&channel_server.path(""), &ann).await["member_count"], 1);

    // Opening it lets people in again, except those who are banned.
    server.ok(Method::PATCH, &channel_server.path(""), &ann, Some(json!({"is_open": true}))).await;
    let path = format!("/servers/{}/join", channel_server.id);
    assert_eq!(server.call(Method::POST, &path, Some(&ben), None).await.0.as_u16(), 403);
    let seen = server.get(&channel_server.path(""), &eve).await;
    assert_eq!((&seen["name"], &seen["role"]), (&json!("the sea"), &Value::Null));
    assert_eq!(
        refusal(&server, Method::GET, &channel_server.path("/members"), &eve, None).await,
        "not_member"
    );
    server.ok(Method::POST, &path, &eve, None).await;
}
