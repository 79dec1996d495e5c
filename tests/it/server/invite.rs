//! Coming by invitation, and not coming again.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use parlor::chat::engine::clock::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ChannelServer, refusal, status};
use crate::{
    on_every_database,
    support::{databases::Kind, server::Server},
};

on_every_database!(
    an_invitation_for_five_lets_five_in_however_many_come_at_once,
    an_invitation_opens_a_closed_server_until_it_is_taken_back,
    whoever_is_banned_comes_back_by_no_door,
    invitations_go_with_whoever_handed_them_out,
);

async fn an_invitation_for_five_lets_five_in_however_many_come_at_once(server: Server) {
    let ann = server.person("ann").await;
    let channel_server = ChannelServer::made(&server, &ann, false).await;
    let invite = channel_server.invite(&server, &ann, json!({"max_uses": 5})).await;
    let names: Vec<String> = (0..20).map(|n| format!("p{n}")).collect();
    let people = join_all(names.iter().map(|it| server.person(it))).await;
    let tries = people.iter().map(|it| server.call(Method::POST, &invite, Some(it), None));
    let answers = join_all(tries).await;
    let came = answers.iter().filter(|it| it.0 == StatusCode::OK).count();
    let late = answers.iter().filter(|it| it.0 == StatusCode::NOT_FOUND).count();
    assert_eq!((came, late), (5, 15), "{answers:?}");
    let members = server.get(&channel_server.path("/members"), &ann).await;
    assert_eq!(members["items"].as_array().unwrap().len(), 6);
    let there = server.get(&format!("/v1/rooms/{}/members", channel_server.channel), &ann).await;
    assert_eq!(there["items"].as_array().unwrap().len(), 6, "and in the channel");
    assert_eq!(server.get(&channel_server.path("/invites"), &ann).await["items"], json!([]));
}

async fn an_invitation_opens_a_closed_server_until_it_is_taken_back(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let channel_server = ChannelServer::made(&server, &ann, false).await;
    let draft = json!({"max_uses": 10, "expires_in": 3_600});
    let made = server.ok(Method::POST, &channel_server.path("/invites"), &ann, Some(draft)).await;
    let (code, url) = (made["code"].as_str().unwrap(), made["url"].as_str().unwrap());
    assert_eq!(url, format!("/v1/invites/{code}"));
    assert_eq!(code.len(), 22, "128 bits of chance");
    let wanted = json!({"code": code, "url": url, "server_id": channel_server.id, "creator_id": ann.id,
        "max_uses": 10, "uses": 0, "expires_at": made["expires_at"],
        "created_at": made["created_at"]});
    assert_eq!(made, wanted);

    let seen = server.get(url, &bob).await;
    assert_eq!((&seen["name"], &seen["member_count"]), (&json!("the sea"), &json!(1)));
    assert_eq!(seen["role"], Value::Null);
    assert_eq!(
        refusal(&server, Method::GET, &channel_server.path(""), &bob, None).await,
        "server_not_found"
    );
    let joined = server.ok(Method::POST, url, &bob, None).await;
    assert_eq!((&joined["role"], &joined["member_count"]), (&json!("member"), &json!(2)));
    let again = server.ok(Method::POST, url, &bob, None).await;
    assert_eq!(again, joined, "it is not used up by whoever is there");
    let listed = server.get(&channel_server.path("/invites"), &ann).await;
    assert_eq!(listed["items"][0]["uses"], 1);

    let path = channel_server.path(&format!("/invites/{code}"));
    assert_eq!(status(&server, Method::DELETE, &path, &ann, None).await, StatusCode::NO_CONTENT);
    for method in [Method::GET, Method::POST] {
        assert_eq!(refusal(&server, method, url, &eve, None).await, "not_found");
    }
    for junk in ["x", "%00", "%ff", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA%20"] {
        let path = format!("/v1/invites/{junk}");
        assert_eq!(refusal(&server, Method::POST, &path, &eve, None).await, "not_found", "{junk}");
    }
    for bad in [
        json!({"max_uses": 0}),
        json!({"max_uses": 100_001}),
        json!({"expires_in": 59}),
        json!({"expires_in": -1}),
        json!({"expires_in": i64::MAX}),
        json!({"uses": 1}),
    ] {
        let (path, body) = (channel_server.path("/invites"), Some(bad.clone()));
        let answer = refusal(&server, Method::POST, &path, &ann, body).await;
        assert_eq!(answer, "validation_failed", "{bad}");
    }
    for _ in 0..100 {
        channel_server.invite(&server, &ann, json!({})).await;
    }
    let more = refusal(&server, Method::POST, &channel_server.path("/invites"), &ann, None).await;
    assert_eq!(more, "conflict", "there are enough");
    let mut page = server.get(&channel_server.path("/invites?limit=60"), &ann).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 60);
    let next = page["next"].take();
    let path = channel_server.path(&format!("/invites?limit=60&cursor={}", next.as_str().unwrap()));
    assert_eq!(server.get(&path, &ann).await["items"].as_array().unwrap().len(), 40);
}

async fn whoever_is_banned_comes_back_by_no_door(server: Server) {
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let bob = channel_server.with(&server, &ann, "bob", "member").await;
    let adam = channel_server.with(&server, &ann, "adam", "admin").await;
    let invite = channel_server.invite(&server, &ann, json!({})).await;
    let path = channel_server.path(&format!("/bans/{}", bob.id));
    let body = Some(json!({"reason": " spam "}));
    let banned = server.ok(Method::PUT, &path, &adam, body).await;
    assert_eq!((&banned["reason"], &banned["banned_by"]), (&json!("spam"), &json!(adam.id)));
    assert_eq!(banned["user"]["username"], "bob");
    let again = server.ok(Method::PUT, &path, &ann, Some(json!({"reason": "else"}))).await;
    assert_eq!(again, banned, "a ban that stands is left as it is");
    assert_eq!(server.get(&channel_server.path("/bans"), &ann).await["items"], json!([banned]));

    let there = server.get(&format!("/v1/rooms/{}/members", channel_server.channel), &ann).await;
    assert_eq!(there["items"].as_array().unwrap().len(), 2, "out of the channels, too");
    for (method, path) in [
        (Method::GET, channel_server.path("")),
        (Method::PUT, channel_server.path("/members/me")),
        (Method::GET, invite.clone()),
        (Method::POST, invite.clone()),
    ] {
        assert_eq!(refusal(&server, method, &path, &bob, None).await, "banned", "{path}");
    }
    let by_number = format!("/servers/{}/join", channel_server.id);
    let (status, answer) = server.call(Method::POST, &by_number, Some(&bob), None).await;
    let words = json!({"detail": "You are banned from this server"});
    assert_eq!((status, answer), (StatusCode::FORBIDDEN, words));
    // One who never was there is kept out, too.
    channel_server.ban(&server, &ann, &eve).await;
    assert_eq!(refusal(&server, Method::POST, &invite, &eve, None).await, "banned");

    server.ok(Method::DELETE, &path, &ann, None).await;
    let again = refusal(&server, Method::DELETE, &path, &ann, None).await;
    assert_eq!(again, "not_found");
    assert_eq!(server.get("/v1/servers", &bob).await["items"], json!([]), "not brought back");
    server.ok(Method::PUT, &channel_server.path("/members/me"), &bob, None).await;
    // Nobody is to be kept out any more when the account is gone.
    server.ok(Method::DELETE, "/v1/me", &eve, None).await;
    assert_eq!(server.get(&channel_server.path("/bans"), &ann).await["items"], json!([]));
}

async fn invitations_go_with_whoever_handed_them_out(server: Server) {
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let channel_server = ChannelServer::made(&server, &ann, false).await;
    let adam = channel_server.with(&server, &ann, "adam", "admin").await;
    let by_adam = channel_server.invite(&server, &adam, json!({})).await;
    let path = channel_server.path(&format!("/members/{}", adam.id));
    server.ok(Method::DELETE, &path, &ann, None).await;
    assert_eq!(refusal(&server, Method::POST, &by_adam, &eve, None).await, "not_found");
    assert_eq!(refusal(&server, Method::POST, &by_adam, &adam, None).await, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_good_for_its_time() {
    let mut server = Server::prepared(Kind::Sqlite, &[], |_| {}).await;
    let later = Arc::new(AtomicI64::new(0));
    let hand = later.clone();
    let start: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    let now = move || start + chrono::Duration::seconds(hand.load(Ordering::SeqCst));
    server.begin(Clock::by_hand(now)).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let channel_server = ChannelServer::made(&server, &ann, false).await;
    let invite = channel_server.invite(&server, &ann, json!({"expires_in": 60})).await;
    later.store(59, Ordering::SeqCst);
    server.ok(Method::POST, &invite, &bob, None).await;
    later.store(60, Ordering::SeqCst);
    for method in [Method::GET, Method::POST] {
        assert_eq!(refusal(&server, method, &invite, &eve, None).await, "not_found");
    }
    assert_eq!(server.get(&channel_server.path("/invites"), &ann).await["items"], json!([]));
}
