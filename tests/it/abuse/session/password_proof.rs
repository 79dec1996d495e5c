//! What whoever holds a token, or found a device, cannot do: take the account over, or end it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, Utc};
use parlor::chat::engine::clock::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        databases::Kind,
        people::{PASSWORD, Person},
        server::Server,
    },
};

on_every_database!(whoever_knows_the_password_may_also_much_later);

/// A server, and how many seconds its clock is ahead.
async fn with_clock(kind: Kind, more: &[(&str, &str)]) -> (Server, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let mut server = Server::prepared(kind, more, |_| {}).await;
    let hand = ahead.clone();
    let now = move || {
        DateTime::<Utc>::from(std::time::SystemTime::now())
            + Duration::seconds(hand.load(Ordering::SeqCst))
    };
    server.begin(Clock::by_hand(now)).await;
    (server, ahead)
}

async fn new_password(server: &Server, who: &Person, body: Value) -> (StatusCode, Value) {
    server.call(Method::PUT, "/users/me", Some(who), Some(body)).await
}

async fn may_sign_in(server: &Server, who: &Person, password: &str) -> bool {
    let body = json!({"username": who.name, "password": password});
    server.call(Method::POST, "/v1/auth/login", None, Some(body)).await.0.is_success()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_alone_neither_changes_the_password_nor_ends_the_account() {
    let (server, ahead) = with_clock(Kind::Sqlite, &[("ACCESS_TOKEN_EXPIRE_MINUTES", "60")]).await;
    let ann = server.person("ann").await;
    ahead.store(9 * 60, Ordering::SeqCst);
    let body = json!({"password": "one more horse", "bio": "new"});
    assert_eq!(new_password(&server, &ann, body).await.0, 200, "within ten minutes");
    ahead.store(11 * 60, Ordering::SeqCst);
    // Whoever renews a token does not sign in.
    let body = json!({"refresh_token": ann.refresh});
    server.call(Method::POST, "/v1/auth/refresh", None, Some(body)).await;
    let body = json!({"password": "a stolen horse", "bio": "stolen"});
    let (status, answer) = new_password(&server, &ann, body).await;
    let told = "give your password or sign in again to do this";
    assert_eq!(status, 403, "{answer}");
    assert!(answer["detail"].as_str().unwrap().eq_ignore_ascii_case(told), "{answer}");
    for path in ["/v1/me".to_owned(), format!("/user/{}", ann.id)] {
        let (status, answer) = server.call(Method::DELETE, &path, Some(&ann), None).await;
        assert_eq!(status, 403, "{path}: {answer}");
    }
    assert_eq!(server.get("/users/me", &ann).await["bio"], "new", "all of it or nothing");
    assert!(may_sign_in(&server, &ann, "one more horse").await);
    ahead.store(-60, Ordering::SeqCst);
    let (status, _) = server.call(Method::DELETE, "/v1/me", Some(&ann), None).await;
    assert_eq!(status, 403, "a clock that steps back proves nothing");
}

async fn whoever_knows_the_password_may_also_much_later(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let old = |it: &str| json!({"password": "another horse", "old_password": it});
    let (status, answer) = new_password(&server, &ann, old("a guess")).await;
    assert_eq!(status, 401, "also after a moment: {answer}");
    assert_eq!(new_password(&server, &ann, old(PASSWORD)).await.0, 200);
    assert!(may_sign_in(&server, &ann, "another horse").await);
    let farewell = |it: &str| Some(json!({"password": it}));
    let wrong = server.call(Method::DELETE, "/v1/me", Some(&bob), farewell("a guess")).await;
    assert_eq!((wrong.0, &wrong.1["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthorized")));
    assert!(may_sign_in(&server, &bob, PASSWORD).await);
    server.ok(Method::DELETE, "/v1/me", &bob, farewell(PASSWORD)).await;
    assert!(!may_sign_in(&server, &bob, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_sign_in_proves_nothing_the_password_is_needed_at_once() {
    let mut server = Server::tweaked(|it| it.auth.recent_sign_in_minutes = 0).await;
    let ann = server.person("ann").await;
    let (status, problem) = server.call(Method::DELETE, "/v1/me", Some(&ann), None).await;
    assert_eq!((status.as_u16(), &problem["code"]), (403, &json!("password_needed")));
    server.ok(Method::DELETE, "/v1/me", &ann, Some(json!({"password": PASSWORD}))).await;
    server.stop().await;
}
