//! A database as a landed version left it, with people, rooms and messages in it, is brought up to
//! date at start and answers as before. `tests/fixtures/upgrade/make` made the dumps.

use std::path::Path;

use chrono::{DateTime, Utc};
use parlor::chat::engine::clock::Clock;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::support::{databases::Kind, people::Person, server::Server};

/// The key with which that version signed its tokens.
const SECRET: (&str, &str) = ("SECRET_KEY", "the secret of a test of upgrades, no other");

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_an_older_sqlite_is_there_after_an_upgrade() {
    everything_is_there(Kind::Sqlite, "sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_an_older_postgres_is_there_after_an_upgrade() {
    everything_is_there(Kind::Postgres, "postgres").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_an_older_mariadb_is_there_after_an_upgrade() {
    everything_is_there(Kind::MariaDb, "mariadb").await;
}

/// The dumps, each named by the last migration that its version had.
const VERSIONS: [&str; 2] = ["invites", "channel_numbers"];

async fn everything_is_there(kind: Kind, name: &str) {
    for version in VERSIONS {
        stays(kind, &format!("{version}/{name}")).await;
    }
}

/// On the day after the dumps were made: what they hold is not good for ever.
fn the_next_day() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-12-01T00:00:00Z").unwrap().to_utc()
}

async fn stays(kind: Kind, name: &str) {
    let mut server = Server::prepared(kind, &[SECRET], |_| {}).await;
    restore(&server, kind, &fixture(&format!("{name}.sql"))).await;
    server.begin(Clock::by_hand(the_next_day)).await;
    let told: Value = serde_json::from_str(&fixture(&format!("{name}.json"))).unwrap();
    for (person, asked) in told["asked"].as_object().unwrap() {
        let credentials = json!({"username": person, "password": told["password"]});
        let token = signed_in(&server, "/v1/auth/login", credentials).await;
        let me = Person { name: person.clone(), id: 0, token, refresh: String::new() };
        for (path, before) in asked.as_object().unwrap() {
            let now = server.get(path, &me).await;
            assert_holds(&now, before, &format!("{name}, {person}: {path}"));
        }
        // An upgrade signs nobody out.
        let kept = json!({"refresh_token": told["refresh"][person]});
        signed_in(&server, "/v1/auth/refresh", kept).await;
    }
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/upgrade");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

async fn restore(server: &Server, kind: Kind, dump: &str) {
    let url = &server.variables()["DATABASE_URL"];
    let url = match kind {
        // SeaORM's spelling of the path that the settings would translate.
        Kind::Sqlite => url.replace("sqlite:////", "sqlite:///") + "?mode=rwc",
        Kind::Postgres | Kind::MariaDb => url.clone(),
    };
    if matches!(kind, Kind::MariaDb) {
        // As whoever made the dump did: a server without settings makes other letters.
        let db = Database::connect(&url).await.unwrap();
        let name = url.rsplit('/').next().unwrap();
        let letters = format!("ALTER DATABASE {name} CHARACTER SET utf8mb4");
        db.execute_unprepared(&letters).await.unwrap();
        db.close().await.unwrap();
    }
    let db = Database::connect(&url).await.unwrap();
    db.execute_unprepared(dump).await.unwrap();
    db.close().await.unwrap();
}

async fn signed_in(server: &Server, path: &str, credentials: Value) -> String {
    let (status, tokens) = server.call(Method::POST, path, None, Some(credentials)).await;
    assert_eq!(status, StatusCode::OK, "{path}: {tokens}");
    tokens["access_token"].as_str().unwrap().to_owned()
}

/// All that was told before is told now; there may be more.
fn assert_holds(now: &Value, before: &Value, path: &str) {
    match (now, before) {
        (Value::Object(now), Value::Object(before)) => {
            for (name, value) in before {
                let now = now.get(name).unwrap_or(&Value::Null);
                assert_holds(now, value, &format!("{path}.{name}"));
            }
        }
        (Value::Array(now), Value::Array(before)) => {
            assert_eq!(now.len(), before.len(), "{path}");
            for (index, (now, before)) in now.iter().zip(before).enumerate() {
                assert_holds(now, before, &format!("{path}[{index}]"));
            }
        }
        _ => assert_eq!(now, before, "{path}"),
    }
}
