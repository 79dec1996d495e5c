//! The server stops, and starts again.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let mut server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "before").await;
    let mut socket = server.socket(&bob).await;
    server.restart().await;
    socket.hear("server:restarting").await;
    let message = server.say(&ann, &room, "after").await;
    assert_eq!(message["seq"], 2);
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 2);
}

/// Whoever asks for news is told when there is some; the server does not wait for that
/// when it stops.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_poll_does_not_keep_the_server_from_stopping() {
    let mut server = Server::start().await;
    let base = server.url("/socket.io/?EIO=4&transport=polling");
    let opened = server.http.get(&base).send().await.unwrap().text().await.unwrap();
    let opened: Value = serde_json::from_str(&opened[1..]).unwrap();
    let line = format!("{base}&sid={}", opened["sid"].as_str().unwrap());
    // The first one brings a ping. Nobody would find the second in a namespace.
    server.http.get(&line).send().await.unwrap();
    let poll = tokio::spawn(server.http.get(&line).send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!poll.is_finished());
    let before = Instant::now();
    server.stop().await;
    assert!(before.elapsed() < Duration::from_secs(5), "stopping took {:?}", before.elapsed());
    poll.await.unwrap().ok();
}
