//! What becomes of others, and of what is one's own.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{Duration, Utc};
use parlor::chat::engine::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::copy::SyncedCopy;
use crate::{
    on_every_database,
    support::{databases::Kind, people::Person, server::Server},
};

on_every_database!(
    whoever_was_away_learns_new_names,
    whoever_erased_their_account_is_nobody_on_every_device,
    each_change_of_what_is_ones_own_raises_its_rev,
);

/// A server whose clock is some minutes ahead, as many as one likes.
pub async fn with_clock(kind: Kind) -> (Server, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let mut server = Server::prepared(kind, &[], |_| {}).await;
    let hand = ahead.clone();
    server
        .begin(Clock::by_hand(move || now() + Duration::seconds(hand.load(Ordering::SeqCst))))
        .await;
    (server, ahead)
}

#[expect(clippy::disallowed_methods, reason = "the clock that the hand is added to")]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

async fn rename(server: &Server, who: &Person, nickname: &str) {
    let body = json!({"nickname": nickname});
    server.ok(Method::PATCH, "/v1/me", who, Some(body)).await;
}

async fn whoever_was_away_learns_new_names(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (eve, dan) = (server.person("eve").await, server.person("dan").await);
    let (kim, zoe) = (server.person("kim").await, server.person("zoe").await);
    server.group(&ann, &[&bob]).await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", eve.id), &bob, None).await;
    server.ok(Method::PUT, &format!("/v1/blocks/{}", dan.id), &bob, None).await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", bob.id), &kim, None).await;
    let mut at_eves = server.socket(&eve).await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    assert!(bobs.people.is_empty());
    for who in [&ann, &bob, &eve, &dan, &kim, &zoe] {
        rename(&server, who, &format!("{} the great", who.name)).await;
    }
    bobs.sync(&server, &bob).await;
    let known: Vec<i64> = bobs.people.keys().copied().collect();
    assert_eq!(known, [ann.id, eve.id, dan.id, kim.id], "and nobody that Bob does not know");
    assert_eq!(bobs.people[&ann.id]["nickname"], "ann the great");
    assert_eq!(bobs.user["nickname"], "bob the great");
    // Whoever was asked, and friends without a common room, hear of it at once, too.
    server.ok(Method::PUT, &format!("/v1/friends/{}", bob.id), &eve, None).await;
    rename(&server, &bob, "Bobby").await;
    let mut names = Vec::new();
    while names.len() < 2 {
        let heard = at_eves.hear("user:updated").await;
        if heard["user"]["user_id"] == json!(bob.id) {
            names.push(heard["user"]["nickname"].clone());
        }
    }
    assert_eq!(names, ["bob the great", "Bobby"]);
}

async fn whoever_erased_their_account_is_nobody_on_every_device(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    let direct = server.direct_room(&eve, &bob).await;
    server.say(&eve, &room, "remember me").await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", bob.id), &eve, None).await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", eve.id), &bob, None).await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    let (tablet, phone) = (server.again(&bob).await, server.again(&eve).await);
    let mut at_bobs = [server.socket(&bob).await, server.socket(&tablet).await];
    let mut at_eves = [server.socket(&eve).await, server.socket(&phone).await];
    server.ok(Method::DELETE, "/v1/me", &eve, None).await;
    for socket in &mut at_bobs {
        assert_eq!(socket.hear("friend:removed").await["relation"]["state"], "none");
        assert_eq!(socket.hear("user:updated").await["user"]["username"], "deleted");
    }
    for (socket, device) in at_eves.iter_mut().zip([&eve, &phone]) {
        assert_eq!(socket.hear("auth:revoked").await["reason"], "account_deleted");
        assert!(socket.ended(std::time::Duration::from_secs(10)).await);
        assert_eq!(server.call(Method::GET, "/v1/me", Some(device), None).await.0, 401);
    }
    // What she wrote stays, and nobody has written it.
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
    let (words, author) = (&page["messages"][0]["content"], &page["messages"][0]["user"]);
    assert_eq!((words, &author["username"]), (&json!("remember me"), &json!("deleted")));
    assert_eq!((&author["nickname"], &author["avatar_url"]), (&json!(null), &json!(null)));
    let before = bobs.user_rev;
    bobs.sync(&server, &bob).await;
    assert_eq!(bobs.people[&eve.id]["username"], "deleted");
    assert_eq!(bobs.user["friends"], json!([]));
    assert!(bobs.user_rev > before);
    assert!(!bobs.rooms[&room].members.contains_key(&eve.id));
    assert_eq!(bobs.rooms[&direct].chatroom["peer"]["username"], "deleted");
}

async fn each_change_of_what_is_ones_own_raises_its_rev(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let member = format!("/v1/rooms/{room}/members/{}", bob.id);
    let friend = |who: &Person| format!("/v1/friends/{}", who.id);
    let steps: Vec<(Method, String, &Person, Option<Value>)> = vec![
        (Method::PUT, friend(&bob), &ann, None),
        (Method::DELETE, friend(&ann), &bob, None),
        (Method::PUT, friend(&ann), &bob, None),
        (Method::DELETE, friend(&ann), &bob, None),
        (Method::PUT, friend(&ann), &bob, None),
        (Method::PUT, friend(&bob), &ann, None),
        (Method::DELETE, friend(&bob), &ann, None),
        (Method::PUT, format!("/v1/blocks/{}", ann.id), &bob, None),
        (Method::DELETE, format!("/v1/blocks/{}", ann.id), &bob, None),
        (Method::PATCH, "/v1/me".to_owned(), &bob, Some(json!({"nickname": "B"}))),
        (Method::PATCH, "/v1/me".to_owned(), &bob, Some(json!({"sends_receipts": false}))),
        (Method::DELETE, member.clone(), &ann, None),
        (Method::PUT, member, &ann, Some(json!({}))),
        (
            Method::PUT,
            format!("/v1/rooms/{room}/settings"),
            &bob,
            Some(json!({"marked_unread": true})),
        ),
        (Method::PUT, format!("/v1/rooms/{room}/read"), &bob, None),
        (Method::PUT, format!("/v1/rooms/{room}/draft"), &bob, Some(json!({"text": "I was"}))),
        (Method::DELETE, format!("/v1/rooms/{room}"), &ann, None),
    ];
    let mut rev = 0;
    for (method, path, who, body) in steps {
        server.ok(method.clone(), &path, who, body).await;
        let now = server.get("/v1/me", &bob).await["rev"].as_i64().unwrap();
        assert!(now > rev, "{method} {path} left {rev}");
        rev = now;
    }
}

/// What is told by its time is told for a while and not for ever.
#[tokio::test(flavor = "multi_thread")]
async fn only_cursors_that_moved_since_are_told() {
    let (server, ahead) = with_clock(Kind::Sqlite).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (quiet, busy) = (server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await);
    for room in [&quiet, &busy] {
        server.say(&ann, room, "hello").await;
    }
    let mut anns = SyncedCopy::default();
    anns.sync(&server, &ann).await;
    ahead.store(600, Ordering::SeqCst);
    anns.sync(&server, &ann).await;
    server.ok(Method::PUT, &format!("/v1/rooms/{busy}/read"), &bob, None).await;
    rename(&server, &bob, "Bobby").await;
    let answer = server.ok(Method::POST, "/v1/sync", &ann, Some(anns.question())).await;
    let rooms: Vec<&Value> = answer["rooms"].as_array().unwrap().iter().collect();
    assert_eq!(rooms.len(), 1, "{answer}");
    assert_eq!(rooms[0]["chatroom_id"], json!(busy));
    assert_eq!(rooms[0]["messages"], json!([]));
    anns.apply(&answer);
    anns.check(&server, &ann).await;
    assert_eq!(anns.people[&bob.id]["nickname"], "Bobby");
    ahead.store(1_200, Ordering::SeqCst);
    anns.sync(&server, &ann).await;
    let answer = server.ok(Method::POST, "/v1/sync", &ann, Some(anns.question())).await;
    assert_eq!((&answer["rooms"], &answer["people"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_is_nothing_told() {
    for kind in [Kind::Sqlite, Kind::Postgres, Kind::MariaDb] {
        let (server, ahead) = with_clock(kind).await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let room = server.direct_room(&ann, &bob).await;
        server.say(&ann, &room, "hello").await;
        ahead.store(600, Ordering::SeqCst);
        let mut bobs = SyncedCopy::default();
        bobs.sync(&server, &bob).await;
        let question = bobs.question();
        let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(question.clone())).await;
        for part in ["rooms", "removed", "people"] {
            assert_eq!(answer[part], json!([]), "{part} on {kind:?}");
        }
        assert!(answer.get("user").is_none() && answer["has_more"] == false);
        // A moment that makes no sense is none to go wrong by.
        for strange in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            let mut question = question.clone();
            question["since"] = json!(strange);
            server.ok(Method::POST, "/v1/sync", &bob, Some(question)).await;
        }
    }
}
