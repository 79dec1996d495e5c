//! Answers show what they answer, as it is now.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{group::invalid, server::Server},
};

on_every_database!(
    an_answer_follows_what_it_answers,
    an_answer_follows_for_whoever_was_away,
    an_answer_stays_in_its_room,
);

async fn an_answer_follows_what_it_answers(server: Server) {
    let group = server.group_of_three().await;
    let long = "界".repeat(200);
    let first = server.say(&group.bob, &group.room, &long).await;
    let id = first["message_id"].as_i64().unwrap();
    let (mut at_anns, mut at_bobs) =
        (server.socket(&group.ann).await, server.socket(&group.bob).await);
    let words = json!({"chatroom_id": group.room, "content": "indeed", "reply_to_id": id});
    let sent = at_anns.ok("message:send", words).await["message"].clone();
    let quote = |excerpt: &str, deleted: bool| {
        json!({"message_id": id, "seq": first["seq"], "sender_id": group.bob.id,
            "excerpt": excerpt, "deleted": deleted})
    };
    assert_eq!(sent["reply_to"], quote(&"界".repeat(120), false));
    assert_eq!(at_bobs.hear("message:created").await["message"], sent);
    let answer = sent["message_id"].as_i64().unwrap();
    assert_eq!(server.message(answer, &group.bob).await, sent);
    server.edit(id, &group.bob, "shorter").await;
    assert_eq!(server.message(answer, &group.bob).await["reply_to"], quote("shorter", false));
    let listed = server.messages(&group.room, &group.max).await;
    assert_eq!(listed[1]["reply_to"], quote("shorter", false));
    assert_eq!(listed[0]["reply_to"], Value::Null);
    server.delete(id, &group.bob).await;
    assert_eq!(server.message(answer, &group.bob).await["reply_to"], quote("", true));
    let last = server.room(&group.room, &group.bob).await["last_message"].clone();
    assert_eq!(last["reply_to"], quote("", true));
}

/// The answer itself did not change, so it is not told again; what it answers is, and that
/// says what the glimpse shows.
async fn an_answer_follows_for_whoever_was_away(server: Server) {
    let group = server.group_of_three().await;
    let first = server.said(&group.bob, &group.room, "@ann, shall we?").await;
    let words = json!({"content": "indeed", "reply_to_id": first});
    let path = format!("/v1/rooms/{}/messages", group.room);
    let mut held = server.ok(Method::POST, &path, &group.ann, Some(words)).await;
    let mut rev = held["rev"].clone();
    server.edit(first, &group.bob, "shorter").await;
    for is_deleted in [false, true] {
        if is_deleted {
            server.delete(first, &group.bob).await;
        }
        let question = Some(json!({"rooms": {group.room.as_str(): rev}}));
        let told = server.ok(Method::POST, "/v1/sync", &group.max, question).await;
        let room = &told["rooms"][0];
        assert_eq!(room["messages"].as_array().unwrap().len(), 1);
        let original = &room["messages"][0];
        assert_eq!((&original["message_id"], &room["reset"]), (&json!(first), &json!(false)));
        held["reply_to"]["excerpt"] = original["content"].clone();
        held["reply_to"]["deleted"] = json!(!original["deleted_at"].is_null());
        let answer = server.message(held["message_id"].as_i64().unwrap(), &group.max).await;
        assert_eq!(answer, held);
        rev = room["rev"].clone();
    }
}

async fn an_answer_stays_in_its_room(server: Server) {
    let group = server.group_of_three().await;
    let here = server.said(&group.ann, &group.room, "here").await;
    let there = server.direct_room(&group.ann, &group.bob).await;
    let send = async |reply_to: Value| {
        let path = format!("/v1/rooms/{there}/messages");
        let body = json!({"content": "indeed", "reply_to_id": reply_to});
        server.refused(Method::POST, &path, Some(&group.ann), Some(body)).await
    };
    for reply_to in [json!(here), json!(999_999), json!("x"), json!(-1)] {
        assert_eq!(send(reply_to.clone()).await, invalid(), "{reply_to}");
    }
}
