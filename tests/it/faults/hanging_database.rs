//! A database that is there and does not answer.

use parlor::config::Settings;
use reqwest::{Method, StatusCode, header::RETRY_AFTER};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::support::{databases::Kind, people::Person, server::Server};

fn impatient(settings: &mut Settings) {
    (settings.database.statement_seconds, settings.database.acquire_seconds) = (1, 1);
    settings.database.max_connections = 4;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_to_come_back_on_postgres() {
    everybody_is_told_to_come_back(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_to_come_back_on_mariadb() {
    everybody_is_told_to_come_back(Kind::MariaDb).await;
}

async fn everybody_is_told_to_come_back(kind: Kind) {
    let (mut server, proxy) = Server::behind_proxy(kind, impatient).await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut hers, mut his) = (server.socket(&ann).await, server.socket(&bob).await);
    let words =
        |it: &str| json!({"chatroom_id": room, "content": it, "client_msg_id": Uuid::new_v4()});
    hers.ok("message:send", words("before")).await;
    proxy.hang();
    let unsure = words("during");
    for attempt in 0..3 {
        let answer = hers.ask("message:send", unsure.clone()).await;
        assert_eq!(answer["error"]["code"], "unavailable", "{attempt}: {answer}");
        assert_eq!(answer["error"]["status"], 503);
        assert!(answer["error"]["retry_after"].as_f64().unwrap() > 0.0);
    }
    let messages = format!("/v1/rooms/{room}/messages");
    for (method, body) in [(Method::GET, None), (Method::POST, Some(json!({"content": "rest"})))] {
        assert_eq!(told_to_wait(&server, &ann, method, &messages, body).await, "unavailable");
    }
    let health = server.becomes_ready(false).await;
    assert_eq!(health["reason"], "the database does not answer", "{health}");
    proxy.resume();
    // Well again by itself, and what was in doubt is stored once.
    server.becomes_ready(true).await;
    hers.ok("message:send", unsure.clone()).await;
    hers.ok("message:send", words("after")).await;
    let kept = server.get(&messages, &bob).await;
    let mut kept: Vec<&str> = kept["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["content"].as_str().unwrap())
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, ["after", "before", "during"]);
    while his.hear("message:created").await["message"]["content"] != "after" {}
}

/// The code of a refusal that says when to come back.
async fn told_to_wait(
    server: &Server,
    who: &Person,
    method: Method,
    path: &str,
    body: Option<serde_json::Value>,
) -> String {
    let mut request = server.http.request(method, server.url(path)).bearer_auth(&who.token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(RETRY_AFTER));
    let problem: serde_json::Value = response.json().await.unwrap();
    problem["code"].as_str().unwrap().to_owned()
}

/// SQLite hangs for those who write when another program holds its lock.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_is_read_and_not_written() {
    let server = Server::tweaked(impatient).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut socket = server.socket(&ann).await;
    let other = server.beside().await;
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let words = json!({"chatroom_id": room, "content": "hello", "client_msg_id": Uuid::new_v4()});
    assert_eq!(socket.fault("message:send", words.clone()).await, "unavailable");
    assert_eq!(
        socket.fault("room:create", json!({"kind": "group", "user_ids": [bob.id]})).await,
        "unavailable"
    );
    server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    other.execute_unprepared("ROLLBACK").await.unwrap();
    server.becomes_ready(true).await;
    socket.ok("message:send", words).await;
}
