//! Gone for everybody.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        group::{Group, forbidden, invalid, missing, no_member, nobody},
        server::Server,
    },
};

on_every_database!(
    what_is_deleted_leaves_its_place_and_nothing_else,
    a_message_is_deleted_by_its_author_and_by_managers,
    what_is_deleted_is_not_unread,
    deleting_against_editing_ends_deleted,
    the_last_message_is_the_last_that_is_there,
);

async fn what_is_deleted_leaves_its_place_and_nothing_else(server: Server) {
    let group = server.group_of_three().await;
    let first = server.said(&group.bob, &group.room, "what do you think?").await;
    let path = format!("/v1/rooms/{}/messages", group.room);
    let body = json!({"content": "@bob a secret", "reply_to_id": first});
    let said = server.ok(Method::POST, &path, &group.ann, Some(body)).await;
    let id = said["message_id"].as_i64().unwrap();
    server.edit(id, &group.ann, "@bob @max my secret").await;
    let about = |rest: &str| format!("/v1/messages/{id}/{rest}");
    server.ok(Method::PUT, &about("reactions/👍"), &group.bob, None).await;
    server.ok(Method::PUT, &about("pin"), &group.bob, None).await;
    let phone = server.again(&group.ann).await;
    let mut devices = [
        server.socket(&group.ann).await,
        server.socket(&phone).await,
        server.socket(&group.bob).await,
    ];
    let before = server.message(id, &group.bob).await;
    let done = devices[0].ok("message:delete", json!({"message_id": id})).await;
    let rev = before["rev"].as_i64().unwrap() + 1;
    assert_eq!(done, json!({"message_id": id, "rev": rev}));
    let after = server.message(id, &group.bob).await;
    let tombstone = json!({
        "message_id": id, "chatroom_id": group.room, "seq": said["seq"], "rev": rev,
        "sender_id": group.ann.id, "user": said["user"],
        "timestamp": said["timestamp"], "deleted_at": after["deleted_at"], "content": "",
        "message_type": "text", "media_url": null, "attachments": [],
        "reactions": [], "mentions": [], "pinned_at": null, "edited_at": null,
        "read_status": "unread",
    });
    assert_eq!(after, tombstone);
    assert!(after["deleted_at"].is_string());
    let told = json!({"message_id": id, "chatroom_id": group.room, "seq": said["seq"],
        "rev": rev, "deleted_at": after["deleted_at"]});
    for device in &mut devices {
        assert_eq!(device.overhear("message:deleted").await, std::slice::from_ref(&told));
    }
    assert_eq!(devices[0].ok("message:delete", json!({"message_id": id})).await, done);
    assert_eq!(devices[2].overhear("message:deleted").await.len(), 1, "a second time is no news");
    assert_eq!(server.room(&group.room, &group.ann).await["rev"], rev);
    server.delete(id, &group.ann).await;
    nothing_is_done_to_what_is_gone(&server, &group, &tombstone).await;
}

/// It keeps its place in the history, and that is all.
async fn nothing_is_done_to_what_is_gone(server: &Server, group: &Group, tombstone: &Value) {
    let id = &tombstone["message_id"];
    let about = |rest: &str| format!("/v1/messages/{id}/{rest}");
    let history = server.messages(&group.room, &group.bob).await;
    assert_eq!(history.last(), Some(tombstone), "its place is kept");
    let pins = server.get(&format!("/v1/rooms/{}/pins", group.room), &group.bob).await;
    assert_eq!(pins["items"], json!([]));
    let refused = async |method, path: String, body| {
        server.refused(method, &path, Some(&group.ann), body).await
    };
    for (method, rest) in [
        (Method::PUT, "reactions/👍"),
        (Method::DELETE, "reactions/👍"),
        (Method::PUT, "pin"),
        (Method::DELETE, "pin"),
        (Method::GET, "edits"),
    ] {
        assert_eq!(refused(method, about(rest), None).await, missing(), "{rest}");
    }
    let to = Some(json!({"chatroom_id": group.room}));
    assert_eq!(refused(Method::POST, about("forward"), to).await, missing());
    let answer = Some(json!({"content": "to whom?", "reply_to_id": id}));
    let path = format!("/v1/rooms/{}/messages", group.room);
    assert_eq!(refused(Method::POST, path, answer).await, invalid());
}

async fn a_message_is_deleted_by_its_author_and_by_managers(server: Server) {
    let group = server.group_of_three().await;
    let (room, direct) = (&group.room, server.direct_room(&group.ann, &group.bob).await);
    for (author, who, wanted) in [
        (&group.ann, Some(&group.bob), Some(forbidden())),
        (&group.ann, Some(&group.eve), Some(no_member())),
        (&group.ann, None, Some(nobody())),
        (&group.bob, Some(&group.bob), None),
        (&group.bob, Some(&group.max), None),
        (&group.bob, Some(&group.ann), None),
    ] {
        let id = server.said(author, room, "words").await;
        let path = format!("/v1/messages/{id}");
        match (wanted, who) {
            (None, Some(who)) => server.delete(id, who).await,
            (wanted, who) => {
                let refused = server.refused(Method::DELETE, &path, who, None).await;
                assert_eq!(Some(refused), wanted);
            }
        }
    }
    let id = server.said(&group.ann, &direct, "between us").await;
    let path = format!("/v1/messages/{id}");
    let refused = server.refused(Method::DELETE, &path, Some(&group.bob), None).await;
    assert_eq!(refused, forbidden(), "nobody manages a direct room");
    // Being blocked takes nobody's own words from them, but they cannot put others there.
    let block = format!("/v1/blocks/{}", group.ann.id);
    server.ok(Method::PUT, &block, &group.bob, None).await;
    let words = Some(json!({"content": "insult"}));
    let refused = server.refused(Method::PATCH, &path, Some(&group.ann), words).await;
    assert_eq!(refused, (403, "not_accepting".to_owned()));
    server.delete(id, &group.ann).await;
    let stale = server.refused(Method::DELETE, "/v1/messages/999999", Some(&group.ann), None);
    assert_eq!(stale.await, missing());
}

async fn what_is_deleted_is_not_unread(server: Server) {
    let group = server.group_of_three().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(server.said(&group.ann, &group.room, &format!("m{n}")).await);
    }
    let unread = async || {
        let listed = server.get("/v1/rooms", &group.bob).await;
        let one = server.room(&group.room, &group.bob).await["unread_count"].clone();
        assert_eq!(listed["items"][0]["unread_count"], one);
        one
    };
    assert_eq!(unread().await, 3);
    for (left, id) in [2, 1, 0].into_iter().zip(ids) {
        server.delete(id, &group.ann).await;
        assert_eq!(unread().await, left);
    }
    server.say(&group.ann, &group.room, "new").await;
    assert_eq!(unread().await, 1);
}

async fn deleting_against_editing_ends_deleted(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.ann, &group.room, "0").await;
    let path = format!("/v1/messages/{id}");
    let mut at_bobs = server.socket(&group.bob).await;
    let mut rev = server.room(&group.room, &group.ann).await["rev"].as_i64().unwrap();
    let edits = join_all((1..=10).map(|n| {
        let words = Some(json!({"content": n.to_string()}));
        server.call(Method::PATCH, &path, Some(&group.ann), words)
    }));
    let deletes =
        join_all((0..3).map(|_| server.call(Method::DELETE, &path, Some(&group.max), None)));
    let (edits, deletes) = tokio::join!(edits, deletes);
    let done = edits.iter().filter(|it| it.0.is_success()).count();
    for (status, answer) in &edits {
        assert!(status.is_success() || *status == 404, "{answer}");
    }
    assert!(deletes.iter().all(|it| it.0 == 204));
    for n in 0..=done {
        let (event, told) = at_bobs.hear_change().await;
        rev += 1;
        assert_eq!(told["rev"], rev);
        assert_eq!(event == "message:deleted", n == done, "the end comes last");
    }
    let now = server.message(id, &group.bob).await;
    assert_eq!((&now["content"], &now["rev"]), (&json!(""), &json!(rev)));
    assert!(at_bobs.overhear("message:updated").await.is_empty());
}

async fn the_last_message_is_the_last_that_is_there(server: Server) {
    let group = server.group_of_three().await;
    let rooms = [group.room.clone(), server.direct_room(&group.ann, &group.bob).await];
    let mut ids = Vec::new();
    for room in &rooms {
        for n in 0..3 {
            ids.push(server.said(&group.ann, room, &format!("m{n}")).await);
        }
    }
    let shown = async || -> Vec<Value> {
        let listed = server.get("/v1/rooms", &group.bob).await;
        let last = |room: &String| {
            let items = listed["items"].as_array().unwrap();
            let found = items.iter().find(|it| it["chatroom_id"] == json!(room)).unwrap();
            found["last_message"]["content"].clone()
        };
        rooms.iter().map(last).collect()
    };
    assert_eq!(shown().await, ["m2", "m2"]);
    for id in [ids[2], ids[1], ids[5]] {
        server.delete(id, &group.ann).await;
    }
    assert_eq!(shown().await, ["m0", "m1"]);
    for id in [ids[0], ids[3], ids[4]] {
        server.delete(id, &group.ann).await;
    }
    assert_eq!(shown().await, [Value::Null, Value::Null]);
}
