//! A small Socket.IO client of our own, so that tests see every packet.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::support::{people::Person, server::Server};

const PATIENCE: Duration = Duration::from_secs(10);

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    events: VecDeque<(String, Value)>,
    acks: VecDeque<(u64, Value)>,
    last_ack: u64,
    is_over: bool,
}

/// Why no socket was to be had.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    Handshake(u16),
    Connect(String),
    /// Nobody is there, or went while we spoke.
    Unreachable,
}

impl Server {
    /// A native socket, already greeted.
    pub async fn socket(&self, person: &Person) -> Socket {
        let auth = json!({"token": person.token});
        let mut socket = self.try_socket("/socket.io/", Some(auth), None).await.unwrap();
        socket.hear("session:ready").await;
        socket
    }

    /// A native socket of a client that bears it when the server is not there.
    pub async fn reach(&self, person: &Person) -> Option<Socket> {
        let auth = json!({"token": person.token});
        let mut socket = self.try_socket("/socket.io/", Some(auth), None).await.ok()?;
        while !socket.events.iter().any(|it| it.0 == "session:ready") {
            let packet = timeout(PATIENCE, socket.read()).await.ok()??;
            socket.sort(&packet);
        }
        Some(socket)
    }

    /// The line of a client that is greeted, and then never reads again.
    pub async fn sleeping_socket(&self, person: &Person) -> TcpStream {
        let socket = self.socket(person).await;
        match socket.stream.into_inner() {
            MaybeTlsStream::Plain(stream) => stream,
            _ => panic!("tests speak plainly"),
        }
    }

    pub async fn try_socket(
        &self,
        path: &str,
        auth: Option<Value>,
        origin: Option<&str>,
    ) -> Result<Socket, Refused> {
        let headers: Vec<_> = origin.into_iter().map(|it| ("origin", it)).collect();
        self.try_socket_with(path, auth, &headers).await
    }

    /// With whatever a client puts into its handshake.
    pub async fn try_socket_with(
        &self,
        path: &str,
        auth: Option<Value>,
        headers: &[(&'static str, &str)],
    ) -> Result<Socket, Refused> {
        let url = format!("ws://{}{path}?EIO=4&transport=websocket", self.address);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let stream = match connect_async(request).await {
            Ok((stream, _)) => stream,
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                return Err(Refused::Handshake(response.status().as_u16()));
            }
            Err(_) => return Err(Refused::Unreachable),
        };
        let (events, acks) = (VecDeque::new(), VecDeque::new());
        let mut socket = Socket { stream, events, acks, last_ack: 0, is_over: false };
        let connect = format!("40{}", auth.map_or(String::new(), |it| it.to_string()));
        socket.stream.send(Message::text(connect)).await.or(Err(Refused::Unreachable))?;
        loop {
            let packet = socket.packet().await.ok_or(Refused::Unreachable)?;
            if packet.starts_with("40") {
                return Ok(socket);
            }
            if let Some(refusal) = packet.strip_prefix("44") {
                let refusal: Value = serde_json::from_str(refusal).unwrap();
                return Err(Refused::Connect(refusal["message"].as_str().unwrap().to_owned()));
            }
            // What a quick server says right after CONNECT is not lost.
            socket.sort(&packet);
        }
    }
}

impl Socket {
    pub async fn raw(&mut self, text: String) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn emit(&mut self, event: &str, payload: &Value) {
        self.raw(format!("42{}", json!([event, payload]))).await;
    }

    /// Sends an event without waiting for its acknowledgement.
    pub async fn post(&mut self, event: &str, payload: &Value) -> u64 {
        self.last_ack += 1;
        self.raw(format!("42{}{}", self.last_ack, json!([event, payload]))).await;
        self.last_ack
    }

    /// The same, unless the line is broken.
    pub async fn try_post(&mut self, event: &str, payload: &Value) -> Option<()> {
        self.last_ack += 1;
        let packet = format!("42{}{}", self.last_ack, json!([event, payload]));
        self.stream.send(Message::text(packet)).await.ok()
    }

    /// The same, to leave with whatever is sent next.
    pub async fn prepare(&mut self, event: &str, payload: &Value) {
        self.last_ack += 1;
        let packet = format!("42{}{}", self.last_ack, json!([event, payload]));
        self.stream.feed(Message::text(packet)).await.unwrap();
    }

    pub async fn answer(&mut self, id: u64) -> Value {
        loop {
            if let Some(at) = self.acks.iter().position(|it| it.0 == id) {
                return self.acks.remove(at).unwrap().1;
            }
            assert!(self.next().await, "the connection ended before acknowledgement {id}");
        }
    }

    pub async fn ask(&mut self, event: &str, payload: Value) -> Value {
        let id = self.post(event, &payload).await;
        self.answer(id).await
    }

    /// The data of an acknowledgement that is `ok`, or nothing when the line breaks first.
    pub async fn try_ok(&mut self, event: &str, payload: &Value) -> Option<Value> {
        let answer = self.try_ask(event, payload).await?;
        (answer["ok"] == true).then(|| answer["data"].clone())
    }

    /// The acknowledgement, or nothing when the line breaks first.
    pub async fn try_ask(&mut self, event: &str, payload: &Value) -> Option<Value> {
        self.try_post(event, payload).await?;
        loop {
            if let Some(at) = self.acks.iter().position(|it| it.0 == self.last_ack) {
                return Some(self.acks.remove(at)?.1);
            }
            let packet = timeout(PATIENCE, self.read()).await.ok()??;
            self.sort(&packet);
        }
    }

    /// The data of an acknowledgement that must be `ok`.
    pub async fn ok(&mut self, event: &str, payload: Value) -> Value {
        let answer = self.ask(event, payload).await;
        assert_eq!(answer["ok"], true, "{event}: {answer}");
        answer["data"].clone()
    }

    /// The code of an acknowledgement that must not be `ok`.
    pub async fn fault(&mut self, event: &str, payload: Value) -> String {
        let answer = self.ask(event, payload).await;
        assert_eq!(answer["ok"], false, "{event}: {answer}");
        answer["error"]["code"].as_str().unwrap().to_owned()
    }

    /// The next event of this name; others are kept.
    pub async fn hear(&mut self, event: &str) -> Value {
        loop {
            if let Some(at) = self.events.iter().position(|it| it.0 == event) {
                return self.events.remove(at).unwrap().1;
            }
            let on = self.next().await;
            assert!(on, "the connection ended before {event}; heard {:?}", self.events);
        }
    }

    /// All that has arrived and was not asked for, in its order.
    pub fn heard(&mut self) -> Vec<(String, Value)> {
        self.events.drain(..).collect()
    }

    /// The next event that tells of a change in a room, of any name; others are kept.
    pub async fn hear_change(&mut self) -> (String, Value) {
        loop {
            if let Some(at) = self.events.iter().position(|it| it.1["rev"].is_i64()) {
                return self.events.remove(at).unwrap();
            }
            assert!(self.next().await, "the connection ended; heard {:?}", self.events);
        }
    }

    /// What was heard of this name within a moment long enough for anything under way.
    pub async fn overhear(&mut self, event: &str) -> Vec<Value> {
        while let Ok(Some(packet)) = timeout(Duration::from_millis(300), self.read()).await {
            self.sort(&packet);
        }
        self.events.iter().filter(|it| it.0 == event).map(|it| it.1.clone()).collect()
    }

    /// What has come in and was not taken, without waiting for more.
    pub fn so_far(&mut self) -> Vec<Value> {
        self.events.drain(..).map(|(event, data)| json!([event, data])).collect()
    }

    /// Waits until the server ends the connection.
    pub async fn ended(&mut self, within: Duration) -> bool {
        let all = async { while !self.is_over && self.next_of_all().await {} };
        timeout(within, all).await.is_ok()
    }

    /// Whether it is let in over a line that it was ended on.
    pub async fn connects_again(&mut self, token: &str) -> bool {
        let connect = format!("40{}", json!({"token": token}));
        if self.stream.send(Message::text(connect)).await.is_err() {
            return false;
        }
        while let Some(packet) = self.packet().await {
            if packet.starts_with("40") {
                return true;
            }
        }
        false
    }

    /// Takes in what has arrived; `false` when the server has ended the connection.
    pub async fn listen(&mut self) -> bool {
        while let Ok(is_more) = timeout(Duration::ZERO, self.next_of_all()).await {
            if !is_more || self.is_over {
                return false;
            }
        }
        true
    }

    /// Takes in one packet; `false` when there are no more.
    async fn next(&mut self) -> bool {
        let next = timeout(PATIENCE, self.next_of_all());
        next.await.expect("something to be heard in time")
    }

    /// The same, however long it takes.
    async fn next_of_all(&mut self) -> bool {
        let packet = self.read().await;
        packet.inspect(|it| self.sort(it)).is_some()
    }

    async fn packet(&mut self) -> Option<String> {
        timeout(PATIENCE, self.read()).await.expect("something to be heard in time")
    }

    /// The next Socket.IO packet; pings are answered on the way.
    async fn read(&mut self) -> Option<String> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Text(text)) if text.as_str() == "2" => {
                    self.stream.send(Message::text("3")).await.ok()?;
                }
                Ok(Message::Text(text)) if text.starts_with('4') => return Some(text.to_string()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    fn sort(&mut self, packet: &str) {
        let digits = packet[2..].chars().take_while(char::is_ascii_digit).count();
        let (id, body) = packet[2..].split_at(digits);
        match &packet[..2] {
            "42" => {
                let body: (String, Value) = serde_json::from_str(body).unwrap();
                self.events.push_back(body);
            }
            "43" => {
                let body: Vec<Value> = serde_json::from_str(body).unwrap();
                let body = body.into_iter().next().unwrap_or_default();
                self.acks.push_back((id.parse().unwrap(), body));
            }
            "41" => self.is_over = true,
            _ => {}
        }
    }
}
