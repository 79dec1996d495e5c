//! A group, and what is done there by REST.

use entity::participant::Role;
use parlor::chat::room::member;
use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};

use crate::support::{files::png, people::Person, server::Server};

/// A group of its owner, a manager and a member, and somebody who is not in it.
pub struct Group {
    pub ann: Person,
    pub max: Person,
    pub bob: Person,
    pub eve: Person,
    pub room: String,
}

impl Server {
    pub async fn group_of_three(&self) -> Group {
        let (ann, max) = (self.person("ann").await, self.person("max").await);
        let (bob, eve) = (self.person("bob").await, self.person("eve").await);
        let room = self.group(&ann, &[&max, &bob]).await;
        let (chat, owner, manager) = (self.chat(), self.actor(&ann).await, self.actor(&max).await);
        let id = entity::id::RoomId(room.parse().unwrap());
        member::set_role(&chat, owner, id, manager.id, Role::Admin).await.unwrap();
        Group { ann, max, bob, eve, room }
    }

    /// Somebody says something; only its id is of interest.
    pub async fn said(&self, who: &Person, room: &str, words: &str) -> i64 {
        self.say(who, room, words).await["message_id"].as_i64().unwrap()
    }

    pub async fn message(&self, id: i64, who: &Person) -> Value {
        self.get(&format!("/v1/messages/{id}"), who).await
    }

    pub async fn messages(&self, room: &str, who: &Person) -> Vec<Value> {
        let page = self.get(&format!("/v1/rooms/{room}/messages?limit=100"), who).await;
        page["messages"].as_array().unwrap().clone()
    }

    pub async fn room(&self, room: &str, who: &Person) -> Value {
        self.get(&format!("/v1/rooms/{room}"), who).await
    }

    pub async fn edit(&self, id: i64, who: &Person, words: &str) -> Value {
        let body = json!({"content": words});
        self.ok(Method::PATCH, &format!("/v1/messages/{id}"), who, Some(body)).await
    }

    pub async fn delete(&self, id: i64, who: &Person) {
        self.ok(Method::DELETE, &format!("/v1/messages/{id}"), who, None).await;
    }

    /// What this is answered, when it must be refused.
    pub async fn refused(
        &self,
        method: Method,
        path: &str,
        who: Option<&Person>,
        body: Option<Value>,
    ) -> (u16, String) {
        let (status, answer) = self.call(method, path, who, body).await;
        let code = answer["code"].as_str().unwrap_or_default();
        assert!(!status.is_success(), "{path}: {answer}");
        (status.as_u16(), code.to_owned())
    }

    pub async fn upload(&self, who: &Person) -> Value {
        let part = multipart::Part::bytes(png(8, 8)).file_name("cat.png");
        let form = multipart::Form::new().part("file", part);
        let request = self.http.post(self.url("/v1/files")).bearer_auth(&who.token);
        let response = request.multipart(form).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    /// A message with a picture.
    pub async fn picture(&self, who: &Person, room: &str, words: &str) -> Value {
        let file = self.upload(who).await;
        let body = json!({"attachment_ids": [file["id"]], "content": words});
        self.ok(Method::POST, &format!("/v1/rooms/{room}/messages"), who, Some(body)).await
    }

    /// The status of a file by each of the ways to it.
    pub async fn file(&self, file: &Value, who: &Person) -> [u16; 3] {
        let stored = format!("{}.png", file["id"].as_str().unwrap());
        let url = file["url"].as_str().unwrap().to_owned();
        let mut all = [0; 3];
        let ways = [url, format!("/static/message/{stored}"), format!("/api/files/{stored}")];
        for (status, path) in all.iter_mut().zip(ways) {
            let request = self.http.get(self.url(&path)).bearer_auth(&who.token);
            *status = request.send().await.unwrap().status().as_u16();
        }
        all
    }
}

pub fn forbidden() -> (u16, String) {
    (403, "forbidden".to_owned())
}

pub fn no_member() -> (u16, String) {
    (403, "not_member".to_owned())
}

pub fn nobody() -> (u16, String) {
    (401, "unauthorized".to_owned())
}

pub fn missing() -> (u16, String) {
    (404, "not_found".to_owned())
}

pub fn invalid() -> (u16, String) {
    (422, "validation_failed".to_owned())
}
