//! Two people, and everything that one can do about the other, at once.

use std::time::Duration;

use entity::{
    chatroom,
    id::{RoomId, UserId},
    participant::{self, Role},
};
use futures_util::future::{join, join_all};
use parlor::{
    chat::engine::clock::Clock,
    store::{self, room::NewRoom},
};
use reqwest::Method;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait,
    entity::prelude::*,
};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{databases::Kind, people::Person, server::Server},
};

on_every_database!(many_calls_for_one_pair_at_once_are_all_answered);

async fn many_calls_for_one_pair_at_once_are_all_answered(mut server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    for round in 0..6 {
        let last = if round == 5 { (Method::POST, "rooms") } else { (Method::PUT, "blocks") };
        let kinds = [
            (Method::PUT, "friends"),
            (Method::DELETE, "friends"),
            (Method::PUT, "blocks"),
            (Method::DELETE, "blocks"),
            (Method::PUT, "friends"),
            last,
        ];
        let calls = kinds.iter().cycle().take(48).enumerate();
        let calls = calls.map(|(n, (method, noun))| {
            let (me, other) = if n % 12 < 6 { (&ann, &bob) } else { (&bob, &ann) };
            call(&server, method.clone(), noun, me, other)
        });
        for (what, status, answer) in join_all(calls).await {
            assert!(status < 500, "{what}: {status} {answer}");
        }
    }
    the_two_see_the_same(&server, &ann, &bob).await;
    // None had to be broken off: each of those makes everybody wait for a second.
    server.stop().await;
    assert_eq!(deadlocks(&server).await, 0);
}

async fn the_two_see_the_same(server: &Server, ann: &Person, bob: &Person) {
    for (me, other) in [(ann, bob), (bob, ann)] {
        server.call(Method::DELETE, &format!("/v1/blocks/{}", other.id), Some(me), None).await;
    }
    let anns = server.get(&format!("/v1/friends/{}", bob.id), ann).await;
    let bobs = server.get(&format!("/v1/friends/{}", ann.id), bob).await;
    let opposite = match anns["state"].as_str().unwrap() {
        "outgoing" => "incoming",
        "incoming" => "outgoing",
        same => same,
    };
    assert_eq!(bobs["state"], opposite, "{anns} {bobs}");
}

async fn call(
    server: &Server,
    method: Method,
    noun: &str,
    me: &Person,
    other: &Person,
) -> (String, u16, Value) {
    let what = format!("{method} {noun}");
    let (path, body) = match noun {
        "rooms" => {
            ("/v1/rooms".to_owned(), Some(json!({"kind": "direct", "user_ids": [other.id]})))
        }
        _ => (format!("/v1/{noun}/{}", other.id), None),
    };
    let (status, answer) = server.call(method, &path, Some(me), body).await;
    (what, status.as_u16(), answer)
}

/// As PostgreSQL counts them; the others do not say of which database they were.
async fn deadlocks(server: &Server) -> i64 {
    let db = Database::connect(&server.variables()["DATABASE_URL"]).await.unwrap();
    if db.get_database_backend() != DbBackend::Postgres {
        return 0;
    }
    let ask = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let ask = Statement::from_string(DbBackend::Postgres, ask);
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// SQLite lets one change at a time, so nothing is made meanwhile there.
#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_made_while_two_part_knows_it() {
    for kind in [Kind::Postgres, Kind::MariaDb] {
        let server = Server::on(kind).await;
        for (method, noun) in [(Method::DELETE, "friends"), (Method::PUT, "blocks")] {
            let ann = server.person(&format!("ann-{noun}")).await;
            let bob = server.person(&format!("bob-{noun}")).await;
            for (me, other) in [(&ann, &bob), (&bob, &ann)] {
                call(&server, Method::PUT, "friends", me, other).await;
            }
            let db = server.beside().await;
            let tx = db.begin().await.unwrap();
            let two = [UserId(ann.id), UserId(bob.id)];
            store::person::hold(&tx, two).await.unwrap();
            let made = async {
                somebody_waits(&db).await;
                let room = direct_room(&tx, two).await;
                tx.commit().await.unwrap();
                room
            };
            let (part, room) = join(call(&server, method, noun, &ann, &bob), made).await;
            assert!(part.1 < 300, "{part:?}");
            let members = participant::Entity::find()
                .filter(participant::Column::ChatroomId.eq(room))
                .all(&db)
                .await
                .unwrap();
            let parted: Vec<_> = members.iter().map(|it| it.parted_seq).collect();
            assert_eq!(parted, [Some(0), Some(0)], "{kind:?}: {noun}");
        }
    }
}

/// As a first message makes it, for whoever holds the two.
async fn direct_room(db: &impl ConnectionTrait, two: [UserId; 2]) -> RoomId {
    let now = Clock::system().now();
    let key = store::person::friend::pair_key(two[0], two[1]);
    let kind = chatroom::Kind::Direct;
    let new = NewRoom { kind, name: None, direct_key: Some(key), ..NewRoom::public("") };
    let room = store::room::insert(db, new, now).await.unwrap();
    let people = two.map(|it| (it, Role::Member));
    store::room::member::insert(db, &room, &people, now).await.unwrap();
    room.chatroom_id
}

async fn somebody_waits(db: &DatabaseConnection) {
    let backend = db.get_database_backend();
    let ask = if backend == DbBackend::Postgres {
        "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'"
    } else {
        "SELECT COUNT(*) FROM information_schema.innodb_trx AS waiting
            JOIN information_schema.processlist AS who ON who.id = waiting.trx_mysql_thread_id
            WHERE who.db = DATABASE() AND waiting.trx_state = 'LOCK WAIT'"
    };
    for _ in 0..100 {
        let row = db.query_one_raw(Statement::from_string(backend, ask)).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() > 0 {
            return;
        }
        // MariaDB tells whoever asks again within a tenth of a second what it told them before.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    panic!("nobody waits for the two");
}
