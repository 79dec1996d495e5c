//! A server that is told to stop while something hangs.

use std::{fs, time::Duration};

use reqwest::Method;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

use crate::support::{
    databases::Kind, people::Person, process::Process, proxy::Proxy, server::Server,
};

/// Until the time in the settings is over, and a good deal more on a slow machine.
const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_while_postgres_hangs() {
    it_ends_while_the_database_hangs(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_while_mariadb_hangs() {
    it_ends_while_the_database_hangs(Kind::MariaDb).await;
}

async fn it_ends_while_the_database_hangs(kind: Kind) {
    let (process, proxy) = behind_proxy(kind, "[server]\ndrain_seconds = 2").await;
    let (ann, bob) = (process.person("ann").await, process.person("bob").await);
    let room = process.direct_room(&ann, &bob).await;
    let mut socket = process.socket(&ann).await;
    proxy.hang();
    socket.post("message:send", &json!({"chatroom_id": room, "content": "hello"})).await;
    let reads = tokio::spawn(read(process.url(&format!("/v1/rooms/{room}/messages")), ann));
    process.signal("TERM");
    assert!(process.ends(PATIENCE).await, "it waits for the database");
    reads.await.unwrap();
}

/// The other end goes when the server does.
async fn read(url: String, who: Person) {
    let client = reqwest::Client::new();
    client.request(Method::GET, url).bearer_auth(who.token).send().await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let settings = "[server]\ndrain_seconds = 3600\nheader_seconds = 3600";
    let server = Server::prepared(Kind::Sqlite, &[], |_| {}).await;
    fs::write(server.folder.path().join("parlor.toml"), settings).unwrap();
    let process = Process::of(server).await;
    // Somebody who does not come to an end.
    let mut line = TcpStream::connect(process.address).await.unwrap();
    line.write_all(b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        .await
        .unwrap();
    process.signal("TERM");
    while TcpStream::connect(process.address).await.is_ok() {
        sleep(Duration::from_millis(20)).await;
    }
    assert!(!process.ends(Duration::from_secs(1)).await, "nobody is being waited for");
    process.signal("TERM");
    assert!(process.ends(PATIENCE).await, "it goes on waiting");
}

async fn behind_proxy(kind: Kind, settings: &str) -> (Process, Proxy) {
    let (server, proxy) = Server::behind_proxy(kind, |_| {}).await;
    fs::write(server.folder.path().join("parlor.toml"), settings).unwrap();
    (Process::of(server).await, proxy)
}
