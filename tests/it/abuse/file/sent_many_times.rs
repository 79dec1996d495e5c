//! One file, many messages.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_every_database,
    support::files::{png, upload},
    support::{people::Person, server::Server},
};

on_every_database!(
    one_message_gets_a_file_that_is_sent_ten_times_at_once,
    what_is_passed_on_ten_times_at_once_has_its_own_files,
);

async fn file(server: &Server, who: &Person) -> Value {
    upload(server, Method::POST, "/v1/files", who, "a.png", png(8, 8)).await.1["id"].clone()
}

async fn one_message_gets_a_file_that_is_sent_ten_times_at_once(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let path = format!("/v1/rooms/{room}/messages");
    for round in 0..5 {
        let (one, other) = (file(&server, &ann).await, file(&server, &ann).await);
        let sends = (0..10).map(|n| {
            // Some want another one besides.
            let files = if n % 3 == 0 { json!([other, one]) } else { json!([one]) };
            let body = json!({"attachment_ids": files, "content": format!("{round} {n}"),
                "client_msg_id": Uuid::new_v4()});
            server.call(Method::POST, &path, Some(&ann), Some(body))
        });
        let answers = join_all(sends).await;
        let (taken, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|it| it.0 == StatusCode::CREATED);
        assert_eq!(taken.len(), 1, "acknowledged: {taken:?}");
        for (status, answer) in refused {
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
            assert_eq!(answer["errors"][0]["msg"], "this file was sent already; upload it again");
        }
        let page = server.get(&path, &bob).await;
        let messages = page["messages"].as_array().unwrap();
        assert_eq!(messages.len(), round + 1, "who was refused said nothing");
        let last = &messages[round];
        assert_eq!(last["attachments"], taken[0].1["attachments"], "and it has what it said");
        assert_eq!(last["seq"], round + 1, "and no number is missing");
    }
}

async fn what_is_passed_on_ten_times_at_once_has_its_own_files(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let messages = format!("/v1/rooms/{room}/messages");
    let body = json!({"attachment_ids": [file(&server, &ann).await]});
    let said = server.ok(Method::POST, &messages, &ann, Some(body)).await;
    let path = format!("/v1/messages/{}/forward", said["message_id"]);
    let same = Uuid::new_v4();
    let sends = (0..10).map(|n| {
        let id = if n < 5 { same } else { Uuid::new_v4() };
        let body = json!({"chatroom_id": room, "client_msg_id": id});
        server.ok(Method::POST, &path, &bob, Some(body))
    });
    let answers = join_all(sends).await;
    let mut files: Vec<String> =
        answers.iter().map(|it| it["attachments"][0]["id"].to_string()).collect();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), 6, "five are one: {files:?}");
    let page = server.get(&messages, &ann).await;
    let messages = page["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 7);
    assert!(messages.iter().all(|it| it["attachments"].as_array().unwrap().len() == 1));
    let folder = server.folder.path().join("static/message");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 7, "none is left over");
}
