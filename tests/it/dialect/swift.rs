//! The iOS app: strict decoders, one socket per room, JSON in binary frames.
mod app;
mod files;
mod page;
mod reactions;
mod rooms;
mod socket;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{databases::Kind, people::Person, server::Server, websocket::Plain},
};

on_every_database!(names_are_taken_once_and_passwords_checked, a_refresh_token_is_used_once);

pub struct SwiftPerson {
    token: String,
    refresh: String,
}

impl Server {
    pub async fn swift_person(&self, name: &str) -> SwiftPerson {
        let body = json!({"username": name, "password": "password123"});
        let (status, pair) = self.tell("POST", "/api/auth/signup", None, Some(body)).await;
        assert_eq!(status, 200, "{pair}");
        SwiftPerson::of(&pair)
    }

    pub async fn tell(
        &self,
        method: &str,
        path: &str,
        who: Option<&SwiftPerson>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let method: Method = method.parse().unwrap();
        let mut request = self.http.request(method, self.url(path));
        if let Some(phone) = who {
            request = request.bearer_auth(&phone.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// What must be answered with 200.
    pub async fn fetch(&self, path: &str, who: &SwiftPerson) -> Value {
        let (status, answer) = self.tell("GET", path, Some(who), None).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub async fn open_room(&self, who: &SwiftPerson, name: &str) -> i64 {
        let body = json!({"name": name});
        let (status, room) = self.tell("POST", "/api/rooms", Some(who), Some(body)).await;
        assert_eq!(status, 200, "{room}");
        room["id"].as_i64().unwrap()
    }

    /// A socket in a room, already greeted.
    pub async fn enter(&self, who: &SwiftPerson, room: impl std::fmt::Display) -> Plain {
        let mut socket = self.plain_by_query(&format!("/ws/chat/{room}"), &who.token).await;
        assert_eq!(socket.hear().await["type"], "connected");
        socket
    }

    pub async fn listed(&self, who: &SwiftPerson, room: i64) -> Option<Value> {
        let rooms = self.fetch("/api/rooms", who).await;
        rooms.as_array().unwrap().iter().find(|it| it["id"] == room).cloned()
    }
}

impl SwiftPerson {
    /// Somebody of the native surface, who has the app as well.
    pub fn of_person(person: &Person) -> Self {
        Self { token: person.token.clone(), refresh: person.refresh.clone() }
    }

    fn of(pair: &Value) -> Self {
        let text = |key: &str| pair[key].as_str().unwrap().to_owned();
        Self { token: text("access_token"), refresh: text("refresh_token") }
    }
}

/// What comes under this type.
pub async fn hear(socket: &mut Plain, kind: &str) -> Value {
    socket.hear_where(|it| it["type"] == kind).await
}

pub fn said(words: &str) -> Value {
    json!({"type": "message", "content": words})
}

fn detail(words: &str) -> Value {
    json!({"detail": words})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_walks_from_top_to_bottom() {
    let server = Server::with(Kind::Sqlite, &[("SAMPLE_DATA", "on")]).await;
    let body = json!({"username": "testuser", "password": "password123"});
    let made = server.tell("POST", "/api/auth/signup", None, Some(body.clone())).await;
    assert_eq!((made.0, &made.1["message"]), (200, &json!("User registered successfully")));
    let (status, pair) = server.tell("POST", "/api/auth/login", None, Some(body)).await;
    assert_eq!((status, &pair["token_type"]), (200, &json!("bearer")));
    let user = SwiftPerson::of(&pair);
    let me = server.fetch("/api/auth/me", &user).await;
    assert_eq!(me["username"], "testuser");
    assert!(me["id"].is_i64() && me["created_at"].is_string(), "{me}");

    for (number, name) in [(1, "General"), (2, "Random"), (3, "Tech Talk")] {
        let room = server.fetch(&format!("/api/rooms/{number}"), &user).await;
        assert_eq!((&room["id"], &room["name"]), (&json!(number), &json!(name)));
        assert!(server.listed(&user, number).await.is_some());
    }
    let room = server.open_room(&user, "My New Room").await;
    assert_eq!(server.fetch(&format!("/api/rooms/{room}"), &user).await["name"], "My New Room");
    assert_eq!(server.fetch("/api/messages/1", &user).await, json!([]));
    assert_eq!(server.fetch("/api/messages/1/recent?limit=50", &user).await, json!([]));

    for (name, password) in [("admin", "admin123"), ("user1", "password123")] {
        let body = json!({"username": name, "password": password});
        assert_eq!(server.tell("POST", "/api/auth/login", None, Some(body)).await.0, 200);
    }
    let body = json!({"username": "user2", "password": "password123"});
    let pair = server.tell("POST", "/api/auth/login", None, Some(body)).await.1;
    let other = SwiftPerson::of(&pair);
    let mut mine = server.enter(&user, 1).await;
    let mut theirs = server.enter(&other, "general").await;
    hear(&mut mine, "user_joined").await;
    theirs.send(&json!({"type": "typing"})).await;
    assert_eq!(hear(&mut mine, "typing").await["message"], "user2 is typing...");
    theirs.send(&said("Hello, world!")).await;
    let heard = hear(&mut mine, "message").await;
    for key in ["type", "room_id", "sender", "message", "timestamp"] {
        assert!(!heard[key].is_null(), "{key} in {heard}");
    }
    assert_eq!((&heard["sender"], &heard["room_id"]), (&json!("user2"), &json!(1)));
    assert_eq!(server.tell("GET", "/health", None, None).await.1["status"], "healthy");
    let farewell = server.tell("POST", "/api/auth/logout", Some(&user), None).await;
    assert_eq!(farewell, (200, json!({"message": "Successfully logged out"})));
    assert_eq!(server.tell("GET", "/api/auth/me", Some(&user), None).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_brings_no_credential_is_told_apart_from_who_brings_a_bad_one() {
    let server = Server::start().await;
    let asked = async |value: Option<&str>| {
        let mut request = server.http.get(server.url("/api/rooms"));
        if let Some(value) = value {
            request = request.header("Authorization", value);
        }
        let response = request.send().await.unwrap();
        let bearer = response.headers().get("www-authenticate").map(|it| it.to_str().unwrap());
        let (status, bearer) = (response.status().as_u16(), bearer.map(str::to_owned));
        (status, bearer, response.json::<Value>().await.unwrap())
    };
    assert_eq!(asked(None).await, (403, None, detail("Not authenticated")));
    let basic = asked(Some("Basic x")).await;
    assert_eq!(basic, (403, None, detail("Invalid authentication credentials")));
    let junk = asked(Some("Bearer junk")).await;
    let bearer = Some("Bearer".to_owned());
    assert_eq!(junk, (401, bearer, detail("Could not validate credentials")));
}

async fn names_are_taken_once_and_passwords_checked(server: Server) {
    server.swift_person("ann").await;
    let signup = async |body| server.tell("POST", "/api/auth/signup", None, Some(body)).await;
    let login = async |body| server.tell("POST", "/api/auth/login", None, Some(body)).await;
    let taken = signup(json!({"username": "Ann", "password": "password123"})).await;
    assert_eq!(taken, (400, detail("Username already registered")));
    let (status, problem) = signup(json!({"username": "bob"})).await;
    assert_eq!((status, &problem["detail"][0]["type"]), (422, &json!("missing")));
    assert_eq!(problem["detail"][0]["loc"], json!(["body", "password"]));
    for name in ["ann", "nobody"] {
        let wrong = login(json!({"username": name, "password": "another"})).await;
        assert_eq!(wrong, (401, detail("Incorrect username or password")));
    }
}

async fn a_refresh_token_is_used_once(server: Server) {
    let ann = server.swift_person("ann").await;
    let renew = async |token: &str| {
        let body = json!({"refresh_token": token});
        server.tell("POST", "/api/auth/refresh", None, Some(body)).await
    };
    let (status, pair) = renew(&ann.refresh).await;
    assert_eq!(status, 200, "{pair}");
    let next = SwiftPerson::of(&pair);
    assert_ne!(next.refresh, ann.refresh);
    assert_eq!(server.fetch("/api/auth/me", &next).await["username"], "ann");
    assert_eq!(renew(&next.refresh).await.0, 200);
    for used in [ann.refresh.as_str(), &next.refresh, "junk", &ann.token] {
        let refused = renew(used).await;
        assert_eq!(refused, (401, detail("Invalid or expired refresh token")));
    }
}

/// The app asks for its rooms every three seconds, and again at each message.
#[tokio::test(flavor = "multi_thread")]
async fn polling_is_within_the_limits() {
    let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", "on")]).await;
    let ann = server.swift_person("ann").await;
    for _ in 0..30 {
        server.fetch("/api/rooms", &ann).await;
    }
}
