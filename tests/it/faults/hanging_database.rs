//! A database that is there and does not answer.

use std::time::Duration;

use parlor::{
    chat::session::{self, pairing::subscription},
    config::Settings,
    model::error::Error,
};
use reqwest::{Method, StatusCode, header::RETRY_AFTER};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tokio::time::sleep;
use uuid::Uuid;

use crate::support::{
    databases::Kind,
    people::{PASSWORD, Person},
    server::Server,
    socketio::Refused,
};

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

#[tokio::test(flavor = "multi_thread")]
async fn no_good_token_is_called_bad_on_postgres() {
    no_good_token_is_called_bad(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_good_token_is_called_bad_on_mariadb() {
    no_good_token_is_called_bad(Kind::MariaDb).await;
}

/// Clients throw away a token of which they hear that it is bad, and sign their users out.
async fn no_good_token_is_called_bad(kind: Kind) {
    let (mut server, proxy) = Server::behind_proxy(kind, impatient).await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let ann = server.person("ann").await;
    let sockets = async |when: &str| {
        for path in ["/ws/socket.io/", "/socket.io/"] {
            let auth = Some(json!({"token": ann.token}));
            let refused = server.try_socket(path, auth, None).await.err();
            let wanted = Some(Refused::Connect("unavailable".to_owned()));
            assert_eq!(refused, wanted, "{path} while {when}");
        }
    };
    // Whose token it is is known for a moment, and who is there is not.
    server.get("/v1/me", &ann).await;
    proxy.hang();
    sockets("it is not known whether she is there").await;
    let chat = server.chat();
    while session::recognise(&chat, &ann.token).await.is_ok() {
        sleep(Duration::from_millis(50)).await;
    }
    assert!(matches!(session::recognise(&chat, &ann.token).await, Err(Error::Unavailable { .. })));
    sockets("it is not known whose token it is").await;
    for path in ["/message/online", "/ws", "/ws/1", "/ws/chat/general"] {
        let refused = server.try_plain(&format!("{path}?token={}", ann.token), &[]).await.err();
        assert_eq!(refused.map(|it| it.0), Some(503), "{path}");
    }
    for path in ["/message/get_rooms", "/user/me", "/auth/me", "/users/me", "/v1/me", "/api/rooms"]
    {
        let (status, answer) = server.call(Method::GET, path, Some(&ann), None).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {answer}");
    }
    proxy.resume();
    server.becomes_ready(true).await;
    server.get("/v1/me", &ann).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_out_while_their_row_is_held_on_postgres() {
    nobody_is_signed_out_while_their_row_is_held(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_out_while_their_row_is_held_on_mariadb() {
    nobody_is_signed_out_while_their_row_is_held(Kind::MariaDb).await;
}

/// Whoever changes something about themselves waits for their own row, and that may take too long.
async fn nobody_is_signed_out_while_their_row_is_held(kind: Kind) {
    let mut server = Server::prepared(kind, &[], impatient).await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let ann = server.person("ann").await;
    let other = server.beside().await.begin().await.unwrap();
    let held = format!("SELECT user_id FROM users WHERE user_id = {} FOR UPDATE", ann.id);
    other.execute_unprepared(&held).await.unwrap();
    let change = json!({"bio": "at the sea"});
    let new_password = json!({"old_password": PASSWORD, "new_password": "battery staple"});
    for (method, path, body) in [
        (Method::PATCH, "/v1/me", change.clone()),
        (Method::PUT, "/users/me", change),
        (Method::POST, "/v1/auth/password", new_password),
    ] {
        let (status, answer) = server.call(method, path, Some(&ann), Some(body)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {answer}");
    }
    other.rollback().await.unwrap();
    server.becomes_ready(true).await;
    let body = Some(json!({"bio": "at the sea"}));
    assert_eq!(server.ok(Method::PATCH, "/v1/me", &ann, body).await["bio"], "at the sea");
}

/// The old Vue client does not join a room again, so what it loses it has lost until its page is
/// loaded.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_without_a_token_keeps_its_rooms() {
    let (mut server, proxy) = Server::behind_proxy(Kind::Postgres, impatient).await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut at_anns = server.try_socket("/ws/socket.io/", None, None).await.unwrap();
    at_anns.ask("join_room", json!(room)).await;
    server.get(&format!("/chatrooms/{room}/messages?limit=50"), &ann).await;
    server.say(&bob, &room, "before").await;
    assert_eq!(at_anns.hear("receive_message").await["content"], "before");
    proxy.hang();
    until_it_cannot_be_asked(&server, &ann).await;
    // As the server does it every half minute.
    subscription::recheck(&server.chat(), None).await;
    proxy.resume();
    server.becomes_ready(true).await;
    server.say(&bob, &room, "after").await;
    assert_eq!(at_anns.hear("receive_message").await["content"], "after");
}

/// Who somebody is, is remembered for some seconds.
async fn until_it_cannot_be_asked(server: &Server, who: &Person) {
    let chat = server.chat();
    loop {
        match session::recognise(&chat, &who.token).await {
            Ok(_) => sleep(Duration::from_millis(50)).await,
            Err(error) => return assert!(matches!(error, Error::Unavailable { .. }), "{error}"),
        }
    }
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
