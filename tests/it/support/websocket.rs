//! A client with a plain WebSocket: what goes in and out is JSON, and how it ends matters.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::support::server::Server;

const PATIENCE: Duration = Duration::from_secs(10);
/// Long enough for anything under way to arrive.
const MOMENT: Duration = Duration::from_millis(300);

pub struct Plain {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    heard: VecDeque<Value>,
    end: Option<End>,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Closed(u16, String),
    /// Without a closing frame.
    Broken,
}

impl Server {
    /// With whatever a client puts into its handshake: `Cookie`, `Authorization`, `Origin`.
    /// A refusal is the status of the answer and its body.
    pub async fn try_plain(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Plain, (u16, String)> {
        let url = format!("ws://{}{path}", self.address);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Plain { stream, heard: VecDeque::new(), end: None }),
            Err(Error::Http(refusal)) => {
                let body = refusal.body().clone().unwrap_or_default();
                Err((refusal.status().as_u16(), String::from_utf8(body).unwrap()))
            }
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn plain_by_cookie(&self, path: &str, token: &str) -> Plain {
        let cookie = format!("access_token={token}");
        self.try_plain(path, &[("Cookie", &cookie)]).await.unwrap()
    }

    pub async fn plain_by_bearer(&self, path: &str, token: &str) -> Plain {
        let header = format!("Bearer {token}");
        self.try_plain(path, &[("Authorization", &header)]).await.unwrap()
    }

    pub async fn plain_by_query(&self, path: &str, token: &str) -> Plain {
        self.try_plain(&format!("{path}?token={token}"), &[]).await.unwrap()
    }
}

impl Plain {
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// The same, unless the line is broken.
    pub async fn try_send_text(&mut self, text: &str) -> bool {
        self.stream.send(Message::text(text)).await.is_ok()
    }

    pub async fn send_binary(&mut self, bytes: &[u8]) {
        self.stream.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    /// The next frame, in time.
    pub async fn hear(&mut self) -> Value {
        self.hear_where(|_| true).await
    }

    /// The next frame that fits; others are kept.
    pub async fn hear_where(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(at) = self.heard.iter().position(&fits) {
                return self.heard.remove(at).unwrap();
            }
            let more = timeout(PATIENCE, self.read()).await;
            let more = more.unwrap_or_else(|_| panic!("nothing fitting in {:?}", self.heard));
            assert!(more, "ended with {:?} after {:?}", self.end, self.heard);
        }
    }

    /// Whatever was heard and not taken, after a moment long enough for anything under way.
    pub async fn overhear(&mut self) -> Vec<Value> {
        while let Ok(true) = timeout(MOMENT, self.read()).await {}
        self.heard.drain(..).collect()
    }

    /// What has come in and was not taken, without waiting for more.
    pub fn so_far(&mut self) -> Vec<Value> {
        self.heard.drain(..).collect()
    }

    pub async fn expect_silence(&mut self) {
        assert_eq!(self.overhear().await, [Value::Null; 0]);
        assert_eq!(self.end, None);
    }

    /// Waits for the end, which must come within a second.
    pub async fn expect_end(&mut self) -> End {
        self.end_within(Duration::from_secs(1)).await
    }

    pub async fn end_within(&mut self, time: Duration) -> End {
        let all = async { while self.read().await {} };
        timeout(time, all).await.expect("the connection to end in time");
        self.end.clone().unwrap()
    }

    /// Goes away as a client does that says goodbye.
    pub async fn close(mut self) {
        self.stream.close(None).await.ok();
        while let Some(Ok(_)) = self.stream.next().await {}
    }

    /// Takes in one frame; `false` when there are no more.
    async fn read(&mut self) -> bool {
        while self.end.is_none() {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    self.heard.push_back(serde_json::from_str(&text).unwrap());
                    return true;
                }
                Some(Ok(Message::Close(frame))) => {
                    let end = frame.map_or(End::Closed(1_005, String::new()), |it| {
                        End::Closed(it.code.into(), it.reason.to_string())
                    });
                    self.end = Some(end);
                    // The answer to it leaves while the end is read.
                    timeout(MOMENT, self.stream.next()).await.ok();
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => self.end = Some(End::Broken),
            }
        }
        false
    }
}
