//! Files of a database that are removed or exchanged while they are in use.

use std::{fs, path::PathBuf};

use reqwest::Method;
use serde_json::json;

use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_once_the_database_is_removed() {
    nothing_is_acknowledged_without("").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_once_its_log_is_removed() {
    nothing_is_acknowledged_without("-wal").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_once_the_index_of_its_log_is_removed() {
    nothing_is_acknowledged_without("-shm").await;
}

async fn nothing_is_acknowledged_without(suffix: &str) {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let mut socket = server.socket(&ann).await;
    let words = json!({"chatroom_id": room, "content": "hello"});
    socket.ok("message:send", words.clone()).await;
    let (file, elsewhere) = (file(&server, suffix), server.folder.path().join("elsewhere"));
    fs::rename(&file, &elsewhere).unwrap();
    // At once, and whoever asks for the health hears why.
    assert_eq!(socket.fault("message:send", words.clone()).await, "unavailable");
    let health = server.becomes_ready(false).await;
    assert_eq!(health["reason"], "the file of the database was removed or exchanged", "{health}");
    let profile = Some(json!({"bio": "hello"}));
    let (status, _) = server.call(Method::PATCH, "/v1/me", Some(&ann), profile).await;
    assert_eq!(status, 503);
    assert!(!file.exists(), "another one was begun");
    // The very file comes back, and nothing has to be started anew.
    fs::rename(&elsewhere, &file).unwrap();
    server.becomes_ready(true).await;
    socket.ok("message:send", words).await;
}

/// Nobody asks for anything meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_server_notices_that_its_database_was_exchanged() {
    let server = Server::start().await;
    let file = file(&server, "");
    let copy = server.folder.path().join("copy");
    fs::copy(&file, &copy).unwrap();
    fs::rename(&copy, &file).unwrap();
    let health = server.becomes_ready(false).await;
    assert_eq!(health["status"], "unhealthy", "{health}");
    assert_eq!(health["database"], "disconnected", "{health}");
}

fn file(server: &Server, suffix: &str) -> PathBuf {
    server.folder.path().join(format!("test.db{suffix}"))
}
