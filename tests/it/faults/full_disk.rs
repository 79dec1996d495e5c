//! A disk that is full, and has room again.

use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{people::Person, server::Server};

/// SQLite ends the transaction by itself then, and its driver does not hear of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_after_a_full_disk_is_in_the_file() {
    let mut server = Server::start().await;
    let ann = server.person("ann").await;
    let bob = server.person("bob").await;
    let room = server.group(&ann, &[&bob]).await;
    let first = server.say(&ann, &room, "hello").await;
    let mut acknowledged = Vec::new();
    // The writer's connection finds the disk full at its next page.
    server.writer().execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let words = |n: usize| format!("{n} {}", "word ".repeat(500));
    for n in 0..40 {
        match send(&server, &ann, &room, &words(n)).await {
            StatusCode::CREATED => acknowledged.push(words(n)),
            status => {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                break;
            }
        }
    }
    assert!(acknowledged.len() < 40, "the disk was never full");
    server.becomes_ready(true).await;
    // An edit that changes nothing gives up what it began, as many operations do.
    let path = format!("/v1/messages/{}", first["message_id"]);
    server.ok(Method::PATCH, &path, &ann, Some(json!({"content": "hello"}))).await;
    for n in 40..80 {
        assert_eq!(send(&server, &ann, &room, &words(n)).await, StatusCode::CREATED);
        acknowledged.push(words(n));
    }
    server.restart().await;
    let kept = history(&server, &ann, &room).await;
    let lost = acknowledged.iter().filter(|it| !kept.contains(it)).count();
    assert_eq!(lost, 0, "of {} that were acknowledged", acknowledged.len());
}

async fn send(server: &Server, who: &Person, room: &str, words: &str) -> StatusCode {
    let path = format!("/v1/rooms/{room}/messages");
    server.call(Method::POST, &path, Some(who), Some(json!({"content": words}))).await.0
}

/// The words of all messages, the oldest first.
async fn history(server: &Server, who: &Person, room: &str) -> Vec<String> {
    let (mut words, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/v1/rooms/{room}/messages?after_seq={after}&limit=100");
        let page = server.get(&path, who).await;
        for message in page["messages"].as_array().unwrap() {
            words.push(message["content"].as_str().unwrap().to_owned());
            after = message["seq"].as_i64().unwrap();
        }
        if page["has_more_after"] != true {
            return words;
        }
    }
}
