//! Two people, and everything that one can do about the other, at once.

use futures_util::future::join_all;
use reqwest::Method;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
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
