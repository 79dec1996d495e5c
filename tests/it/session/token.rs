//! A socket lives as long as its token, unless it gets another.

use std::{sync::atomic::Ordering, time::Duration};

use reqwest::Method;
use serde_json::json;

use crate::{
    support::{databases::Kind, people::Person, server::Server},
    sync::people::with_clock,
};

const MINUTE: i64 = 60;

async fn refreshed(server: &Server, who: &Person) -> Person {
    let body = json!({"refresh_token": who.refresh});
    let (_, tokens) = server.call(Method::POST, "/v1/auth/refresh", None, Some(body)).await;
    Person {
        token: tokens["access_token"].as_str().unwrap().to_owned(),
        refresh: tokens["refresh_token"].as_str().unwrap().to_owned(),
        ..who.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_outlives_its_token_is_warned_and_then_ended() {
    let (server, ahead) = with_clock(Kind::Sqlite).await;
    let ann = server.person("ann").await;
    let mut socket = server.socket(&ann).await;
    ahead.store(28 * MINUTE, Ordering::SeqCst);
    assert!(socket.overhear("auth:expiring").await.is_empty(), "not yet");
    ahead.store(29 * MINUTE + 5, Ordering::SeqCst);
    let expires = socket.hear("auth:expiring").await["expires_at"].clone();
    let session = server.get("/v1/me", &ann).await;
    assert!(expires.as_str() > session["created_at"].as_str());
    socket.ok("sync", json!({})).await;
    ahead.store(30 * MINUTE + 5, Ordering::SeqCst);
    assert_eq!(socket.hear("auth:revoked").await, json!({"reason": "token_expired"}));
    assert!(socket.ended(Duration::from_secs(5)).await);
    // Its session goes on, and so does whoever asks for another token.
    let ann = refreshed(&server, &ann).await;
    server.socket(&ann).await.ok("sync", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_goes_on_with_another_token() {
    let (server, ahead) = with_clock(Kind::Sqlite).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut socket = server.socket(&ann).await;
    ahead.store(29 * MINUTE + 5, Ordering::SeqCst);
    let first = socket.hear("auth:expiring").await["expires_at"].clone();
    for token in ["junk", server.again(&bob).await.token.as_str()] {
        assert_eq!(socket.fault("auth:refresh", json!({"token": token})).await, "unauthorized");
    }
    let fresh = refreshed(&server, &ann).await;
    let later = socket.ok("auth:refresh", json!({"token": fresh.token})).await;
    assert!(later["expires_at"].as_str() > first.as_str());
    ahead.store(31 * MINUTE, Ordering::SeqCst);
    let bob = refreshed(&server, &bob).await;
    server.say(&bob, &room, "still there?").await;
    assert_eq!(socket.hear("message:created").await["message"]["content"], "still there?");
    assert!(socket.overhear("auth:revoked").await.is_empty());
    ahead.store(58 * MINUTE + 10, Ordering::SeqCst);
    assert_eq!(socket.hear("auth:expiring").await, later);
    ahead.store(60 * MINUTE, Ordering::SeqCst);
    assert_eq!(socket.hear("auth:revoked").await["reason"], "token_expired");
    assert!(socket.ended(Duration::from_secs(5)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_belongs_to_the_session_of_its_newest_token() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let other = server.again(&ann).await;
    let mut socket = server.socket(&ann).await;
    socket.ok("auth:refresh", json!({"token": other.token})).await;
    server.ok(Method::POST, "/v1/auth/logout", &ann, None).await;
    socket.ok("sync", json!({})).await;
    assert!(socket.overhear("auth:revoked").await.is_empty());
    server.ok(Method::POST, "/v1/auth/logout", &other, None).await;
    assert_eq!(socket.hear("auth:revoked").await["reason"], "logged_out");
    assert!(socket.ended(Duration::from_secs(5)).await);
    let third = server.again(&ann).await;
    let mut socket = server.socket(&third).await;
    let token = json!({"token": other.token});
    assert_eq!(socket.fault("auth:refresh", token).await, "session_revoked");
    socket.ok("sync", json!({})).await;
}
