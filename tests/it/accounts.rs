//! Coming, staying signed in, and being signed out.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;
use parlor::{
    chat::person::{account, presence, profile},
    model::{
        error::{Error, Thing},
        person::presence::Mood,
    },
};
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

on_every_database!(
    a_name_is_taken_in_any_spelling,
    two_tabs_that_refresh_at_once_both_stay_signed_in,
    a_replayed_refresh_token_ends_the_session,
    a_revoked_session_is_gone_within_a_second,
    a_changed_password_signs_the_others_out,
    a_password_is_replaced_without_the_old_one,
    a_person_is_found_by_uuid_and_keeps_the_address_private,
);

async fn refresh(server: &Server, token: &str) -> (StatusCode, Value) {
    let body = json!({"refresh_token": token});
    server.call(Method::POST, "/v1/auth/refresh", None, Some(body)).await
}

async fn a_name_is_taken_in_any_spelling(server: Server) {
    server.person("ann").await;
    for (username, email) in
        [("ANN", "x@example.com"), ("ａｎｎ", "y@example.com"), ("bob", "Ann@Example.com")]
    {
        let body = json!({"username": username, "email": email, "password": PASSWORD});
        let (status, problem) =
            server.call(Method::POST, "/v1/auth/register", None, Some(body)).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::CONFLICT, &json!("conflict")),
            "{username}"
        );
    }
    let by_email = json!({"email": "ann@example.com", "password": PASSWORD});
    let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(by_email)).await;
    assert_eq!(status, StatusCode::OK);
    let wrong = json!({"username": "ann", "password": "wrong horse"});
    let (status, problem) = server.call(Method::POST, "/v1/auth/login", None, Some(wrong)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthorized")));
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

async fn a_person_is_found_by_uuid_and_keeps_the_address_private(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let mine = profile::portrait(&chat, me, me.id).await.unwrap();
    assert_eq!(mine.email.as_deref(), Some("ann@example.com"));
    let seen = profile::portrait(&chat, other, me.id).await.unwrap();
    assert_eq!((&seen.card, seen.email), (&mine.card, None));
    let found = profile::by_public_id(&chat, other, mine.card.public_id).await.unwrap();
    assert_eq!(found, mine.card);
    let nobody = profile::by_public_id(&chat, other, uuid::Uuid::new_v4()).await;
    assert!(matches!(nobody, Err(Error::Missing(Thing::User))));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_online_is_everybody_but_the_invisible() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    assert!(presence::everybody_online(&chat).await.unwrap().is_empty());
    let _sockets = (server.socket(&ann).await, server.socket(&bob).await);
    let names = async || -> Vec<String> {
        let there = presence::everybody_online(&chat).await.unwrap();
        there.into_iter().map(|it| it.username).collect()
    };
    assert_eq!(names().await, ["ann", "bob"]);
    presence::set(&chat, me, Mood::Invisible, None).await.unwrap();
    assert_eq!(names().await, ["bob"]);
}
