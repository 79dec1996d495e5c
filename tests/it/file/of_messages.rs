//! The files of a message live as long as it does.

use std::{fs, time::Duration};

use futures_util::future::join_all;
use parlor::{chat::engine::clock::Clock, store};
use reqwest::{Method, multipart};
use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    on_every_database,
    support::{databases::Kind, files::png, people::Person, process::Process, server::Server},
};

const GONE: [u16; 3] = [404; 3];
const THERE: [u16; 3] = [200; 3];

on_every_database!(
    files_go_with_their_message,
    the_files_of_a_message_stay_in_the_order_they_were_sent_in,
    the_words_of_a_file_may_go,
    a_file_that_old_clients_name_in_the_words_goes_too,
    a_message_with_files_that_is_sent_again_is_one_message,
    what_an_earlier_run_left_is_removed_before_anybody_asks,
);

impl Server {
    fn on_disk(&self) -> usize {
        fs::read_dir(self.folder.path().join("static/message")).unwrap().count()
    }
}

async fn files_go_with_their_message(server: Server) {
    let group = server.group_of_three().await;
    let said = server.picture(&group.ann, &group.room, "look").await;
    let other = server.picture(&group.ann, &group.room, "and this").await;
    let (file, kept) = (&said["attachments"][0], &other["attachments"][0]);
    assert_eq!(server.file(file, &group.bob).await, THERE);
    server.delete(said["message_id"].as_i64().unwrap(), &group.ann).await;
    assert_eq!(server.file(file, &group.bob).await, GONE);
    assert_eq!(server.file(file, &group.ann).await, GONE, "not even for its owner");
    assert_eq!(server.file(kept, &group.bob).await, THERE);
    assert_eq!(server.on_disk(), 1);
    let noted = store::file::discarded::some(&server.beside().await, "", 10).await.unwrap();
    assert_eq!(noted, [""; 0]);
}

/// Ids are chance, so that an order by id would be another one, but for one time in 720.
async fn the_files_of_a_message_stay_in_the_order_they_were_sent_in(server: Server) {
    let group = server.group_of_three().await;
    let mut at_bobs = server.socket(&group.bob).await;
    let mut files = Vec::new();
    for _ in 0..6 {
        files.push(server.upload(&group.ann).await["id"].clone());
    }
    files.reverse();
    let order = |message: &Value| {
        let files = message["attachments"].as_array().unwrap().iter();
        files.map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    let body = json!({"attachment_ids": files, "content": "six", "client_msg_id": Uuid::new_v4()});
    let path = format!("/v1/rooms/{}/messages", group.room);
    let sent = server.ok(Method::POST, &path, &group.ann, Some(body.clone())).await;
    let again = server.ok(Method::POST, &path, &group.ann, Some(body)).await;
    assert_eq!((order(&sent), order(&again)), (files.clone(), files.clone()), "the answer");
    assert_eq!(order(&at_bobs.hear("message:created").await["message"]), files, "live");
    assert_eq!(order(&server.messages(&group.room, &group.bob).await[0]), files, "the history");
    let id = sent["message_id"].as_i64().unwrap();
    assert_eq!(order(&server.edit(id, &group.ann, "half a dozen").await), files, "edited");
    let synced = at_bobs.ok("sync", json!({"rooms": {}})).await;
    assert_eq!(order(&synced["rooms"][0]["messages"][0]), files, "away");
    // Passed on they are other files, in the same order.
    let path = format!("/v1/messages/{id}/forward");
    let body = json!({"chatroom_id": group.room});
    let passed = server.ok(Method::POST, &path, &group.ann, Some(body)).await;
    let passed_again = server.message(passed["message_id"].as_i64().unwrap(), &group.bob).await;
    assert_eq!(order(&passed), order(&passed_again), "passed on");
    assert_ne!(order(&passed), files);
}

async fn the_words_of_a_file_may_go(server: Server) {
    let group = server.group_of_three().await;
    let said = server.picture(&group.ann, &group.room, "look").await;
    let id = said["message_id"].as_i64().unwrap();
    assert_eq!(said["message_type"], "image");
    let edited = server.edit(id, &group.ann, "").await;
    assert_eq!((&edited["content"], &edited["message_type"]), (&json!(""), &json!("image")));
    assert_eq!(edited["attachments"], said["attachments"]);
    assert_eq!(server.edit(id, &group.ann, "a cat").await["content"], "a cat");
    assert_eq!(server.message(id, &group.bob).await["attachments"], said["attachments"]);
}

/// The old web client uploads without saying who it is, and writes the address down.
async fn a_file_that_old_clients_name_in_the_words_goes_too(server: Server) {
    let group = server.group_of_three().await;
    let other = server.direct_room(&group.ann, &group.bob).await;
    let part = multipart::Part::bytes(png(8, 8)).file_name("cat.png");
    let form = multipart::Form::new().part("file", part);
    let request = server.http.post(server.url("/upload/upload-message-file")).multipart(form);
    let stored: Value = request.send().await.unwrap().json().await.unwrap();
    let url = stored["url"].as_str().unwrap();
    let post = async |who: &Person, room: &str| {
        let body = json!({"chatroom_id": room, "message_type": "image", "content": url,
            "read_status": "unread", "timestamp": "2026-11-20T23:50:03Z"});
        let path = format!("/chatrooms/{room}/message");
        server.ok(Method::POST, &path, who, Some(body)).await;
    };
    post(&group.ann, &group.room).await;
    post(&group.ann, &group.room).await;
    let said = server.messages(&group.room, &group.bob).await;
    assert_eq!(said.len(), 1, "once, however often it is posted");
    assert_eq!((&said[0]["content"], &said[0]["message_type"]), (&json!(url), &json!("image")));
    let file = &said[0]["attachments"][0];
    assert_eq!(server.file(file, &group.bob).await, THERE);
    let path = format!("/v1/messages/{}/forward", said[0]["message_id"]);
    let to = Some(json!({"chatroom_id": other}));
    let passed = server.ok(Method::POST, &path, &group.bob, to).await;

    // Whoever names somebody's file does not take it away with their own words.
    post(&group.bob, &group.room).await;
    let named = server.messages(&group.room, &group.bob).await[1].clone();
    assert_eq!(named["attachments"], json!([]));
    server.delete(named["message_id"].as_i64().unwrap(), &group.bob).await;
    assert_eq!(server.file(file, &group.bob).await, THERE);
    server.delete(said[0]["message_id"].as_i64().unwrap(), &group.ann).await;
    assert_eq!(server.file(file, &group.bob).await, GONE);
    assert_eq!(server.file(&passed["attachments"][0], &group.ann).await, THERE);
    let shown = server.get(&format!("/chatrooms/{other}/messages?limit=5"), &group.ann).await;
    let address = shown[0]["content"].as_str().unwrap();
    assert_eq!(server.http.get(address).send().await.unwrap().status(), 200);
}

async fn a_message_with_files_that_is_sent_again_is_one_message(server: Server) {
    let group = server.group_of_three().await;
    let file = server.upload(&group.ann).await;
    let body = json!({"attachment_ids": [file["id"]], "client_msg_id": Uuid::new_v4()});
    let path = format!("/v1/rooms/{}/messages", group.room);
    let send = || server.call(Method::POST, &path, Some(&group.ann), Some(body.clone()));
    let first = send().await;
    assert_eq!(first.0, 201);
    assert_eq!(send().await, (reqwest::StatusCode::OK, first.1.clone()));
    server.delete(first.1["message_id"].as_i64().unwrap(), &group.ann).await;
    let (status, gone) = send().await;
    assert_eq!((status.as_u16(), &gone["attachments"]), (200, &json!([])));
    let body = json!({"attachment_ids": [file["id"]], "client_msg_id": Uuid::new_v4()});
    let refused = server.refused(Method::POST, &path, Some(&group.ann), Some(body)).await;
    assert_eq!(refused, crate::support::group::missing());
}

/// As it is after a server was killed between the commit and the disk.
async fn what_an_earlier_run_left_is_removed_before_anybody_asks(mut server: Server) {
    let group = server.group_of_three().await;
    let said = server.picture(&group.ann, &group.room, "look").await;
    let file = said["attachments"][0].clone();
    let stored = format!("{}.png", file["id"].as_str().unwrap());
    let path = server.folder.path().join("static/message").join(&stored);
    let bytes = fs::read(&path).unwrap();
    server.delete(said["message_id"].as_i64().unwrap(), &group.ann).await;
    let names = [stored, "never-was.png".to_owned()];
    store::file::discarded::insert(&server.beside().await, &names).await.unwrap();
    server.stop().await;
    fs::write(&path, bytes).unwrap();
    server.begin(Clock::system()).await;
    assert!(!path.exists());
    assert_eq!(server.file(&file, &group.ann).await, GONE);
    let noted = store::file::discarded::some(&server.beside().await, "", 10).await.unwrap();
    assert_eq!(noted, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_file_of_a_deleted_message_on_sqlite() {
    no_file_is_left(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_file_of_a_deleted_message_on_postgres() {
    no_file_is_left(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_file_of_a_deleted_message_on_mariadb() {
    no_file_is_left(Kind::MariaDb).await;
}

async fn no_file_is_left(kind: Kind) {
    let process = Process::on(kind).await;
    let (ann, bob) = (process.person("ann").await, process.person("bob").await);
    let room = process.direct_room(&ann, &bob).await;
    let mut pictures = Vec::new();
    for _ in 0..40 {
        pictures.push(process.picture(&ann, &room, "look").await);
    }
    let deletes: Vec<_> = pictures
        .iter()
        .map(|it| {
            let url = process.url(&format!("/v1/messages/{}", it["message_id"]));
            let request = process.http.delete(url).bearer_auth(&ann.token);
            tokio::spawn(async move { request.send().await.is_ok_and(|it| it.status() == 204) })
        })
        .collect();
    sleep(Duration::from_millis(40)).await;
    process.kill_and_start_again().await;
    let answered: Vec<bool> = join_all(deletes).await.into_iter().map(Result::unwrap).collect();
    for (picture, answered) in pictures.iter().zip(answered) {
        let id = picture["message_id"].as_i64().unwrap();
        let now = process.message(id, &bob).await;
        let is_deleted = now["deleted_at"] != Value::Null;
        assert!(is_deleted || !answered, "what was answered is done");
        let wanted = if is_deleted { GONE } else { THERE };
        assert_eq!(process.file(&picture["attachments"][0], &bob).await, wanted);
    }
    let left = process.ok(Method::GET, "/v1/rooms", &bob, None).await;
    let unread = left["items"][0]["unread_count"].as_u64().unwrap();
    assert_eq!(process.on_disk() as u64, unread, "nothing else is left");
}
