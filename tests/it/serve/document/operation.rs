//! One operation of the document, and how it is asked.

use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::probe::{self, Probe};
use crate::support::{
    document::{Operation, operations},
    people::{PASSWORD, Person},
    server::Server,
};

/// What there is to be asked about. All of it is Ann's.
pub struct Samples {
    pub ann: Person,
    pub bob: Person,
    room: String,
    number: i64,
    message: i64,
    server: i64,
    channel: i64,
    file: String,
    session: String,
    code: String,
}

impl Samples {
    pub async fn build(server: &Server) -> Self {
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let public = json!({"kind": "public", "chatroom_name": "the square"});
        let room = server.ok(Method::POST, "/v1/rooms", &ann, Some(public)).await;
        let room = room["chatroom_id"].as_str().unwrap().to_owned();
        let rooms = server.get("/api/rooms", &ann).await;
        let rooms = rooms.as_array().unwrap();
        let number = rooms.iter().find(|it| it["name"] == "the square").unwrap()["id"].clone();
        let body = json!({"name": "the sea"});
        let server_id = server.ok(Method::POST, "/servers/", &ann, Some(body)).await["id"].clone();
        let grotto = json!({"name": "the grotto", "server_id": server_id});
        let channel = server.ok(Method::POST, "/channels/", &ann, Some(grotto)).await;
        server.ok(Method::POST, &format!("/servers/{server_id}/join"), &bob, None).await;
        server.ok(Method::PUT, &format!("/v1/rooms/{room}/members/me"), &bob, None).await;
        let path = format!("/v1/servers/{server_id}/invites");
        let invite = server.ok(Method::POST, &path, &ann, Some(json!({}))).await;
        let part =
            reqwest::multipart::Part::bytes(crate::support::files::png(2, 2)).file_name("cat.png");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/v1/files")).bearer_auth(&ann.token);
        let file: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
        let sessions = server.get("/v1/sessions", &ann).await;
        Self {
            message: server.say(&ann, &room, "hello").await["message_id"].as_i64().unwrap(),
            room,
            number: number.as_i64().unwrap(),
            server: server_id.as_i64().unwrap(),
            channel: channel["id"].as_i64().unwrap(),
            file: file["id"].as_str().unwrap().to_owned(),
            session: sessions["items"][0]["session_id"].as_str().unwrap().to_owned(),
            code: invite["code"].as_str().unwrap().to_owned(),
            ann,
            bob,
        }
    }

    /// Ann, or for what may end somebody's session or account, somebody new.
    pub async fn asker(&self, server: &Server, operation: &Operation) -> Person {
        let alone = ["password", "logout", "/user/{user_id}", "token", "/v1/sessions"];
        let is_own = operation.path.split('/').any(|it| it == "me");
        if is_own || alone.iter().any(|it| operation.path.contains(it)) {
            return server.person(&format!("asker{}", next())).await;
        }
        self.ann.clone()
    }

    /// Something that is taken for what is called so.
    pub fn value(&self, name: &str) -> Value {
        match name {
            "username" | "user_id" => json!(format!("somebody{}", next())),
            "email" => json!(format!("somebody{}@example.com", next())),
            "password" | "old_password" | "current_password" => json!(PASSWORD),
            "new_password" => json!("battery staple"),
            "kind" => json!("group"),
            "user_ids" | "members_id" => json!([self.bob.id]),
            "message_type" => json!("text"),
            "read_status" => json!("unread"),
            "reaction_type" => json!("👍"),
            "role" => json!("member"),
            "direction" => json!("in"),
            "chatroom_id" => json!(self.room),
            "server_id" => json!(self.server),
            "message_id" => json!(self.message),
            "friend_id" => json!(self.bob.id),
            "limit" => json!(50),
            "seq" => json!(1),
            "rooms" => json!({}),
            _ => json!("words"),
        }
    }
}

impl Operation {
    /// What goes goes last.
    pub fn all(document: &Value) -> impl Iterator<Item = Self> {
        let mut all = operations(document);
        all.sort_by_key(|it| it.method == Method::DELETE || it.path.contains("leave"));
        all.into_iter()
    }

    pub fn is_socket(&self) -> bool {
        self.value["responses"]["101"].is_object()
    }

    /// Sockets, and the end of an account: what is done to it is tried elsewhere.
    pub fn is_left_alone(&self) -> bool {
        self.is_socket() || self.method == Method::DELETE && self.path == "/v1/me"
    }

    pub fn form(&self) -> Option<(&str, &Value)> {
        let content = self.value["requestBody"]["content"].as_object()?;
        let (kind, it) = content.iter().next()?;
        Some((kind.as_str(), &it["schema"]))
    }

    pub fn probes(&self, document: &Value, samples: &Samples) -> Vec<Probe> {
        let mut probes = Vec::new();
        let body = self.form().map(|it| probe::whole_body(document, it.1, samples));
        for parameter in self.parameters("query") {
            probe::of_parameter(&mut probes, parameter, body.as_ref());
        }
        if let Some((kind, schema)) = self.form()
            && kind != "multipart/form-data"
        {
            probe::of_body(&mut probes, document, schema, kind == "application/json", samples);
        }
        probes
    }

    pub fn url(&self, samples: &Samples, query: &[(String, String)]) -> String {
        let is_numbered = matches!(self.tag.as_str(), "swift" | "discord");
        let room = if is_numbered { samples.number.to_string() } else { samples.room.clone() };
        let user = if self.path.starts_with("/user/") { samples.ann.id } else { samples.bob.id };
        let numbers =
            [samples.channel, samples.server, samples.message, user].map(|it| it.to_string());
        let [channel, server, message, user] = &numbers;
        let url = self.filled(|name| match name {
            "chatroom_id" | "chat_id" => &samples.room,
            "room_id" | "room" => &room,
            "channel_id" => channel,
            "chat_type" => "group",
            "server_id" => server,
            "message_id" => message,
            "user_id" => user,
            "file_id" => &samples.file,
            "filename" => "cat.png",
            "session_id" => &samples.session,
            "code" => &samples.code,
            "emoji" => "%F0%9F%91%8D",
            unknown => panic!("{unknown} is an id that this test does not know"),
        });
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query);
        format!("{url}?{}", pairs.finish())
    }

    pub async fn ask(
        &self,
        server: &Server,
        who: &Person,
        probe: &Probe,
        samples: &Samples,
    ) -> (StatusCode, Value) {
        let required = self.parameters("query").filter(|it| it["required"] == true);
        let mut query: Map<String, Value> = required
            .filter_map(|it| it["name"].as_str())
            .map(|it| (it.to_owned(), samples.value(it)))
            .collect();
        probe.query(&mut query);
        let query: Vec<(String, String)> =
            query.iter().map(|(name, it)| (name.clone(), spelled(it))).collect();
        let mut url = self.url(samples, &query);
        if self.path == "/user/{user_id}" {
            url = url.replace(&samples.ann.id.to_string(), &who.id.to_string());
        }
        let request = server.http.request(self.method.clone(), server.url(&url));
        let request = request.bearer_auth(&who.token);
        let request = match (self.form(), probe.body()) {
            (Some(("application/json", _)), Some(body)) => request.json(body),
            (Some(_), Some(body)) => {
                let fields = body.as_object().unwrap().iter();
                let pairs: Vec<_> = fields.map(|(name, it)| (name, spelled(it))).collect();
                request.form(&pairs)
            }
            _ => request,
        };
        let response = request.send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

fn spelled(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(spelled).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

pub fn next() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}
