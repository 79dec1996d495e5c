//! Files, and what pretends to be one.

use parlor::chat::file::upload;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    on_every_database,
    support::{
        files::{png, upload},
        server::Server,
    },
};

on_every_database!(a_file_is_sent_once_and_read_by_members_only);

async fn a_file_is_sent_once_and_read_by_members_only(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.direct_room(&ann, &bob).await;
    let (status, file) =
        upload(&server, Method::POST, "/v1/files", &ann, "../../貓.png", png(30, 20)).await;
    assert_eq!(status, StatusCode::CREATED, "{file}");
    assert_eq!((&file["name"], &file["mime"]), (&json!("貓.png"), &json!("image/png")));
    assert_eq!((&file["width"], &file["height"]), (&json!(30), &json!(20)));
    let path = file["url"].as_str().unwrap();
    let status = async |who| server.call(Method::GET, path, Some(who), None).await.0;
    assert_eq!(status(&bob).await, StatusCode::FORBIDDEN, "not sent yet");
    let body = json!({"attachment_ids": [file["id"]]});
    let messages = format!("/v1/rooms/{room}/messages");
    let message = server.ok(Method::POST, &messages, &ann, Some(body.clone())).await;
    assert_eq!(message["attachments"][0]["id"], file["id"]);
    assert_eq!(status(&bob).await, StatusCode::OK);
    assert_eq!(status(&eve).await, StatusCode::FORBIDDEN);
    let (again, _) = server.call(Method::POST, &messages, Some(&ann), Some(body)).await;
    assert_eq!(again, StatusCode::UNPROCESSABLE_ENTITY, "a file is sent once");
    let page = server.get(&messages, &bob).await;
    assert_eq!(page["messages"][0]["attachments"][0]["name"], "貓.png");
    let stored = format!("{}.png", file["id"].as_str().unwrap());
    let row = upload::by_stored_name(&server.chat(), &stored).await.unwrap();
    assert_eq!((row.name.as_str(), row.mime.as_str()), ("貓.png", "image/png"));
    assert!(upload::by_stored_name(&server.chat(), "../x.png").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_and_leaves_nothing_behind() {
    let server = Server::tweaked(|it| it.storage.max_upload_bytes = 100_000).await;
    let ann = server.person("ann").await;
    let avatar = async |name: &str, bytes| {
        upload(&server, Method::PUT, "/v1/me/avatar", &ann, name, bytes).await.0
    };
    let file = async |name: &str, bytes| {
        upload(&server, Method::POST, "/v1/files", &ann, name, bytes).await.0
    };
    assert_eq!(
        avatar("text.png", b"just a text".to_vec()).await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let page = b"<script>alert(1)</script>".to_vec();
    assert_eq!(file("page.png", page).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert_eq!(avatar("bomb.png", bomb.clone()).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(file("bomb.png", bomb).await, StatusCode::UNPROCESSABLE_ENTITY);
    let mut large = png(1, 1);
    large.resize(200_000, 0);
    assert_eq!(file("large.png", large).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(file("empty.png", Vec::new()).await, StatusCode::UNPROCESSABLE_ENTITY);
    let left = std::fs::read_dir(server.folder.path().join("static/message")).unwrap().count();
    assert_eq!(left, 0, "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_keeps_no_foreign_bytes() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let mut bytes = png(40, 30);
    bytes.extend_from_slice(b"<script>alert('appended')</script>");
    let (status, me) = upload(&server, Method::PUT, "/v1/me/avatar", &ann, "me.png", bytes).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    let path = me["avatar_url"].as_str().unwrap().to_owned();
    let stored = server.http.get(server.url(&path)).send().await.unwrap();
    assert_eq!(stored.headers()["content-type"], "image/png");
    let stored = stored.bytes().await.unwrap();
    assert!(!stored.windows(8).any(|it| it == b"appended"));
    let image = image::load_from_memory(&stored).unwrap();
    assert_eq!((image.width(), image.height()), (40, 30));
}
