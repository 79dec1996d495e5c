//! Passwords: changed, and tried too often.

use std::collections::HashMap;

use parlor::{chat::person::account, model::error::Error};

use reqwest::{Method, StatusCode};

use serde_json::json;

use crate::{
    on_every_database,
    support::{databases::Kind, people::PASSWORD, server::Server},
};

on_every_database!(
    a_changed_password_signs_the_others_out,
    a_password_is_replaced_without_the_old_one,
);

async fn a_changed_password_signs_the_others_out(server: Server) {
    let ann = server.person("ann").await;
    let on_phone = server.again(&ann).await;
    let body = |old: &str| json!({"old_password": old, "new_password": "battery staple"});
    let (status, _) =
        server.call(Method::POST, "/v1/auth/password", Some(&ann), Some(body("nonsense"))).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    server.ok(Method::POST, "/v1/auth/password", &ann, Some(body(PASSWORD))).await;
    server.get("/v1/me", &ann).await;
    let (status, _) = server.call(Method::GET, "/v1/me", Some(&on_phone), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let old = json!({"username": "ann", "password": PASSWORD});
    let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(old)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

async fn a_password_is_replaced_without_the_old_one(server: Server) {
    let ann = server.person("ann").await;
    let phone = server.again(&ann).await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let wanted = |new| account::NewPassword { old: None, new, shortest: 4 };
    let short = account::change_password(&chat, me, wanted("abc")).await;
    assert!(matches!(short, Err(Error::Invalid(_))));
    account::change_password(&chat, me, wanted("another one")).await.unwrap();
    let (status, _) = server.call(Method::GET, "/v1/me", Some(&phone), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the other device is signed out");
    server.get("/v1/me", &ann).await;
    let body = json!({"username": "ann@example.com", "password": "another one"});
    let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_are_slowed_down() {
    let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", "on")]).await;
    server.person("ann").await;
    let mut seen: HashMap<StatusCode, usize> = HashMap::new();
    for _ in 0..8 {
        let body = json!({"username": "ann", "password": "wrong horse"});
        let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
        *seen.entry(status).or_default() += 1;
    }
    assert!(seen[&StatusCode::UNAUTHORIZED] <= 6, "{seen:?}");
    let body = json!({"username": "ann", "password": PASSWORD});
    let response = server.http.post(server.url("/v1/auth/login")).json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
}
