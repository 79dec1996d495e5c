//! Passing on what somebody has said.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_every_database,
    support::{
        group::{missing, no_member, nobody},
        server::Server,
    },
};

on_every_database!(
    what_is_passed_on_names_who_said_it,
    a_forwarded_file_lives_on_its_own,
    nothing_leaves_a_room_that_one_may_not_read,
);

async fn what_is_passed_on_names_who_said_it(server: Server) {
    let group = server.group_of_three().await;
    let there = server.direct_room(&group.bob, &group.eve).await;
    let first = server.say(&group.ann, &group.room, "have you heard, @eve?").await;
    let mut at_bobs = server.socket(&group.bob).await;
    let mut at_eves = server.socket(&group.eve).await;
    let order = json!({"message_id": first["message_id"], "chatroom_id": there,
        "client_msg_id": Uuid::new_v4()});
    let sent = at_bobs.ok("message:forward", order.clone()).await;
    assert_eq!(sent["duplicate"], false);
    let message = &sent["message"];
    assert_eq!(
        (&message["content"], &message["sender_id"]),
        (&first["content"], &json!(group.bob.id))
    );
    assert_eq!((&message["chatroom_id"], &message["seq"]), (&json!(there), &json!(1)));
    assert_eq!(message["forwarded_from"], first["user"]);
    assert_eq!(message["mentions"], json!([group.eve.id]), "there she is a member");
    assert_eq!(at_eves.hear("message:created").await["message"], *message);
    let again = at_bobs.ok("message:forward", order).await;
    assert_eq!((&again["duplicate"], &again["message"]), (&json!(true), message));

    let (id, back) = (message["message_id"].as_i64().unwrap(), json!({"chatroom_id": group.room}));
    let path = format!("/v1/messages/{id}/forward");
    let twice = server.ok(Method::POST, &path, &group.bob, Some(back)).await;
    assert_eq!(twice["forwarded_from"], first["user"], "whoever said it first");
    // It is a message of its own.
    server.edit(first["message_id"].as_i64().unwrap(), &group.ann, "never mind").await;
    server.delete(first["message_id"].as_i64().unwrap(), &group.ann).await;
    assert_eq!(server.message(id, &group.eve).await["content"], first["content"]);
    server.delete(id, &group.bob).await;
    assert_eq!(server.message(id, &group.eve).await["forwarded_from"], Value::Null);
}

async fn a_forwarded_file_lives_on_its_own(server: Server) {
    let group = server.group_of_three().await;
    let there = server.direct_room(&group.bob, &group.eve).await;
    let first = server.picture(&group.ann, &group.room, "look").await;
    let path = format!("/v1/messages/{}/forward", first["message_id"]);
    let key = Uuid::new_v4();
    let body = json!({"chatroom_id": there, "client_msg_id": key});
    let passed = server.ok(Method::POST, &path, &group.bob, Some(body.clone())).await;
    assert_eq!(passed["message_type"], "image");
    let (old, new) = (&first["attachments"][0], &passed["attachments"][0]);
    assert_ne!(old["id"], new["id"]);
    for same in ["name", "mime", "size", "width", "height"] {
        assert_eq!(old[same], new[same]);
    }
    assert_eq!(server.file(new, &group.eve).await, [200; 3]);
    assert_eq!(server.file(old, &group.eve).await[0], 403, "this one was not sent to her");
    let again = server.ok(Method::POST, &path, &group.bob, Some(body)).await;
    assert_eq!(again, passed);
    let folder = server.folder.path().join("static/message");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "a repetition leaves nothing");
    server.delete(first["message_id"].as_i64().unwrap(), &group.ann).await;
    assert_eq!(server.file(old, &group.ann).await, [404; 3]);
    assert_eq!(server.file(new, &group.eve).await, [200; 3]);
    server.delete(passed["message_id"].as_i64().unwrap(), &group.bob).await;
    assert_eq!(server.file(new, &group.eve).await, [404; 3]);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

async fn nothing_leaves_a_room_that_one_may_not_read(server: Server) {
    let group = server.group_of_three().await;
    let own = server.direct_room(&group.eve, &group.bob).await;
    let id = server.said(&group.ann, &group.room, "a secret").await;
    let path = format!("/v1/messages/{id}/forward");
    let to = |room: &str| Some(json!({"chatroom_id": room}));
    for (who, room, wanted) in [
        (Some(&group.eve), &own, no_member()),
        (Some(&group.ann), &own, no_member()),
        (None, &own, nobody()),
    ] {
        assert_eq!(server.refused(Method::POST, &path, who, to(room)).await, wanted);
    }
    let nowhere = Uuid::new_v4().to_string();
    assert_eq!(
        server.refused(Method::POST, &path, Some(&group.ann), to(&nowhere)).await,
        missing()
    );
    let stale = "/v1/messages/999999/forward";
    assert_eq!(server.refused(Method::POST, stale, Some(&group.bob), to(&own)).await, missing());
    assert_eq!(server.messages(&own, &group.eve).await, [Value::Null; 0]);
}
