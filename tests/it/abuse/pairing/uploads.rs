//! Files that come without a credential have an owner all the same.

use entity::id::UserId;
use parlor::{
    chat::engine::admission::Budget,
    model::{
        allowance::{Allowance, Spender},
        error::Error,
    },
    store,
};
use reqwest::{
    Method, StatusCode,
    multipart::{self, Part},
};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{databases::Kind, people::Person, server::Server},
};

const PDF: &[u8] = b"%PDF-1.4\n%%EOF\n";

on_every_database!(
    an_upload_without_a_credential_counts_to_somebody,
    whoever_sends_a_file_that_came_without_a_credential_owns_it,
);

impl Server {
    async fn upload_without_a_word(&self) -> String {
        self.try_to_upload(PDF.to_vec()).await.unwrap()
    }

    /// Says where the file is, or with which status it was refused.
    async fn try_to_upload(&self, bytes: Vec<u8>) -> Result<String, StatusCode> {
        let form = multipart::Form::new().part("file", Part::bytes(bytes).file_name("a.pdf"));
        let request = self.http.post(self.url("/upload/upload-message-file")).multipart(form);
        let response = request.send().await.unwrap();
        if !response.status().is_success() {
            return Err(response.status());
        }
        let stored: Value = response.json().await.unwrap();
        Ok(stored["url"].as_str().unwrap().to_owned())
    }

    async fn keeps(&self, who: &Person) -> u64 {
        store::file::total(&self.beside().await, UserId(who.id)).await.unwrap()
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
    let body = posted(&room, &url);
    let path = format!("/chatrooms/{room}/message");
    server.ok(Method::POST, &path, &ann, Some(body.clone())).await;
    assert_eq!(server.keeps(&bob).await, 0);
    assert!(server.keeps(&ann).await > 0);
    // Once it is sent, nobody else takes it by naming it.
    server.ok(Method::POST, &path, &bob, Some(body)).await;
    assert_eq!(server.keeps(&bob).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_credential_keeps_to_the_quota_of_its_owner() {
    let server = Server::tweaked(|it| it.storage.quota_bytes_per_user = 1_000).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let of = |bytes: usize| [PDF, &vec![b' '; bytes - PDF.len()]].concat();
    server.get("/user/me", &ann).await;
    assert_eq!(server.try_to_upload(of(1_001)).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
    server.try_to_upload(of(600)).await.unwrap();
    assert_eq!(server.try_to_upload(of(600)).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
    // Nor does Ann get more by sending what counted to Bob until now.
    server.get("/user/me", &bob).await;
    let url = server.try_to_upload(of(600)).await.unwrap();
    let path = format!("/chatrooms/{room}/message");
    let refused = server.call(Method::POST, &path, Some(&ann), Some(posted(&room, &url))).await.0;
    assert_eq!(refused, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!((server.keeps(&ann).await, server.keeps(&bob).await), (600, 600));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_credential_spends_from_the_allowance_of_its_owner() {
    let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", "on")]).await;
    let ann = server.person("ann").await;
    server.get("/user/me", &ann).await;
    let mut refused = None;
    for _ in 0..60 {
        refused = refused.or(server.try_to_upload(PDF.to_vec()).await.err());
    }
    assert_eq!(refused, Some(StatusCode::TOO_MANY_REQUESTS));
    let (me, upload) = (server.actor(&ann).await, Allowance::Upload);
    let mine = Budget::of(&server.chat(), Spender::User(me.id)).spend(upload);
    assert!(matches!(mine, Err(Error::TooMany { .. })), "{mine:?}");
}

/// What the Vue client says after an upload.
fn posted(room: &str, url: &str) -> Value {
    json!({"chatroom_id": room, "message_type": "file", "content": url,
        "read_status": "unread", "timestamp": "2026-11-20T23:50:03Z"})
}
