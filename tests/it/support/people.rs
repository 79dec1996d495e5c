//! People of the native surface, and what they do over REST.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::server::Server;

pub const PASSWORD: &str = "correct horse";

#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub id: i64,
    pub token: String,
    pub refresh: String,
}

impl Server {
    pub async fn person(&self, name: &str) -> Person {
        let body = json!({
            "username": name,
            "password": PASSWORD,
            "email": format!("{name}@example.com"),
        });
        let (status, tokens) = self.call(Method::POST, "/v1/auth/register", None, Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{tokens}");
        Person::from(name, &tokens)
    }

    /// Signs the same person in once more, as on another device.
    pub async fn again(&self, person: &Person) -> Person {
        let body = json!({"username": person.name, "password": PASSWORD});
        let (status, tokens) = self.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        Person::from(&person.name, &tokens)
    }

    /// The same session with a new access token.
    pub async fn renewed(&self, person: &Person) -> Person {
        let body = json!({"refresh_token": person.refresh});
        let (status, tokens) = self.call(Method::POST, "/v1/auth/refresh", None, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        Person::from(&person.name, &tokens)
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        who: Option<&Person>,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = self.http.request(method, self.url(path));
        if let Some(person) = who {
            request = request.bearer_auth(&person.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A call that must succeed.
    pub async fn ok(&self, method: Method, path: &str, who: &Person, body: Option<Value>) -> Value {
        let (status, answer) = self.call(method.clone(), path, Some(who), body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    pub async fn get(&self, path: &str, who: &Person) -> Value {
        self.ok(Method::GET, path, who, None).await
    }

    pub async fn direct_room(&self, one: &Person, other: &Person) -> String {
        let body = json!({"kind": "direct", "user_ids": [other.id]});
        let room = self.ok(Method::POST, "/v1/rooms", one, Some(body)).await;
        room["chatroom_id"].as_str().unwrap().to_owned()
    }

    pub async fn group(&self, owner: &Person, others: &[&Person]) -> String {
        let ids: Vec<i64> = others.iter().map(|it| it.id).collect();
        let body = json!({"kind": "group", "user_ids": ids, "chatroom_name": "the group"});
        let room = self.ok(Method::POST, "/v1/rooms", owner, Some(body)).await;
        room["chatroom_id"].as_str().unwrap().to_owned()
    }

    pub async fn say(&self, who: &Person, room: &str, words: &str) -> Value {
        let path = format!("/v1/rooms/{room}/messages");
        self.ok(Method::POST, &path, who, Some(json!({"content": words}))).await
    }
}

impl Person {
    fn from(name: &str, tokens: &Value) -> Self {
        Self {
            name: name.to_owned(),
            id: tokens["user"]["user_id"].as_i64().unwrap(),
            token: tokens["access_token"].as_str().unwrap().to_owned(),
            refresh: tokens["refresh_token"].as_str().unwrap().to_owned(),
        }
    }
}
