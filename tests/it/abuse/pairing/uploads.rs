//! Files that come without a credential have an owner all the same.

use entity::id::UserId;
use parlor::store;
use reqwest::{Method, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
    uploads::png,
};

on_every_database!(
    an_upload_without_a_credential_counts_to_somebody,
    whoever_sends_a_file_that_came_without_a_credential_owns_it,
);

impl Server {
    async fn upload_without_a_word(&self) -> String {
        let part = multipart::Part::bytes(png(8, 8)).file_name("cat.png");
        let form = multipart::Form::new().part("file", part);
        let request = self.http.post(self.url("/upload/upload-message-file")).multipart(form);
        let stored: Value = request.send().await.unwrap().json().await.unwrap();
        stored["url"].as_str().unwrap().to_owned()
    }

    async fn keeps(&self, who: &Person) -> u64 {
        store::attachment::total(&self.chat().db, UserId(who.id)).await.unwrap()
    }
}

async fn an_upload_without_a_credential_counts_to_somebody(server: Server) {
    let ann = server.person("ann").await;
    server.get("/user/me", &ann).await;
    server.upload_without_a_word().await;
    assert!(server.keeps(&ann).await > 0);
}

async fn whoever_sends_a_file_that_came_without_a_credential_owns_it(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    // Bob was here last, but Ann sends it.
    server.get("/user/me", &bob).await;
    let url = server.upload_without_a_word().await;
    assert!(server.keeps(&bob).await > 0);
    let body = json!({"chatroom_id": room, "message_type": "image", "content": url,
        "read_status": "unread", "timestamp": "2026-11-20T23:50:03Z"});
    let path = format!("/chatrooms/{room}/message");
    server.ok(Method::POST, &path, &ann, Some(body.clone())).await;
    assert_eq!(server.keeps(&bob).await, 0);
    assert!(server.keeps(&ann).await > 0);
    // Once it is sent, nobody else takes it by naming it.
    server.ok(Method::POST, &path, &bob, Some(body)).await;
    assert_eq!(server.keeps(&bob).await, 0);
}
