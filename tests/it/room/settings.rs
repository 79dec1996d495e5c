//! What each person keeps about a room for themselves, on all their devices.

use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
    sync::copy::SyncedCopy,
};

on_every_database!(
    settings_are_on_all_devices_of_one_person_and_on_nobody_elses,
    a_hidden_room_comes_back_when_something_is_said,
    reading_clears_the_mark,
    a_draft_is_on_all_devices,
);

async fn set(server: &Server, who: &Person, room: &str, wanted: Value) -> Value {
    let path = format!("/v1/rooms/{room}/settings");
    server.ok(Method::PUT, &path, who, Some(wanted)).await["settings"].clone()
}

async fn listed(server: &Server, who: &Person) -> Value {
    server.get("/v1/rooms", who).await["items"][0]["settings"].clone()
}

async fn settings_are_on_all_devices_of_one_person_and_on_nobody_elses(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let mut on_phone = server.socket(&server.again(&bob).await).await;
    let mut away = SyncedCopy::default();
    away.sync(&server, &bob).await;
    let first = json!({
        "muted_until": null, "pinned_at": null, "hidden": false,
        "marked_unread": false, "cleared_seq": 0, "draft": null, "drafted_at": null,
    });
    assert_eq!(listed(&server, &bob).await, first);

    let until = "2037-01-01T08:00:00.000Z";
    let wanted = json!({"chatroom_id": room, "muted_until": until, "pinned": true});
    let settings = at_bobs.ok("room:settings", wanted).await["settings"].clone();
    assert_eq!(settings["muted_until"], until);
    assert!(settings["pinned_at"].is_string());
    let heard = on_phone.hear("room:settings_changed").await;
    assert_eq!((&heard["chatroom_id"], &heard["settings"]), (&json!(room), &settings));
    let rev = server.get("/v1/me", &bob).await["rev"].clone();
    assert_eq!(heard["user_rev"], rev);
    assert_eq!(listed(&server, &bob).await, settings);
    assert_eq!(listed(&server, &ann).await, first, "it is nobody else's business");
    assert!(at_anns.overhear("room:settings_changed").await.is_empty());
    away.sync(&server, &bob).await;
    away.check(&server, &bob).await;
    assert_eq!(away.user["settings"], json!([{"chatroom_id": room, "settings": settings}]));

    // What is not named stays; null ends it.
    assert_eq!(set(&server, &bob, &room, json!({})).await, settings);
    let unmuted = set(&server, &bob, &room, json!({"muted_until": null})).await;
    assert_eq!(unmuted["muted_until"], Value::Null);
    assert_eq!(unmuted["pinned_at"], settings["pinned_at"]);
    assert_eq!(set(&server, &bob, &room, json!({"pinned": false})).await, first);
    away.sync(&server, &bob).await;
    assert_eq!(away.user["settings"], json!([]));

    let long = set(&server, &bob, &room, json!({"muted_until": "2100-01-01T08:00:00Z"})).await;
    assert_eq!(long["muted_until"], "2038-01-19T03:14:07.000Z", "as long as it can be");
    let past = set(&server, &bob, &room, json!({"muted_until": "1000-01-01T08:00:00Z"})).await;
    assert_eq!(past["muted_until"], Value::Null);
    let eve = server.person("eve").await;
    let path = format!("/v1/rooms/{room}/settings");
    let (status, _) = server.call(Method::PUT, &path, Some(&eve), Some(json!({}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let typo = json!({"pined": true});
    let (status, _) = server.call(Method::PUT, &path, Some(&bob), Some(typo)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_hidden_room_comes_back_when_something_is_said(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    assert_eq!(set(&server, &bob, &room, json!({"hidden": true})).await["hidden"], true);
    server.ok(Method::PUT, &format!("/v1/rooms/{room}/read"), &bob, None).await;
    assert_eq!(listed(&server, &bob).await["hidden"], true, "reading says nothing new");
    server.say(&ann, &room, "are you there?").await;
    assert_eq!(listed(&server, &bob).await["hidden"], false);
    set(&server, &bob, &room, json!({"hidden": true})).await;
    assert_eq!(set(&server, &bob, &room, json!({"hidden": false})).await["hidden"], false);
}

async fn reading_clears_the_mark(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    let path = format!("/v1/rooms/{room}/read");
    server.ok(Method::PUT, &path, &bob, None).await;
    let mut on_phone = server.socket(&bob).await;
    set(&server, &bob, &room, json!({"marked_unread": true})).await;
    assert_eq!(on_phone.hear("room:settings_changed").await["settings"]["marked_unread"], true);
    // Though there is nothing left to read.
    server.ok(Method::PUT, &path, &bob, None).await;
    assert_eq!(on_phone.hear("room:settings_changed").await["settings"]["marked_unread"], false);
    assert_eq!(listed(&server, &bob).await["marked_unread"], false);
}

async fn a_draft_is_on_all_devices(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_bobs, mut on_phone) =
        (server.socket(&bob).await, server.socket(&server.again(&bob).await).await);
    let payload = json!({"chatroom_id": room, "text": "what I was about to 說 🌊"});
    let settings = at_bobs.ok("room:draft", payload).await["settings"].clone();
    assert_eq!(settings["draft"], "what I was about to 說 🌊");
    assert!(settings["drafted_at"].is_string());
    assert_eq!(on_phone.hear("room:settings_changed").await["settings"], settings);
    let mut away = SyncedCopy::default();
    away.sync(&server, &bob).await;
    away.check(&server, &bob).await;
    assert_eq!(away.rooms[&room].chatroom["settings"], settings);

    let path = format!("/v1/rooms/{room}/draft");
    let longest = json!({"text": "海".repeat(16_000)});
    server.ok(Method::PUT, &path, &bob, Some(longest)).await;
    let longer = json!({"text": "x".repeat(16_001)});
    let (status, _) = server.call(Method::PUT, &path, Some(&bob), Some(longer)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = server.ok(Method::PUT, &path, &bob, Some(json!({"text": ""}))).await;
    assert_eq!(
        (&done["settings"]["draft"], &done["settings"]["drafted_at"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_deleted_with_all_else_that_was_asked_or_not_at_all() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "keep me").await;
    let (before, db) = (listed(&server, &bob).await, server.beside().await);
    let broken = "CREATE TRIGGER broken BEFORE UPDATE OF pinned_at ON participants
        WHEN NEW.pinned_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'broken'); END";
    db.execute_unprepared(broken).await.unwrap();
    let mut on_phone = server.socket(&bob).await;
    let (path, wanted) =
        (format!("/v1/rooms/{room}/settings"), json!({"cleared_seq": 1, "pinned": true}));
    let (status, _) = server.call(Method::PUT, &path, Some(&bob), Some(wanted.clone())).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(listed(&server, &bob).await, before);
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(page["messages"][0]["content"], "keep me");
    assert_eq!(on_phone.overhear("room:settings_changed").await, [Value::Null; 0]);
    db.execute_unprepared("DROP TRIGGER broken").await.unwrap();
    let settings = set(&server, &bob, &room, wanted).await;
    assert_eq!((&settings["cleared_seq"], &settings["hidden"]), (&json!(1), &json!(true)));
    assert!(settings["pinned_at"].is_string());
    assert_eq!(on_phone.hear("room:settings_changed").await["settings"], settings);
    assert_eq!(on_phone.hear("room:unread").await["unread_count"], 0);
}
