//! What the official suites of Engine.IO v4 and Socket.IO v5 check, packet by packet. Only the
//! ping right after a handshake is left out: the library says it, and clients do not mind.
//!
//! Held elsewhere, and not repeated here: `abuse::sessions` (a session goes on with whoever opened
//! it, a poll that is broken off ends it, bursts and packets that are too long, sessions that
//! nobody is let in on give up their places), `old_clients` (the same protocol in the words of
//! Engine.IO 3), `tests/clients/connecting.test.mjs` (the real client over each transport, its
//! refusals, its upgrade, foreign origins, a version that is too old).
mod engine_io;
mod socket_io;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};

use crate::support::{people::Person, polling::Polling, server::Server};

const PATIENCE: Duration = Duration::from_secs(90);
const WEBSOCKET: &str = "EIO=4&transport=websocket";

/// A WebSocket that shows every packet, and answers pings if it is told to.
struct Connection {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    answers: bool,
    pings: usize,
}

impl Connection {
    /// The status of the answer when it is refused.
    async fn try_open(server: &Server, query: &str) -> Result<Self, u16> {
        match connect_async(format!("ws://{}/socket.io/?{query}", server.address)).await {
            Ok((stream, _)) => Ok(Self { stream, answers: true, pings: 0 }),
            Err(Error::Http(refusal)) => Err(refusal.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// A session of its own, on which nobody has been let in.
    async fn open(server: &Server) -> Self {
        let mut line = Self::try_open(server, WEBSOCKET).await.unwrap();
        line.hear("0{").await;
        line
    }

    /// The same, on which somebody is in the main namespace.
    async fn connected(server: &Server, person: &Person) -> Self {
        let mut line = Self::open(server).await;
        line.connect(person, "").await;
        line
    }

    /// `namespace` with its comma.
    async fn connect(&mut self, person: &Person, namespace: &str) -> String {
        self.say(&format!("40{namespace}{}", json!({"token": person.token}))).await;
        let answer = self.hear(&format!("40{namespace}")).await;
        self.hear(&format!("42{namespace}[\"session:ready\"")).await;
        answer
    }

    async fn say(&mut self, packet: &str) {
        self.stream.send(Message::text(packet)).await.unwrap();
    }

    async fn say_bytes(&mut self, bytes: &'static [u8]) {
        self.stream.send(Message::binary(bytes)).await.unwrap();
    }

    /// The next packet, until there are no more.
    async fn next(&mut self) -> Option<String> {
        loop {
            let frame = timeout(PATIENCE, self.stream.next()).await.expect("a packet or an end");
            match frame? {
                Ok(Message::Text(packet)) => {
                    if packet.as_str() == "2" {
                        self.pings += 1;
                        if self.answers {
                            self.stream.send(Message::text("3")).await.ok()?;
                        }
                    }
                    return Some(packet.to_string());
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next packet that begins like this.
    async fn hear(&mut self, start: &str) -> String {
        let heard = async {
            loop {
                let packet = self.next().await;
                let packet = packet.unwrap_or_else(|| panic!("the end came before {start}"));
                if packet.starts_with(start) {
                    return packet;
                }
            }
        };
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{start} was not said"))
    }

    /// Comes back once the server has ended the connection.
    async fn ends(&mut self) {
        let all = async { while self.next().await.is_some() {} };
        timeout(PATIENCE, all).await.expect("an end");
    }

    /// The connection is of use: an event in this namespace is answered.
    async fn works(&mut self, namespace: &str) {
        self.say(&format!("42{namespace}77[\"nobody:knows\",{{}}]")).await;
        self.hear(&format!("43{namespace}77[")).await;
    }
}

/// Whether a polling session is unknown, as the engine says it.
async fn is_unknown(session: &Polling) -> bool {
    let answer = session.poll().await;
    let status = answer.status();
    let problem: serde_json::Value = answer.json().await.unwrap_or_default();
    status == 400 && problem["message"] == "Session ID unknown"
}
