//! From time to time a socket is told where its rooms stand.

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    on_every_database,
    support::{databases::Kind, server::Server},
};

on_every_database!(greeting_says_where_everything_stands);

async fn greeting_says_where_everything_stands(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 0..3 {
        server.say(&ann, &room, &format!("{n}")).await;
    }
    let path = format!("/v1/rooms/{room}/read");
    server.ok(reqwest::Method::PUT, &path, &bob, Some(json!({"seq": 1}))).await;
    let auth = json!({"token": bob.token});
    let mut socket = server.try_socket("/socket.io/", Some(auth), None).await.unwrap();
    let ready = socket.hear("session:ready").await;
    let me = server.get("/v1/me", &bob).await;
    assert_eq!((&ready["user"], &ready["user_rev"]), (&me, &me["rev"]));
    let shown = server.get(&format!("/v1/rooms/{room}"), &bob).await;
    let head = json!({
        "chatroom_id": room, "last_seq": 3, "rev": shown["rev"],
        "unread_count": 2, "mention_count": 0, "last_read_seq": 1,
    });
    assert_eq!(ready["rooms"], json!([head]));
    for key in ["session_id", "server_time", "limits"] {
        assert!(!ready[key].is_null(), "{key}");
    }
}

/// Here the news of a change are lost, which cannot be seen from outside, and nothing
/// follows that would show the gap.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_event_is_found_by_what_is_told_from_time_to_time() {
    let mut server = Server::prepared(Kind::Sqlite, &[], |it| it.sync.heads_seconds = 1).await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (quiet, lost) = (server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await);
    server.say(&ann, &quiet, "hello").await;
    let mut at_bobs = server.socket(&bob).await;
    let db = server.beside().await;
    db.execute_unprepared("UPDATE chatrooms SET rev = rev + 1 WHERE kind = 'group'").await.unwrap();
    let rev = server.get(&format!("/v1/rooms/{lost}"), &bob).await["rev"].clone();
    let heads = at_bobs.hear("heads").await;
    assert_eq!(heads["rooms"], json!({lost: rev}), "and not the room where nothing happened");
    let before = heads["user_rev"].as_i64().unwrap();
    let sql = format!("UPDATE users SET rev = rev + 1 WHERE user_id = {}", bob.id);
    db.execute_unprepared(&sql).await.unwrap();
    let heads = at_bobs.hear("heads").await;
    assert_eq!(heads, json!({"rooms": {}, "user_rev": before + 1}));
}
