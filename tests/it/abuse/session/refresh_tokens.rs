//! Refresh tokens that were never ours, and those that were used up.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use entity::{id::SessionId, secret::Hashed, session};
use parlor::chat::engine::clock::Clock;
use reqwest::{Method, StatusCode};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    on_every_database,
    support::{databases::Kind, people::Person, server::Server},
};

on_every_database!(
    a_forged_refresh_token_ends_nothing,
    a_used_refresh_token_ends_the_session_however_old_it_is,
    a_refresh_token_of_before_still_works,
);

async fn refresh(server: &Server, token: &str) -> (StatusCode, Value) {
    let body = json!({"refresh_token": token});
    server.call(Method::POST, "/v1/auth/refresh", None, Some(body)).await
}

fn next(answer: &(StatusCode, Value)) -> String {
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
    answer.1["refresh_token"].as_str().unwrap().to_owned()
}

async fn is_alive(server: &Server, who: &Person) -> bool {
    server.call(Method::GET, "/v1/me", Some(who), None).await.0.is_success()
}

async fn a_forged_refresh_token_ends_nothing(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (id, secret) = ann.refresh.split_once('.').unwrap();
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(secret).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let forged = [
        format!("{id}."),
        format!("{id}.x"),
        format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode([7; 32])),
        format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode([7; 48])),
        format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)),
        format!("{id}.{}", bob.refresh.split_once('.').unwrap().1),
        format!("{id}.{secret}x"),
    ];
    for token in &forged {
        assert_eq!(refresh(&server, token).await.0, StatusCode::UNAUTHORIZED, "{token}");
        let body = json!({"refresh_token": token});
        let (status, answer) =
            server.call(Method::POST, "/api/auth/refresh", None, Some(body.clone())).await;
        assert!(status.is_client_error(), "{status} {answer}");
        let (status, answer) =
            server.call(Method::POST, "/api/v1/auth/token/refresh", None, Some(body)).await;
        assert!(status.is_client_error(), "{status} {answer}");
        for path in ["/user/refresh-token", "/user/logout"] {
            let cookie = format!("refresh_token={token}");
            let asked = server.http.post(server.url(path)).header("cookie", cookie);
            asked.send().await.unwrap();
        }
        assert!(is_alive(&server, &ann).await, "{token}");
    }
    next(&refresh(&server, &ann.refresh).await);
}

async fn a_used_refresh_token_ends_the_session_however_old_it_is(server: Server) {
    let ann = server.person("ann").await;
    let mut latest = ann.refresh.clone();
    for _ in 0..4 {
        latest = next(&refresh(&server, &latest).await);
    }
    let (status, problem) = refresh(&server, &ann.refresh).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("session_revoked")));
    assert!(!is_alive(&server, &ann).await);
    assert_eq!(refresh(&server, &latest).await.0, StatusCode::UNAUTHORIZED);
}

/// Those that were given out before tokens could be told from forged ones.
async fn a_refresh_token_of_before_still_works(server: Server) {
    let ann = server.person("ann").await;
    let id = ann.refresh.split_once('.').unwrap().0;
    let old = format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode([7; 32]));
    let row = session::ActiveModel {
        session_id: Set(SessionId(Uuid::parse_str(id).unwrap())),
        refresh_hash: Set(Hashed(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&old)))),
        ..Default::default()
    };
    session::Entity::update(row).exec(&server.beside().await).await.unwrap();
    let new = next(&refresh(&server, &old).await);
    assert_eq!(next(&refresh(&server, &old).await), new, "a second tab");
    let newer = next(&refresh(&server, &new).await);
    // It cannot be told from a forged one any more, so it is not taken for a stolen one.
    assert_eq!(refresh(&server, &old).await.0, StatusCode::UNAUTHORIZED);
    next(&refresh(&server, &newer).await);
    assert_eq!(refresh(&server, &new).await.0, StatusCode::UNAUTHORIZED);
    assert!(!is_alive(&server, &ann).await, "a used one is known for what it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_back_does_not_revive_a_used_token() {
    let (ahead, mut server) =
        (Arc::new(AtomicI64::new(0)), Server::prepared(Kind::Sqlite, &[], |_| {}).await);
    let hand = ahead.clone();
    let now = move || {
        DateTime::<Utc>::from(std::time::SystemTime::now())
            + Duration::seconds(hand.load(Ordering::SeqCst))
    };
    server.begin(Clock::by_hand(now)).await;
    let ann = server.person("ann").await;
    next(&refresh(&server, &ann.refresh).await);
    next(&refresh(&server, &ann.refresh).await);
    ahead.store(-120, Ordering::SeqCst);
    assert_eq!(refresh(&server, &ann.refresh).await.0, StatusCode::UNAUTHORIZED);
    assert!(!is_alive(&server, &ann).await);
}
