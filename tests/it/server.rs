//! Servers by their native routes: who may do what, and what others hear of it.
mod events;
mod invite;
mod member;
mod on_discord;
mod owner;
mod permission;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{people::Person, server::Server};

/// A server with one channel.
pub struct ChannelServer {
    pub id: i64,
    pub channel: String,
}

impl ChannelServer {
    pub async fn made(server: &Server, owner: &Person, is_open: bool) -> Self {
        let body = json!({"name": "the sea", "is_open": is_open});
        let channel_server = server.ok(Method::POST, "/v1/servers", owner, Some(body)).await;
        let id = channel_server["server_id"].as_i64().unwrap();
        let body = json!({"chatroom_name": "north"});
        let path = format!("/v1/servers/{id}/channels");
        let channel = server.ok(Method::POST, &path, owner, Some(body)).await;
        assert_eq!((&channel["kind"], &channel["server_id"]), (&json!("channel"), &json!(id)));
        Self { id, channel: channel["chatroom_id"].as_str().unwrap().to_owned() }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/v1/servers/{}{rest}", self.id)
    }

    /// Somebody who is on it, as something.
    pub async fn with(&self, server: &Server, owner: &Person, name: &str, role: &str) -> Person {
        let person = server.person(name).await;
        let invite = self.invite(server, owner, json!({})).await;
        server.ok(Method::POST, &invite, &person, None).await;
        let path = self.path(&format!("/members/{}", person.id));
        let member = server.ok(Method::PUT, &path, owner, Some(json!({"role": role}))).await;
        assert_eq!(member["role"], role);
        person
    }

    /// Where somebody accepts an invitation.
    pub async fn invite(&self, server: &Server, host: &Person, draft: Value) -> String {
        let made = server.ok(Method::POST, &self.path("/invites"), host, Some(draft)).await;
        made["url"].as_str().unwrap().to_owned()
    }

    pub async fn ban(&self, server: &Server, host: &Person, whom: &Person) {
        let path = self.path(&format!("/bans/{}", whom.id));
        server.ok(Method::PUT, &path, host, None).await;
    }
}

pub async fn status(
    server: &Server,
    method: Method,
    path: &str,
    who: &Person,
    body: Option<Value>,
) -> StatusCode {
    server.call(method, path, Some(who), body).await.0
}

/// The code of a call that must be refused.
pub async fn refusal(
    server: &Server,
    method: Method,
    path: &str,
    who: &Person,
    body: Option<Value>,
) -> String {
    let (status, answer) = server.call(method.clone(), path, Some(who), body).await;
    assert!(status.is_client_error(), "{method} {path}: {status} {answer}");
    answer["code"].as_str().unwrap().to_owned()
}
