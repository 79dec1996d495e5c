//! How long somebody stays signed in on each surface, as each original has it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use parlor::chat::engine::clock::Clock;
use reqwest::header;
use serde_json::{Value, json};

use crate::support::{
    databases::Kind,
    people::{PASSWORD, Person},
    server::Server,
};

const ALL: [(&str, i64); 6] = [
    ("campus", 30),
    ("chatroom", 120),
    ("chatsphere", 30),
    ("discord", 30),
    ("native", 30),
    ("swift", 1_440),
];

fn minutes(token: &str) -> i64 {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    (claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()) / 60
}

impl Server {
    /// Signs her in as the client of this product does.
    async fn sign_in(&self, surface: &str) -> String {
        let form = [("username", "ann"), ("password", PASSWORD)];
        let body = json!({"username": "ann", "password": PASSWORD});
        let with_id = json!({"user_id": "ann", "password": PASSWORD});
        let with_email = json!({"email": "ann@example.com", "password": PASSWORD});
        let post = |path| self.http.post(self.url(path));
        let request = match surface {
            "campus" => post("/user/login").json(&with_id),
            "chatroom" => post("/auth/token").form(&form),
            "chatsphere" => post("/auth/login").json(&with_email),
            "discord" => post("/auth/login").form(&form),
            "native" => post("/v1/auth/login").json(&body),
            _ => post("/api/auth/login").json(&body),
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{surface}: {}", answer.status());
        let mut cookies = answer.headers().get_all(header::SET_COOKIE).iter();
        let cookie = cookies.find_map(|it| it.to_str().unwrap().strip_prefix("access_token="));
        if let Some(cookie) = cookie {
            return cookie.split(';').next().unwrap().to_owned();
        }
        let answer: Value = answer.json().await.unwrap();
        let token = answer.get("access_token").or(answer["data"].get("access_token"));
        token.and_then(Value::as_str).unwrap_or_else(|| panic!("{surface}: {answer}")).to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lasts_as_long_as_its_product_promises() {
    let server = Server::start().await;
    server.person("ann").await;
    for (surface, promised) in ALL {
        assert_eq!(minutes(&server.sign_in(surface).await), promised, "{surface}");
    }
    let server = Server::with(Kind::Sqlite, &[("ACCESS_TOKEN_EXPIRE_MINUTES", "45")]).await;
    server.person("ann").await;
    for (surface, _) in ALL {
        assert_eq!(minutes(&server.sign_in(surface).await), 45, "{surface}, when it was said");
    }
    let server = Server::tweaked(|it| it.auth.surface_minutes.discord = 7).await;
    server.person("ann").await;
    assert_eq!(minutes(&server.sign_in("discord").await), 7);
    assert_eq!(minutes(&server.sign_in("chatroom").await), 120);
}

/// Its web client knows no way to get another token, and loses what is sent without one.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_talks_for_two_hours_on_chatroom_is_heard_to_the_end() {
    let mut server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.stop().await;
    let hand = Arc::new(AtomicI64::new(0));
    let shown = hand.clone();
    let now = move || {
        let minutes = Duration::minutes(shown.load(Ordering::SeqCst));
        DateTime::<Utc>::from(std::time::SystemTime::now()) + minutes
    };
    server.begin(Clock::by_hand(now)).await;
    let ann = Person { token: server.sign_in("chatroom").await, ..ann };
    let path = format!("/chatrooms/{room}/message");
    for minute in [0, 31, 119, 121] {
        hand.store(minute, Ordering::SeqCst);
        let body = json!({"chatroom_id": room, "content": format!("minute {minute}"),
            "message_type": "text", "read_status": "unread"});
        let said = server.call(reqwest::Method::POST, &path, Some(&ann), Some(body)).await;
        assert_eq!(said.0.is_success(), minute < 120, "{minute}: {said:?}");
    }
}
