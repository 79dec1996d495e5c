//! Somebody is away while things happen.

use reqwest::Method;
use serde_json::{Value, json};

use super::copy::SyncedCopy;
use crate::{on_every_database, support::server::Server};

on_every_database!(
    whoever_was_away_has_everything_afterwards,
    whoever_left_and_came_back_meanwhile_is_in,
    whoever_was_sent_away_is_told_so,
    a_room_that_is_gone_is_told_to_be,
    the_event_answers_as_the_route_does,
    roles_and_heirs_are_told,
    a_server_and_its_channels_come_and_go,
);

async fn whoever_was_away_has_everything_afterwards(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (eve, dan) = (server.person("eve").await, server.person("dan").await);
    let (direct, group) = (server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await);
    server.say(&ann, &direct, "before").await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    bobs.check(&server, &bob).await;
    assert_eq!(bobs.rooms.len(), 2);

    for n in 0..7 {
        server.say(&ann, &direct, &format!("direct {n}")).await;
        server.say(&ann, &group, &format!("group {n}")).await;
    }
    let path = format!("/v1/rooms/{group}/members/{}", eve.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({}))).await;
    server.say(&eve, &group, "here I am").await;
    server.ok(Method::DELETE, &format!("/v1/rooms/{group}/members/me"), &eve, None).await;
    let path = format!("/v1/rooms/{group}/members/{}", dan.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({}))).await;
    let name = json!({"chatroom_name": "the kitchen", "description": "where we talk"});
    server.ok(Method::PATCH, &format!("/v1/rooms/{group}"), &ann, Some(name)).await;
    let new = server.group(&eve, &[&bob, &dan]).await;
    server.say(&eve, &new, "a new one").await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", bob.id), &ann, None).await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", bob.id), &eve, None).await;
    server.ok(Method::PUT, &format!("/v1/friends/{}", ann.id), &bob, None).await;
    server.ok(Method::PUT, &format!("/v1/blocks/{}", dan.id), &bob, None).await;
    let read = json!({"seq": 3});
    server.ok(Method::PUT, &format!("/v1/rooms/{group}/read"), &dan, Some(read)).await;

    bobs.sync(&server, &bob).await;
    bobs.check(&server, &bob).await;
    let held = &bobs.rooms[&group];
    assert_eq!(held.chatroom["chatroom_name"], "the kitchen");
    assert_eq!(held.messages.len(), 8, "messages of somebody who has left stay");
    assert!(!held.members.contains_key(&eve.id) && held.members.contains_key(&dan.id));
    assert_eq!(bobs.rooms[&new].messages.len(), 1);
    assert_eq!(bobs.user["friends"][0]["user_id"], json!(ann.id));
    assert_eq!(bobs.user["requests"][0]["state"], "incoming");
    assert_eq!(bobs.user["blocks"][0]["user_id"], json!(dan.id));

    server.ok(Method::DELETE, &format!("/v1/friends/{}", bob.id), &ann, None).await;
    server.ok(Method::DELETE, &format!("/v1/friends/{}", eve.id), &bob, None).await;
    server.ok(Method::DELETE, &format!("/v1/blocks/{}", dan.id), &bob, None).await;
    bobs.sync(&server, &bob).await;
    bobs.check(&server, &bob).await;
    assert_eq!(bobs.user["blocks"], json!([]));
}

async fn whoever_left_and_came_back_meanwhile_is_in(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    server.say(&ann, &room, "one").await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    let settings = json!({"pinned": true});
    server.ok(Method::PUT, &format!("/v1/rooms/{room}/settings"), &bob, Some(settings)).await;
    bobs.sync(&server, &bob).await;
    assert_eq!(bobs.user["settings"][0]["chatroom_id"], json!(room));

    server.ok(Method::DELETE, &format!("/v1/rooms/{room}/members/me"), &bob, None).await;
    server.say(&ann, &room, "two").await;
    let path = format!("/v1/rooms/{room}/members/{}", bob.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({}))).await;
    server.say(&ann, &room, "three").await;
    bobs.sync(&server, &bob).await;
    bobs.check(&server, &bob).await;
    assert_eq!(bobs.rooms[&room].messages.len(), 3);
    assert_eq!(bobs.rooms[&room].chatroom["unread_count"], 1);
    assert_eq!(bobs.user["settings"], json!([]), "whoever comes back begins anew");

    // And somebody who goes and stays away.
    server.ok(Method::DELETE, &format!("/v1/rooms/{room}/members/me"), &bob, None).await;
    bobs.sync(&server, &bob).await;
    bobs.check(&server, &bob).await;
    assert!(bobs.rooms.is_empty());
}

async fn whoever_was_sent_away_is_told_so(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let mut bobs = SyncedCopy::default();
    bobs.sync(&server, &bob).await;
    let before = bobs.user_rev;
    let path = format!("/v1/rooms/{room}/members/{}", bob.id);
    server.ok(Method::DELETE, &path, &ann, None).await;
    server.say(&ann, &room, "gossip").await;
    let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(bobs.question())).await;
    assert_eq!(answer["removed"], json!([room]));
    assert_eq!(answer["rooms"], json!([]), "nothing of it is told");
    bobs.apply(&answer);
    assert!(bobs.user_rev > before, "one's list of rooms is one's own");
    bobs.check(&server, &bob).await;
}

async fn a_room_that_is_gone_is_told_to_be(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let (mut anns, mut bobs) = (SyncedCopy::default(), SyncedCopy::default());
    anns.sync(&server, &ann).await;
    bobs.sync(&server, &bob).await;
    server.ok(Method::DELETE, &format!("/v1/rooms/{room}"), &ann, None).await;
    for (copy, who) in [(&mut anns, &ann), (&mut bobs, &bob)] {
        let before = copy.user_rev;
        copy.sync(&server, who).await;
        copy.check(&server, who).await;
        assert!(copy.rooms.is_empty() && copy.user_rev > before);
    }
    // One that never was, or is none of one's business, is removed just the same.
    let strange = json!({"rooms": {uuid::Uuid::new_v4().to_string(): 3}});
    let answer = server.ok(Method::POST, "/v1/sync", &bob, Some(strange)).await;
    assert_eq!(answer["removed"].as_array().map(Vec::len), Some(1));
}

async fn the_event_answers_as_the_route_does(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut socket = server.socket(&bob).await;
    let mut bobs = SyncedCopy::default();
    bobs.apply(&socket.ok("sync", bobs.question()).await);
    server.say(&ann, &room, "hello").await;
    let mut by_event = socket.ok("sync", bobs.question()).await;
    let mut by_route = server.ok(Method::POST, "/v1/sync", &bob, Some(bobs.question())).await;
    for answer in [&mut by_event, &mut by_route] {
        answer["since"] = Value::Null;
    }
    assert_eq!(by_event, by_route);
    assert_eq!(by_event["rooms"][0]["messages"][0]["content"], "hello");
    assert_eq!(by_event["rooms"][0]["reset"], false);
    for nonsense in [
        json!({"rooms": []}),
        json!({"rooms": {"kitchen": 1}}),
        json!({"rooms": {room.clone(): "all"}}),
        json!({"limit": 0}),
        json!({"limit": 101}),
        json!({"since": "yesterday"}),
        json!({"room": {}}),
    ] {
        assert_eq!(socket.fault("sync", nonsense).await, "validation_failed");
    }
}

async fn roles_and_heirs_are_told(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    let mut eves = SyncedCopy::default();
    eves.sync(&server, &eve).await;
    let path = format!("/v1/rooms/{room}/members/{}", bob.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({"role": "admin"}))).await;
    eves.sync(&server, &eve).await;
    assert_eq!(eves.rooms[&room].members[&bob.id]["role"], "admin");
    server.ok(Method::DELETE, &format!("/v1/rooms/{room}/members/me"), &ann, None).await;
    eves.sync(&server, &eve).await;
    assert_eq!(eves.rooms[&room].members[&bob.id]["role"], "owner");
    eves.check(&server, &eve).await;
}

async fn a_server_and_its_channels_come_and_go(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let made = server.ok(Method::POST, "/servers/", &ann, Some(json!({"name": "the guild"}))).await;
    let path = format!("/servers/{}", made["id"]);
    let channel = json!({"name": "the channel", "server_id": made["id"]});
    server.ok(Method::POST, "/channels/", &ann, Some(channel)).await;
    let mut copies = [(SyncedCopy::default(), &ann), (SyncedCopy::default(), &bob)];
    for (method, path, who, rooms) in [
        (Method::POST, format!("{path}/join"), &bob, 1),
        (Method::POST, format!("{path}/leave"), &bob, 0),
        (Method::POST, format!("{path}/join"), &bob, 1),
        (Method::DELETE, path.clone(), &ann, 0),
    ] {
        server.ok(method, &path, who, None).await;
        for (copy, who) in &mut copies {
            copy.sync(&server, who).await;
            copy.check(&server, who).await;
        }
        assert_eq!(copies[1].0.rooms.len(), rooms, "after {path}");
    }
}
