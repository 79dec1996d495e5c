//! Where a client can go on, and where it has to begin anew.

use std::time::Duration;

use parlor::chat::message;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::copy::SyncedCopy;
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    pages_go_on_where_the_last_one_ended,
    whoever_is_ahead_begins_anew,
    whoever_lacks_too_much_begins_anew,
    a_room_that_is_not_known_is_told_from_its_newest_messages,
    whoever_knows_nothing_of_an_old_room_is_told_its_members,
);

async fn pages_go_on_where_the_last_one_ended(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let rooms = [server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await];
    let mut bobs = SyncedCopy { limit: Some(4), ..SyncedCopy::default() };
    bobs.sync(&server, &bob).await;
    for n in 0..10 {
        for room in &rooms {
            server.say(&ann, room, &format!("{n}")).await;
        }
    }
    let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(bobs.question())).await;
    for room in answer["rooms"].as_array().unwrap() {
        assert_eq!(room["messages"].as_array().unwrap().len(), 4);
        assert_eq!((&room["has_more"], &room["reset"]), (&json!(true), &json!(false)));
        assert_eq!(room["rev"], room["messages"][3]["rev"], "up to here it is known");
    }
    assert_eq!(answer["has_more"], true);
    // What happens between two pages comes with the later ones.
    bobs.apply(&answer);
    server.say(&ann, &rooms[0], "in between").await;
    assert_eq!(bobs.sync(&server, &bob).await, 2);
    bobs.check(&server, &bob).await;
}

async fn whoever_is_ahead_begins_anew(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    // As if the server had been put back to an earlier day.
    let held = bobs.rooms.get_mut(&room).unwrap();
    held.rev += 1_000;
    let ghost = json!({"seq": 99, "rev": 999, "content": "never said"});
    held.messages.insert(99, ghost);
    bobs.user_rev = bobs.user_rev.map(|it| it + 1_000);
    bobs.sync(&server, &bob).await;
    bobs.check(&server, &bob).await;
    assert_eq!(bobs.rooms[&room].messages.len(), 1);
}

async fn whoever_lacks_too_much_begins_anew(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "1").await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    many(&server, &ann, &room, 1_000).await;
    let mut patient = bobs.clone();
    assert_eq!(patient.sync(&server, &bob).await, 10, "just few enough");
    assert_eq!(patient.rooms[&room].messages.len(), 1_001);
    patient.check(&server, &bob).await;

    server.say(&ann, &room, "one too many").await;
    let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(bobs.question())).await;
    let told = &answer["rooms"][0];
    assert_eq!((&told["reset"], &told["has_more"]), (&json!(true), &json!(false)));
    let messages = told["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &messages[99]["seq"]), (100, &json!(1_002)));
    assert_eq!(told["rev"], told["chatroom"]["rev"]);
    bobs.apply(&answer);
    assert_eq!(bobs.rooms[&room].messages.len(), 100, "what was held before is forgotten");
    server.say(&ann, &room, "and on it goes").await;
    bobs.sync(&server, &bob).await;
    assert_eq!(bobs.rooms[&room].messages.len(), 101);
}

async fn a_room_that_is_not_known_is_told_from_its_newest_messages(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 1..=12 {
        server.say(&ann, &room, &format!("{n}")).await;
    }
    let body = json!({"limit": 5});
    let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(body)).await;
    let told = &answer["rooms"][0];
    let seqs: Vec<i64> =
        told["messages"].as_array().unwrap().iter().map(|it| it["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, [8, 9, 10, 11, 12]);
    assert_eq!((&told["reset"], &told["has_more"]), (&json!(true), &json!(false)));
    assert_eq!(told["members"].as_array().unwrap().len(), 2);
    assert_eq!(told["cursors"].as_array().unwrap().len(), 2);
    assert_eq!(answer["has_more"], false);
}

/// Rooms from before members had a `rev` of their own have none.
async fn whoever_knows_nothing_of_an_old_room_is_told_its_members(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    let old = "UPDATE chatrooms SET members_rev = 0";
    server.db().await.execute_unprepared(old).await.unwrap();
    for (held, members) in [(None, 2), (Some(-1), 2), (Some(0), 2), (Some(1), 0)] {
        let rooms = held.map_or(json!({}), |rev| json!({&room: rev}));
        let body = json!({"rooms": rooms});
        let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(body)).await;
        let told = &answer["rooms"][0];
        assert_eq!(told["messages"][0]["content"], "hello", "{held:?}");
        assert_eq!(told["members"].as_array().map_or(0, Vec::len), members, "{held:?}: {told}");
    }
}

/// Many at once, as REST could not say them in a reasonable time.
async fn many(server: &Server, who: &Person, room: &str, count: usize) {
    let (chat, me) = (server.chat(), server.actor(who).await);
    let room = entity::id::RoomId(room.parse().unwrap());
    let (done, mut results) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..count {
        let draft = parlor::model::message::Draft {
            content: format!("{n}"),
            kind: entity::message::Type::Text,
            media_url: None,
            client_msg_id: None,
            files: Vec::new(),
            reply_to: None,
            sent_at: None,
        };
        let done = done.clone();
        let answer = Box::new(move |sent: Result<_, _>| done.send(sent.is_ok()).unwrap());
        message::submit(&chat, me, room, draft, answer).await;
    }
    for _ in 0..count {
        let stored = tokio::time::timeout(Duration::from_secs(10), results.recv()).await;
        assert_eq!(stored.unwrap(), Some(true));
    }
}
