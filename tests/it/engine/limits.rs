//! What keeps one client from being everybody's trouble.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::support::{
    server::Server,
    socketio::{Refused, Socket},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_at_most_twenty_sockets() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let mut sockets: Vec<Socket> = Vec::new();
    for _ in 0..20 {
        sockets.push(server.socket(&ann).await);
    }
    let auth = || Some(json!({"token": ann.token}));
    let refused = server.try_socket("/socket.io/", auth(), None).await.err();
    assert_eq!(refused, Some(Refused::Connect("rate_limited".to_owned())));
    // A place that is given up is free again.
    sockets.pop();
    let mut waited = 0;
    while server.try_socket("/socket.io/", auth(), None).await.is_err() {
        waited += 1;
        assert!(waited < 100, "the place did not come free");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Somebody whose client has stopped reading is cut off; the others hear every message,
/// and in order, and nothing waits for the one who sleeps.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_is_cut_off_and_nobody_else_notices() {
    const MESSAGES: i64 = 6_000;
    let server = Server::start().await;
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let room = server.group(&ann, &[&bob, &eve]).await;
    let mut sleeper = server.sleeping_socket(&eve).await;
    let (mut speaker, mut listener) = (server.socket(&ann).await, server.socket(&bob).await);
    let words = "x".repeat(4_000);
    let heard = tokio::spawn(async move {
        for seq in 1..=MESSAGES {
            assert_eq!(listener.hear("message:created").await["message"]["seq"], seq);
        }
    });
    for _ in 0..MESSAGES / 100 {
        for _ in 0..99 {
            speaker.post("message:send", &json!({"chatroom_id": room, "content": words})).await;
        }
        // No further ahead of the answers than the inbox is long.
        speaker.ok("message:send", json!({"chatroom_id": room, "content": words})).await;
    }
    heard.await.unwrap();
    // What was in flight can still be read; after it the line is dead.
    let mut bytes = vec![0; 1 << 20];
    let end = async { while !matches!(sleeper.read(&mut bytes).await, Ok(0) | Err(_)) {} };
    timeout(Duration::from_secs(20), end).await.expect("the line of the sleeper to be cut");
    // And all of it is there when they come back.
    let page = server.get(&format!("/v1/rooms/{room}/messages?limit=1"), &eve).await;
    assert_eq!(page["messages"][0]["seq"], MESSAGES);
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_most_connections_new_ones_wait_for_a_place() {
    let server = Server::tweaked(|it| it.server.max_connections = 3).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        // In the middle of a request: whoever is idle would have to make room.
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let begun = b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n";
        stream.write_all(begun).await.unwrap();
        held.push(stream);
    }
    sleep(Duration::from_millis(200)).await;
    let asked = tokio::spawn(server.http.get(server.url("/health/live")).send());
    sleep(Duration::from_millis(500)).await;
    assert!(!asked.is_finished(), "there was no place, and yet there was an answer");
    held.clear();
    let answered = timeout(Duration::from_secs(10), asked).await.expect("a place").unwrap();
    assert_eq!(answered.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_too_long_to_ask_is_given_up() {
    let server = Server::tweaked(|it| it.server.header_seconds = 1).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let mut rest = Vec::new();
    let read = stream.read_to_end(&mut rest);
    timeout(Duration::from_secs(10), read).await.expect("the line to be cut").ok();
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_parts_that_neither_repeat_nor_miss_anything() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(server.group(&ann, &[&bob]).await);
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/rooms?limit=3".to_owned());
    loop {
        let page = server.get(&path, &ann).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|it| it["chatroom_id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        assert_eq!(items.len(), 3);
        path = format!("/v1/rooms?limit=3&cursor={next}");
    }
    made.reverse();
    assert_eq!(seen, made, "the newest first");
    for (path, wanted) in [
        (format!("/v1/rooms/{}/members?limit=1", made[0]), 1),
        ("/v1/sessions?limit=100".to_owned(), 1),
        ("/v1/friends?limit=1".to_owned(), 0),
        ("/v1/blocks".to_owned(), 0),
    ] {
        assert_eq!(server.get(&path, &ann).await["items"].as_array().unwrap().len(), wanted);
    }
    for bad in ["limit=0", "limit=101", "limit=x", "cursor=%20", "cursor=_w"] {
        let path = format!("/v1/rooms?{bad}");
        let (status, answer) = server.call(Method::GET, &path, Some(&ann), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {answer}");
        assert!(answer["errors"][0]["msg"].is_string(), "{answer}");
    }
}
