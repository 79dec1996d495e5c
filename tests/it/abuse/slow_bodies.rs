//! Requests whose bodies do not come.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::support::server::Server;

/// Long for a machine that has much else to do, and nothing to those who wait for ever.
const PATIENCE: Duration = Duration::from_secs(40);

/// The beginning of a request whose body is said to have `size` bytes.
async fn begun(address: SocketAddr, path: &str, kind: &str, size: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// What the server says before it ends the connection.
async fn last_words(mut stream: TcpStream) -> String {
    let mut words = Vec::new();
    let all = stream.read_to_end(&mut words);
    timeout(PATIENCE, all).await.expect("the connection to be given up").ok();
    String::from_utf8(words).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_bodies_in_every_place_shut_nobody_out_for_long() {
    let server = Server::tweaked(|it| {
        it.server.max_connections = 500;
        it.server.body_seconds = 2;
    })
    .await;
    let mut silent = Vec::new();
    for _ in 0..500 {
        silent.push(begun(server.address, "/v1/auth/login", "application/json", 100).await);
    }
    let asked = server.http.get(server.url("/health/live")).send();
    let answer = timeout(PATIENCE, asked).await.expect("somebody else to be served").unwrap();
    assert_eq!(answer.status(), 200);
    for stream in silent {
        assert!(last_words(stream).await.starts_with("HTTP/1.1 408 "));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_body_does_not_come_is_told_so_in_the_words_of_their_product() {
    let server = Server::tweaked(|it| it.server.body_seconds = 1).await;
    let json = "application/json";
    let detail = ("detail", "The request took too long to arrive");
    for (path, kind, (field, words)) in [
        ("/v1/auth/login", json, ("code", "request_timeout")),
        ("/auth/login", json, detail),
        ("/api/user/login", json, detail),
        ("/api/v1/auth/login", json, ("message", "请求超时，请重试")),
        ("/auth/login", "application/x-www-form-urlencoded", detail),
        ("/auth/register", "multipart/form-data; boundary=x", detail),
    ] {
        let said = last_words(begun(server.address, path, kind, 100).await).await;
        let end = said.split("\r\n\r\n").nth(1).unwrap_or_default();
        assert!(said.starts_with("HTTP/1.1 408 "), "{path}: {said}");
        let body: Value = serde_json::from_str(end).unwrap();
        assert_eq!(body[field], words, "{path}: {end}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drops_are_no_flow() {
    let server = Server::tweaked(|it| it.server.body_seconds = 1).await;
    let stream = begun(server.address, "/v1/auth/login", "application/json", 100_000).await;
    let (mut read, mut write) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while write.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    let mut words = Vec::new();
    timeout(PATIENCE, read.read_to_end(&mut words)).await.expect("an end").ok();
    assert!(words.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&words));
    dripping.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_stops_halfway_is_given_up_and_a_slow_one_arrives() {
    let server = Server::tweaked(|it| {
        (it.server.body_seconds, it.server.body_rate) = (2, 10);
    })
    .await;
    let ann = server.person("ann").await;
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
        Content-Type: text/plain\r\n\r\nslowly but surely\r\n--x--\r\n";
    let token = &ann.token;
    let head = format!(
        "POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: \
        multipart/form-data; boundary=x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        file.len()
    );
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(head.as_bytes()).await.unwrap();
    for piece in file.as_bytes().chunks(50) {
        sleep(Duration::from_millis(500)).await;
        slow.write_all(piece).await.unwrap();
    }
    let said = last_words(slow).await;
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(head.as_bytes()).await.unwrap();
    half.write_all(&file.as_bytes()[..110]).await.unwrap();
    let said = last_words(half).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}
