//! Clients of Engine.IO 3 (socket.io-client 2.x), as they speak.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use crate::support::{databases::Kind, people::Person, server::Server};

const PATIENCE: Duration = Duration::from_secs(20);

struct OldClient(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl OldClient {
    async fn open(server: &Server, query: &str) -> Self {
        let path = format!("/socket.io/?EIO=3&transport=websocket{query}");
        let (stream, _) = connect_async(format!("ws://{}{path}", server.address)).await.unwrap();
        Self(stream)
    }

    async fn say(&mut self, packet: &str) {
        self.0.send(Message::text(packet)).await.unwrap();
    }

    /// The next packet that begins like this.
    async fn hear(&mut self, start: &str) -> String {
        let heard = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) if text.starts_with(start) => {
                        return text.to_string();
                    }
                    Some(Ok(_)) => {}
                    other => panic!("{other:?} before {start}"),
                }
            }
        };
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{start} was not said"))
    }
}

async fn with_old_clients() -> (Server, Person, Person) {
    let server = Server::with(Kind::Sqlite, &[("ENGINE_IO_3", "on")]).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    (server, ann, bob)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_is_asked_for_with_a_query_and_a_refusal_is_a_text() {
    let (server, ann, bob) = with_old_clients().await;
    let mut old = OldClient::open(&server, "").await;
    assert_eq!(old.hear("44").await, "44\"unauthorized\"");
    for (query, refusal) in [("", "unauthorized"), ("?token=junk", "unauthorized")] {
        old.say(&format!("40/chat{query},")).await;
        assert_eq!(old.hear("44").await, format!("44/chat,\"{refusal}\""));
    }
    old.say("40/nowhere?token=x,").await;
    assert_eq!(old.hear("44").await, "44/nowhere,\"Invalid namespace\"");
    old.say(&format!("40/chat?x=1&token={},", ann.token)).await;
    old.hear("40/chat").await;
    old.hear("42/chat,[\"session:ready\"").await;
    let room = server.group(&ann, &[&bob]).await;
    let words = json!(["message:send", {"chatroom_id": room, "content": "40/chat?token=x"}]);
    old.say(&format!("42/chat,7{words}")).await;
    let answer = old.hear("43/chat,7").await;
    let answer: Value = serde_json::from_str(&answer["43/chat,7".len()..]).unwrap();
    assert_eq!(answer[0]["ok"], true, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_namespace_takes_the_token_of_the_address() {
    let (server, ann, _) = with_old_clients().await;
    let mut old = OldClient::open(&server, &format!("&token={}", ann.token)).await;
    old.hear("42[\"session:ready\"").await;
    old.say("2").await;
    old.hear("3").await;
    // Nobody else may put one there.
    let url = format!("/socket.io/?EIO=4&transport=polling&token={}", ann.token);
    let opened = server.http.get(server.url(&url)).send().await.unwrap().text().await.unwrap();
    let opened: Value = serde_json::from_str(&opened[1..]).unwrap();
    let line = server.url(&format!("{url}&sid={}", opened["sid"].as_str().unwrap()));
    server.http.post(&line).body("40").send().await.unwrap();
    let mut heard = String::new();
    while !packets(&heard).any(|it| it.starts_with("44")) {
        heard = server.http.get(&line).send().await.unwrap().text().await.unwrap();
        assert!(!packets(&heard).any(|it| it.starts_with("40")), "{heard}");
    }
}

/// Of the answer to a poll.
fn packets(answer: &str) -> impl Iterator<Item = &str> {
    answer.split('\x1e')
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_same_for_those_who_poll() {
    let (server, ann, bob) = with_old_clients().await;
    let path = "/socket.io/?EIO=3&transport=polling";
    let opened = server.http.get(server.url(path)).send().await.unwrap().text().await.unwrap();
    let opened: Value = serde_json::from_str(&opened[opened.find('{').unwrap()..]).unwrap();
    let line = server.url(&format!("{path}&sid={}", opened["sid"].as_str().unwrap()));
    let say = async |packets: &[String]| {
        let framed: Vec<_> = packets.iter().map(|it| format!("{}:{it}", it.len())).collect();
        let body = framed.concat();
        server.http.post(&line).body(body).send().await.unwrap().status().as_u16()
    };
    let hear = async |words: &str| {
        let mut all = String::new();
        for _ in 0..50 {
            all += &server.http.get(&line).send().await.unwrap().text().await.unwrap();
            if all.contains(words) {
                return;
            }
        }
        panic!("{words} was not said: {all}");
    };
    hear("16:44\"unauthorized\"").await;
    assert_eq!(say(&["40/chat?token=x,".to_owned()]).await, 200);
    hear("22:44/chat,\"unauthorized\"").await;
    assert_eq!(say(&[format!("40/chat?token={},", ann.token)]).await, 200);
    hear("42/chat,[\"session:ready\"").await;
    // A burst is no more than its packets.
    let room = server.group(&ann, &[&bob]).await;
    let words = "x".repeat(3_000);
    let event = json!(["message:send", {"chatroom_id": room, "content": words}]);
    assert_eq!(say(&vec![format!("42/chat,{event}"); 60]).await, 200);
    hear("\"seq\":60").await;
}
