//! Many connections of one client.

use std::{net::SocketAddr, time::Duration};

use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

use crate::support::{databases::Kind, server::Server};

const PATIENCE: Duration = Duration::from_secs(30);
const ASK: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

/// From an address of its own.
async fn connect(server: &Server, from: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(server.address).await.unwrap()
}

/// The status of the next answer; 0 when the connection ends without one.
async fn answer(stream: &mut TcpStream) -> u16 {
    let mut head = vec![0; 4_096];
    let read = timeout(PATIENCE, stream.read(&mut head)).await.expect("an answer or an end");
    let head = String::from_utf8_lossy(&head[..read.unwrap_or(0)]).into_owned();
    head.split(' ').nth(1).map_or(0, |it| it.parse().unwrap())
}

/// Somebody who is in the middle of a request.
async fn busy(server: &Server, from: [u8; 4]) -> TcpStream {
    let mut stream = connect(server, from).await;
    let head = b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
        Expect: 100-continue\r\nContent-Length: 9\r\n\r\n";
    stream.write_all(head).await.unwrap();
    assert_eq!(answer(&mut stream).await, 100, "the request has begun");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_get_all_the_connections() {
    let variables = [("RATE_LIMITS", "on")];
    let mut server = Server::prepared(Kind::Sqlite, &variables, |it| {
        (it.server.max_connections, it.server.max_connections_per_address) = (8, 4);
        it.server.body_seconds = 600;
    })
    .await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(busy(&server, [127, 0, 0, 2]).await);
    }
    for _ in 0..20 {
        let mut more = connect(&server, [127, 0, 0, 2]).await;
        assert_eq!(answer(&mut more).await, 429);
    }
    let mut other = connect(&server, [127, 0, 0, 3]).await;
    other.write_all(ASK).await.unwrap();
    assert_eq!(answer(&mut other).await, 200);
    // What is given up can be had again.
    drop(held.pop());
    let again = async {
        loop {
            let mut more = connect(&server, [127, 0, 0, 2]).await;
            more.write_all(ASK).await.ok();
            if answer(&mut more).await == 200 {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, again).await.expect("the place that was given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_each_client_is_counted_by_itself() {
    let variables = [("RATE_LIMITS", "on"), ("TRUSTED_PROXIES", "127.0.0.1")];
    let mut server = Server::prepared(Kind::Sqlite, &variables, |it| {
        it.server.max_connections_per_address = 2;
    })
    .await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let get = |client: &'static str, path: &'static str| {
        server.http.get(server.url(path)).header("X-Forwarded-For", client).send()
    };
    // Two polls that wait for news, of two sessions. The first brings a ping.
    let client = ("X-Forwarded-For", "192.0.2.1");
    for _ in 0..2 {
        let session = server.try_polling("/socket.io/", &[client]).await.unwrap();
        session.poll().await;
        tokio::spawn(session.get().send());
    }
    let refused = async {
        while get("192.0.2.1", "/health/live").await.unwrap().status() == StatusCode::OK {
            sleep(Duration::from_millis(50)).await;
        }
        get("192.0.2.1", "/health/live").await.unwrap().status()
    };
    assert_eq!(timeout(PATIENCE, refused).await.expect("a refusal"), 429);
    for _ in 0..5 {
        assert_eq!(get("192.0.2.2", "/health/live").await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_idle_makes_room_and_whoever_is_at_work_does_not() {
    let server = Server::tweaked(|it| {
        it.server.max_connections = 6;
        (it.server.header_seconds, it.server.body_seconds) = (600, 600);
    })
    .await;
    let mut idle = Vec::new();
    for _ in 0..4 {
        let mut stream = connect(&server, [127, 0, 0, 1]).await;
        stream.write_all(ASK).await.unwrap();
        assert_eq!(answer(&mut stream).await, 200);
        idle.push(stream);
    }
    let mut working =
        vec![busy(&server, [127, 0, 0, 1]).await, busy(&server, [127, 0, 0, 1]).await];
    for _ in 0..4 {
        let mut new = busy(&server, [127, 0, 0, 1]).await;
        new.write_all(b"\"").await.unwrap();
        working.push(new);
    }
    for mut stream in idle {
        assert_eq!(answer(&mut stream).await, 0, "it was idle");
    }
    for mut stream in working.into_iter().take(2) {
        stream.write_all(b"[1, 2, 3]").await.unwrap();
        assert_eq!(answer(&mut stream).await, 422, "it was at work");
    }
}
