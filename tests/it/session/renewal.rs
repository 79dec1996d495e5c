//! Staying signed in with a refresh token, and being signed out.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{databases::Kind, people::Person, server::Server},
};

on_every_database!(
    two_tabs_that_refresh_at_once_both_stay_signed_in,
    a_replayed_refresh_token_ends_the_session,
    a_revoked_session_is_gone_within_a_second,
);

async fn refresh(server: &Server, token: &str) -> (StatusCode, Value) {
    let body = json!({"refresh_token": token});
    server.call(Method::POST, "/v1/auth/refresh", None, Some(body)).await
}

async fn two_tabs_that_refresh_at_once_both_stay_signed_in(server: Server) {
    let ann = server.person("ann").await;
    let answers = join_all([refresh(&server, &ann.refresh), refresh(&server, &ann.refresh)]).await;
    for (status, tokens) in &answers {
        assert_eq!(*status, StatusCode::OK, "{tokens}");
        let tab =
            Person { token: tokens["access_token"].as_str().unwrap().to_owned(), ..ann.clone() };
        server.get("/v1/me", &tab).await;
    }
    assert_eq!(answers[0].1["refresh_token"], answers[1].1["refresh_token"]);
    let next = answers[0].1["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(&server, next).await.0, StatusCode::OK);
}

async fn a_replayed_refresh_token_ends_the_session(server: Server) {
    let ann = server.person("ann").await;
    let mut socket = server.socket(&ann).await;
    let (_, second) = refresh(&server, &ann.refresh).await;
    let second = second["refresh_token"].as_str().unwrap().to_owned();
    let (_, third) = refresh(&server, &second).await;
    let third = third["refresh_token"].as_str().unwrap().to_owned();
    // Two generations old: no tab of hers has it any more.
    assert_eq!(refresh(&server, &ann.refresh).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&server, &third).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(socket.hear("auth:revoked").await["reason"], "token_reused");
    let (status, problem) = server.call(Method::GET, "/v1/me", Some(&ann), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("session_revoked")));
}

async fn a_revoked_session_is_gone_within_a_second(server: Server) {
    let ann = server.person("ann").await;
    let on_phone = server.again(&ann).await;
    let mut phone = server.socket(&on_phone).await;
    let sessions = server.get("/v1/sessions", &ann).await;
    let other = sessions["items"].as_array().unwrap().iter().find(|it| it["current"] == false);
    let path = format!("/v1/sessions/{}", other.unwrap()["session_id"].as_str().unwrap());
    server.ok(Method::DELETE, &path, &ann, None).await;
    assert_eq!(phone.hear("auth:revoked").await["reason"], "revoked");
    assert!(phone.ended(Duration::from_secs(1)).await, "the socket is still open");
    let (status, _) = server.call(Method::GET, "/v1/me", Some(&on_phone), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    server.get("/v1/me", &ann).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_says_so() {
    let server = Server::with(Kind::Sqlite, &[("ACCESS_TOKEN_EXPIRE_MINUTES", "1")]).await;
    let ann = server.person("ann").await;
    let mut later = server;
    later.stop().await;
    let by_hand = parlor::chat::engine::clock::Clock::by_hand(|| {
        chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now())
            + chrono::Duration::minutes(5)
    });
    later.begin(by_hand).await;
    let (status, problem) = later.call(Method::GET, "/v1/me", Some(&ann), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("token_expired")));
    let (status, _) = refresh(&later, &ann.refresh).await;
    assert_eq!(status, StatusCode::OK, "the refresh token outlives it");
}
