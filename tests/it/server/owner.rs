//! Servers and rooms that pass from one to another.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ChannelServer, refusal, status};
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    a_server_is_handed_over_and_its_owner_may_go,
    a_group_is_handed_over_once,
    a_server_whose_owner_is_gone_goes_to_an_admin,
    a_channel_is_its_servers_owners,
);

async fn roles(server: &Server, path: &str, who: &Person) -> Vec<(i64, String)> {
    let members = server.get(path, who).await;
    let role = |it: &Value| {
        let role = it["role"].as_str().unwrap().to_owned();
        (it["user"]["user_id"].as_i64().unwrap(), role)
    };
    members["items"].as_array().unwrap().iter().map(role).collect()
}

fn named(pairs: &[(&Person, &str)]) -> Vec<(i64, String)> {
    pairs.iter().map(|it| (it.0.id, it.1.to_owned())).collect()
}

async fn a_server_is_handed_over_and_its_owner_may_go(server: Server) {
    let ann = server.person("ann").await;
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let bob = channel_server.with(&server, &ann, "bob", "member").await;
    let leave =
        refusal(&server, Method::DELETE, &channel_server.path("/members/me"), &ann, None).await;
    assert_eq!(leave, "owner_cannot_leave");
    let path = channel_server.path(&format!("/members/{}", bob.id));
    server.ok(Method::PUT, &path, &ann, Some(json!({"role": "owner"}))).await;
    let wanted = named(&[(&ann, "admin"), (&bob, "owner")]);
    assert_eq!(roles(&server, &channel_server.path("/members"), &ann).await, wanted);
    let channel = format!("/v1/rooms/{}/members", channel_server.channel);
    assert_eq!(roles(&server, &channel, &ann).await, wanted, "in its channels, too");
    assert_eq!(server.get(&channel_server.path(""), &ann).await["owner_id"], json!(bob.id));
    let rename = Some(json!({"name": "mine again"}));
    let refused = refusal(&server, Method::PATCH, &channel_server.path(""), &ann, rename).await;
    assert_eq!(refused, "not_server_owner");
    server.ok(Method::DELETE, &channel_server.path("/members/me"), &ann, None).await;
    assert_eq!(server.get(&channel_server.path(""), &bob).await["member_count"], 1);
}

async fn a_group_is_handed_over_once(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let room = server.group(&ann, &[&bob, &eve]).await;
    let members = format!("/v1/rooms/{room}/members");
    let of = |who: &Person| format!("{members}/{}", who.id);
    let owner = Some(json!({"role": "owner"}));
    let admin = Some(json!({"role": "admin"}));
    server.ok(Method::PUT, &of(&bob), &ann, admin.clone()).await;
    for (who, body) in [(&bob, &owner), (&bob, &admin), (&eve, &owner)] {
        let refused = status(&server, Method::PUT, &of(&eve), who, body.clone()).await;
        assert_eq!(refused, StatusCode::FORBIDDEN, "that is the owner's to do");
    }
    let (to_bob, to_eve) = (of(&bob), of(&eve));
    let (one, other) = tokio::join!(
        server.call(Method::PUT, &to_bob, Some(&ann), owner.clone()),
        server.call(Method::PUT, &to_eve, Some(&ann), owner.clone()),
    );
    let done = [one.0, other.0].iter().filter(|it| it.is_success()).count();
    assert_eq!(done, 1, "{one:?} {other:?}");
    let all = roles(&server, &members, &ann).await;
    assert_eq!(all.iter().filter(|it| it.1 == "owner").count(), 1, "{all:?}");
    assert_eq!(all[0], (ann.id, "admin".to_owned()));
}

async fn a_server_whose_owner_is_gone_goes_to_an_admin(server: Server) {
    let ann = server.person("ann").await;
    let channel_server = ChannelServer::made(&server, &ann, false).await;
    let bob = channel_server.with(&server, &ann, "bob", "member").await;
    let adam = channel_server.with(&server, &ann, "adam", "admin").await;
    let mut at_bobs = server.socket(&bob).await;
    server.ok(Method::DELETE, "/v1/me", &ann, None).await;
    let left = json!({"server_id": channel_server.id, "user_id": ann.id, "member_count": 2});
    assert_eq!(at_bobs.hear("server:member_left").await, left);
    let wanted = named(&[(&bob, "member"), (&adam, "owner")]);
    assert_eq!(roles(&server, &channel_server.path("/members"), &bob).await, wanted);
    let path = format!("/v1/rooms/{}", channel_server.channel);
    server.ok(Method::DELETE, &path, &adam, None).await;
}

async fn a_channel_is_its_servers_owners(server: Server) {
    let ann = server.person("ann").await;
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let adam = channel_server.with(&server, &ann, "adam", "admin").await;
    let room = format!("/v1/rooms/{}", channel_server.channel);
    let name = |it: &str| Some(json!({"chatroom_name": it}));
    let refused = refusal(&server, Method::PATCH, &room, &adam, name("mine")).await;
    assert_eq!(refused, "not_server_owner");
    let refused = refusal(&server, Method::DELETE, &room, &adam, None).await;
    assert_eq!(refused, "not_server_owner");
    assert_eq!(refusal(&server, Method::PATCH, &room, &ann, name(" ")).await, "validation_failed");
    let leave = format!("{room}/members/me");
    let refused = refusal(&server, Method::DELETE, &leave, &adam, None).await;
    assert_eq!(refused, "forbidden", "one channel alone");
    let (status, answer) =
        server.call(Method::POST, &channel_server.path("/channels"), Some(&ann), name(" ")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["errors"][0]["loc"], json!(["body", "chatroom_name"]));
    let listed = server.get(&channel_server.path("/channels"), &adam).await;
    assert_eq!(listed["items"][0]["chatroom_name"], "north");
    assert_eq!(listed["items"][0]["role"], "admin");
    assert_eq!(listed["items"][0]["member_count"], 2);
}
