//! A Socket.IO client that polls, request by request, so that tests may break off any of them.

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{people::Person, server::Server};

#[derive(Clone)]
pub struct Polling {
    http: Client,
    url: String,
    /// What goes with every request.
    headers: Vec<(&'static str, String)>,
    pub sid: String,
}

impl Server {
    /// A session on which nobody has been let in yet.
    pub async fn try_polling(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Polling, StatusCode> {
        let url = self.url(&format!("{path}?EIO=4&transport=polling"));
        let headers: Vec<_> = headers.iter().map(|(name, it)| (*name, (*it).to_owned())).collect();
        let mut polling = Polling { http: self.http.clone(), url, headers, sid: String::new() };
        let answer = polling.get().send().await.unwrap();
        if answer.status() != StatusCode::OK {
            return Err(answer.status());
        }
        let open: Value = serde_json::from_str(&answer.text().await.unwrap()[1..]).unwrap();
        open["sid"].as_str().unwrap().clone_into(&mut polling.sid);
        polling.url = format!("{}&sid={}", polling.url, polling.sid);
        Ok(polling)
    }

    /// Somebody's native socket, already greeted.
    pub async fn polling(&self, person: &Person, headers: &[(&'static str, &str)]) -> Polling {
        let polling = self.try_polling("/socket.io/", headers).await.unwrap();
        polling.say(&format!("40{}", json!({"token": person.token}))).await;
        polling.hear("session:ready").await;
        polling
    }
}

impl Polling {
    /// The same session, as somebody else would use it who knows its id.
    pub fn stolen(&self, headers: &[(&'static str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, it)| (*name, (*it).to_owned())).collect();
        Self { headers, ..self.clone() }
    }

    pub fn get(&self) -> RequestBuilder {
        self.with_headers(self.http.get(&self.url))
    }

    pub fn post(&self, packets: impl Into<reqwest::Body>) -> RequestBuilder {
        self.with_headers(self.http.post(&self.url).body(packets))
    }

    pub async fn say(&self, packet: &str) {
        let answer = self.post(packet.to_owned()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    pub async fn poll(&self) -> Response {
        self.get().send().await.unwrap()
    }

    /// Polls until an event of this name comes, and answers pings on the way.
    pub async fn hear(&self, event: &str) -> Value {
        self.hear_where(|it| it[0] == event).await[1].clone()
    }

    pub async fn hear_where(&self, fits: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..100 {
            let answer = self.poll().await;
            assert_eq!(answer.status(), StatusCode::OK);
            let mut found = None;
            for packet in answer.text().await.unwrap().split('\x1e') {
                if packet == "2" {
                    self.say("3").await;
                }
                let event = packet.strip_prefix("42").and_then(|it| serde_json::from_str(it).ok());
                found = found.or(event.filter(&fits));
            }
            if let Some(event) = found {
                return event;
            }
        }
        panic!("it was not said");
    }

    fn with_headers(&self, request: RequestBuilder) -> RequestBuilder {
        self.headers.iter().fold(request, |it, (name, value)| it.header(*name, value))
    }
}
