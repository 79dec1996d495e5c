//! Who came and went while the database failed is told when it is well again.

use std::time::Instant;

use entity::{id::UserId, user};
use parlor::chat::engine::clock::Clock;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::support::{
    databases::Kind, people::Person, process::Process, server::Server, socketio::Socket,
};

/// How the other is, when they are so at last.
async fn hear(socket: &mut Socket, of: &Person, state: &str) -> Value {
    loop {
        let news = socket.hear("presence:changed").await;
        let presences = news["presences"].as_array().unwrap();
        let found = presences.iter().find(|it| it["user_id"] == of.id && it["state"] == state);
        if let Some(presence) = found {
            return presence.clone();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_could_not_be_told_is_told_later() {
    let process = Process::on(Kind::Sqlite).await;
    let (ann, bob) = (process.person("ann").await, process.person("bob").await);
    process.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (process.socket(&ann).await, process.socket(&bob).await);
    hear(&mut at_bobs, &ann, "online").await;
    let db = process.beside().await;
    db.execute_unprepared("ALTER TABLE friends RENAME TO lost").await.unwrap();
    at_anns.ok("presence:set", json!({"state": "dnd"})).await;
    process.has_logged("presence could not be told").await;
    db.execute_unprepared("ALTER TABLE lost RENAME TO friends").await.unwrap();
    hear(&mut at_bobs, &ann, "dnd").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_somebody_left_is_told_at_once_and_stored_when_it_can_be() {
    let mut server = Server::prepared(Kind::Sqlite, &[], |_| {}).await;
    let (first, begun) = (Clock::system().now().0, Instant::now());
    // Nobody has to wait until somebody is believed to be gone.
    server.begin(Clock::by_hand(move || first + begun.elapsed() * 10)).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    server.direct_room(&ann, &bob).await;
    let (at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    hear(&mut at_bobs, &ann, "online").await;
    let db = server.beside().await;
    let broken = "CREATE TRIGGER broken BEFORE UPDATE OF last_seen ON users
        BEGIN SELECT RAISE(ABORT, 'broken'); END";
    db.execute_unprepared(broken).await.unwrap();
    drop(at_anns);
    let told = hear(&mut at_bobs, &ann, "offline").await;
    assert!(told["last_seen"].is_string(), "{told}");
    db.execute_unprepared("DROP TRIGGER broken").await.unwrap();
    for _ in 0..600 {
        let row = user::Entity::find_by_id(UserId(ann.id)).one(&db).await.unwrap().unwrap();
        if row.last_seen.is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nobody knows when she left");
}
