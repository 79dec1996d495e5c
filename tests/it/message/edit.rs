//! Other words for the same message.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_every_database,
    support::{
        group::{forbidden, invalid, missing, no_member, nobody},
        server::Server,
    },
};

on_every_database!(
    an_edit_is_heard_once_on_every_device,
    only_its_author_edits_a_message,
    edits_at_once_end_in_one_text,
    what_was_there_before_can_be_read_in_parts,
    a_repeated_send_finds_what_became_of_the_first,
);

async fn an_edit_is_heard_once_on_every_device(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.ann, &group.room, "helo").await;
    let before = server.message(id, &group.bob).await;
    assert_eq!((&before["edited_at"], &before["deleted_at"]), (&Value::Null, &Value::Null));
    let phone = server.again(&group.ann).await;
    let mut devices = [
        server.socket(&group.ann).await,
        server.socket(&phone).await,
        server.socket(&group.bob).await,
    ];
    let edit = json!({"message_id": id, "content": "hello"});
    let done = devices[0].ok("message:edit", edit.clone()).await;
    let after = server.message(id, &group.bob).await;
    assert_eq!(done["message"], after);
    assert_eq!((&after["content"], &after["seq"]), (&json!("hello"), &before["seq"]));
    assert_eq!(after["rev"], before["rev"].as_i64().unwrap() + 1);
    assert!(after["edited_at"].is_string());
    let told = json!({"message": after, "rev": after["rev"]});
    for device in &mut devices {
        assert_eq!(device.overhear("message:updated").await, std::slice::from_ref(&told));
    }

    let again = devices[0].ok("message:edit", edit).await;
    assert_eq!(again["message"], after, "the same words change nothing");
    assert_eq!(server.room(&group.room, &group.ann).await["rev"], after["rev"]);
    assert_eq!(devices[2].overhear("message:updated").await.len(), 1);
    assert_eq!(server.room(&group.room, &group.bob).await["last_message"], after);
}

async fn only_its_author_edits_a_message(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.bob, &group.room, "mine").await;
    let path = format!("/v1/messages/{id}");
    let words = Some(json!({"content": "yours"}));
    for (who, wanted) in [
        (Some(&group.ann), forbidden()),
        (Some(&group.max), forbidden()),
        (Some(&group.eve), no_member()),
        (None, nobody()),
    ] {
        let refused = server.refused(Method::PATCH, &path, who, words.clone()).await;
        assert_eq!(refused, wanted, "{who:?}");
    }
    let long = "x".repeat(16_001);
    for content in ["", " \n", "a\0b", &long] {
        let body = Some(json!({ "content": content }));
        let refused = server.refused(Method::PATCH, &path, Some(&group.bob), body).await;
        assert_eq!(refused, invalid(), "{content:.9}");
    }
    for body in [json!({}), json!({"content": 5}), json!({"content": "x", "y": 1})] {
        let refused = server.refused(Method::PATCH, &path, Some(&group.bob), Some(body)).await;
        assert_eq!(refused, invalid());
    }
    let stale = "/v1/messages/999999";
    let refused = server.refused(Method::PATCH, stale, Some(&group.bob), words.clone()).await;
    assert_eq!(refused, missing());
    assert_eq!(server.message(id, &group.ann).await["content"], "mine");
    server.delete(id, &group.bob).await;
    let refused = server.refused(Method::PATCH, &path, Some(&group.bob), words.clone()).await;
    assert_eq!(refused, missing(), "deleted");

    // Whoever has left is heard no more.
    let id = server.said(&group.bob, &group.room, "mine").await;
    let leave = format!("/v1/rooms/{}/members/me", group.room);
    server.ok(Method::DELETE, &leave, &group.bob, None).await;
    let path = format!("/v1/messages/{id}");
    let refused = server.refused(Method::PATCH, &path, Some(&group.bob), words).await;
    assert_eq!(refused, no_member());
}

async fn edits_at_once_end_in_one_text(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.ann, &group.room, "0").await;
    let before = server.room(&group.room, &group.ann).await["rev"].as_i64().unwrap();
    let mut at_bobs = server.socket(&group.bob).await;
    let texts: Vec<String> = (1..=10).map(|n| n.to_string()).collect();
    let edits = join_all(texts.iter().map(|it| server.edit(id, &group.ann, it)));
    let talk = join_all((0..10).map(|_| server.say(&group.bob, &group.room, "meanwhile")));
    tokio::join!(edits, talk);
    let mut rev = before;
    let mut last = Value::Null;
    for _ in 0..20 {
        let (event, told) = at_bobs.hear_change().await;
        assert!(["message:created", "message:updated"].contains(&event.as_str()), "{event}");
        rev += 1;
        assert_eq!(told["rev"], rev, "every change has its number, and they come in order");
        if event == "message:updated" {
            last = told["message"].clone();
        }
    }
    let now = server.message(id, &group.bob).await;
    assert_eq!(now, last, "who hears last is right");
    let edits = server.get(&format!("/v1/messages/{id}/edits?limit=100"), &group.bob).await;
    let mut all: Vec<&Value> = edits["items"].as_array().unwrap().iter().collect();
    assert_eq!(all.len(), 10);
    assert_eq!(all.pop().unwrap()["content"], "0");
    assert!(all.iter().all(|it| it["content"] != now["content"]));
}

async fn what_was_there_before_can_be_read_in_parts(server: Server) {
    let group = server.group_of_three().await;
    let first = server.say(&group.ann, &group.room, "one").await;
    let id = first["message_id"].as_i64().unwrap();
    let path = format!("/v1/messages/{id}/edits");
    assert_eq!(server.get(&path, &group.bob).await, json!({"items": [], "next": null}));
    let second = server.edit(id, &group.ann, "two").await;
    server.edit(id, &group.ann, "three").await;
    let part = server.get(&format!("{path}?limit=1"), &group.bob).await;
    let newest = json!({"content": "two", "written_at": second["edited_at"]});
    assert_eq!(part["items"], json!([newest]));
    let cursor = part["next"].as_str().unwrap();
    let part = server.get(&format!("{path}?cursor={cursor}"), &group.bob).await;
    let oldest = json!({"content": "one", "written_at": first["timestamp"]});
    assert_eq!(part, json!({"items": [oldest], "next": null}));
    for (who, wanted) in [(Some(&group.eve), no_member()), (None, nobody())] {
        assert_eq!(server.refused(Method::GET, &path, who, None).await, wanted);
    }
    let bad = format!("{path}?cursor=x");
    assert_eq!(server.refused(Method::GET, &bad, Some(&group.bob), None).await, invalid());
}

async fn a_repeated_send_finds_what_became_of_the_first(server: Server) {
    let group = server.group_of_three().await;
    let path = format!("/v1/rooms/{}/messages", group.room);
    let send =
        async |body: Value| server.call(Method::POST, &path, Some(&group.ann), Some(body)).await;
    let words = json!({"content": "once", "client_msg_id": Uuid::new_v4()});
    let id = send(words.clone()).await.1["message_id"].as_i64().unwrap();
    let edited = server.edit(id, &group.ann, "@bob twice").await;
    assert_eq!(send(words.clone()).await, (reqwest::StatusCode::OK, edited));
    server.delete(id, &group.ann).await;
    let gone = server.message(id, &group.ann).await;
    assert_eq!(send(words.clone()).await, (reqwest::StatusCode::OK, gone));
    let key = words["client_msg_id"].clone();
    let other = server.said(&group.ann, &group.room, "other").await;
    let answer = json!({"content": "new", "client_msg_id": Uuid::new_v4(), "reply_to_id": other});
    assert_eq!(send(answer.clone()).await.0, 201);
    let mut changed = answer;
    changed["content"] = json!("newer");
    assert_eq!(send(changed).await.0, 409, "{key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_keeps_what_was_there_before_from_members() {
    let server = Server::tweaked(|it| it.messages.show_edits = false).await;
    let group = server.group_of_three().await;
    let id = server.said(&group.bob, &group.room, "oops").await;
    server.edit(id, &group.bob, "better").await;
    let path = format!("/v1/messages/{id}/edits");
    for who in [&group.bob, &group.ann, &group.max] {
        assert_eq!(server.get(&path, who).await["items"][0]["content"], "oops");
    }
    let id = server.said(&group.ann, &group.room, "oops").await;
    server.edit(id, &group.ann, "better").await;
    let path = format!("/v1/messages/{id}/edits");
    assert_eq!(server.refused(Method::GET, &path, Some(&group.bob), None).await, forbidden());
}
