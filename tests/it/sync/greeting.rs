//! Who comes back and lacks nothing is told so in the greeting, and costs next to nothing.

use std::sync::atomic::Ordering;

use reqwest::Method;
use serde_json::{Value, json};

use super::people::with_clock;
use crate::support::{databases::Kind, people::Person, server::Server, socketio::Socket};

/// Longer than what is told twice.
const A_WHILE: i64 = 120;

async fn greeted(server: &Server, who: &Person, since: &Value) -> (Socket, Value) {
    let auth = json!({"token": who.token, "since": since});
    let mut socket = server.try_socket("/socket.io/", Some(auth), None).await.unwrap();
    let ready = socket.hear("session:ready").await;
    (socket, ready)
}

/// Asks for everything since that moment; the moment to ask from next.
async fn synced(server: &Server, who: &Person) -> Value {
    let body = Some(json!({"rooms": {}}));
    server.ok(Method::POST, "/v1/sync", who, body).await["since"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_whether_cursors_and_names_are_as_they_were_on_sqlite() {
    it_says_whether_cursors_and_names_are_as_they_were(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_whether_cursors_and_names_are_as_they_were_on_postgres() {
    it_says_whether_cursors_and_names_are_as_they_were(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_whether_cursors_and_names_are_as_they_were_on_mariadb() {
    it_says_whether_cursors_and_names_are_as_they_were(Kind::MariaDb).await;
}

async fn it_says_whether_cursors_and_names_are_as_they_were(kind: Kind) {
    let (server, ahead) = with_clock(kind).await;
    let later = || ahead.fetch_add(A_WHILE, Ordering::SeqCst);
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    later();
    let known = synced(&server, &ann).await;
    let (_, ready) = greeted(&server, &ann, &Value::Null).await;
    assert_eq!(ready["since"], Value::Null, "she named no moment");
    later();
    let (_, ready) = greeted(&server, &ann, &known).await;
    let next = ready["since"].clone();
    assert!(next.as_str() > known.as_str(), "nothing has moved since {known}: {next}");

    later();
    let path = format!("/v1/rooms/{room}/read");
    server.ok(Method::PUT, &path, &bob, Some(json!({"seq": 1}))).await;
    let (_, ready) = greeted(&server, &ann, &next).await;
    assert_eq!(ready["since"], Value::Null, "he has read");

    later();
    let known = synced(&server, &ann).await;
    later();
    server.ok(Method::PATCH, "/v1/me", &bob, Some(json!({"nickname": "Bobby"}))).await;
    let (_, ready) = greeted(&server, &ann, &known).await;
    assert_eq!(ready["since"], Value::Null, "he has another name");

    later();
    let known = synced(&server, &ann).await;
    // What a message changes is told by its number.
    server.say(&ann, &room, "and again").await;
    later();
    let (_, ready) = greeted(&server, &ann, &known).await;
    assert!(ready["since"].is_string());
    for nonsense in [json!("yesterday"), json!(7), json!({}), json!("")] {
        let (mut socket, ready) = greeted(&server, &ann, &nonsense).await;
        assert_eq!(ready["since"], Value::Null, "{nonsense}");
        socket.ok("presence:unsubscribe", json!({"user_ids": []})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_costs_six_statements_however_many_rooms_there_are_on_postgres() {
    it_costs_six_statements_however_many_rooms_there_are(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_costs_six_statements_however_many_rooms_there_are_on_mariadb() {
    it_costs_six_statements_however_many_rooms_there_are(Kind::MariaDb).await;
}

async fn it_costs_six_statements_however_many_rooms_there_are(kind: Kind) {
    let (mut server, proxy) = Server::behind_proxy(kind, |_| {}).await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    for rooms in [1, 30] {
        for _ in 0..rooms {
            server.group(&ann, &[&bob]).await;
        }
        let known = synced(&server, &ann).await;
        let mut least = u64::MAX;
        // Statements become known to each connection, and jobs of the server ask now and then.
        for _ in 0..40 {
            let before = proxy.asked();
            let (socket, ready) = greeted(&server, &ann, &known).await;
            assert!(ready["rooms"].as_array().unwrap().len() >= rooms);
            least = least.min(proxy.asked() - before);
            drop(socket);
        }
        // Whose session and presence are not known yet cost one more each.
        assert!((1..=4).contains(&least), "{rooms} rooms: {least} statements");
    }
}
