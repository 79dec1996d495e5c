//! A server, and what befalls it while its clients talk.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::Utc;
use parlor::chat::engine::clock::Clock;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;
use tokio::time::sleep;

use crate::support::{
    databases::Kind, people::Person, process::Process, proxy::Proxy, server::Server,
    small_database::SmallDatabase,
};

/// Whoever waits for the database does so for a second.
const SHORT_WAITS: &str = "[database]\nstatement_seconds = 1\nacquire_seconds = 1";

pub enum FaultyServer {
    /// It is killed.
    Killed(Process),
    /// The way to its database is held up.
    ProxiedDatabase(Process, Proxy),
    /// Another program holds the lock of its database.
    LockedDatabase(Process, DatabaseConnection),
    /// Its disk has no room left, and then it is killed.
    FullDisk(Process, SmallDatabase),
    /// Its disk takes no writes, and then it is killed.
    FailingDisk(Process),
    /// Its clock is put forward and back, by so many seconds.
    ShiftedClock(Server, Arc<AtomicI64>),
}

impl FaultyServer {
    pub async fn killed(kind: Kind) -> Self {
        Self::Killed(Process::on(kind).await)
    }

    pub async fn hanging(kind: Kind) -> Self {
        if let Kind::Sqlite = kind {
            let process =
                Process::of(with_short_waits(Server::prepared(kind, &[], |_| {}).await)).await;
            let other = process.beside().await;
            return Self::LockedDatabase(process, other);
        }
        let (server, proxy) = Server::behind_proxy(kind, |_| {}).await;
        Self::ProxiedDatabase(Process::of(with_short_waits(server)).await, proxy)
    }

    pub async fn full_disk(kind: Kind) -> Self {
        let mut server = Server::prepared(kind, &[], |_| {}).await;
        let folder = server.folder.path().join("small");
        fs::create_dir(&folder).unwrap();
        let database = SmallDatabase::on(kind, &folder).await;
        server.set("DATABASE_URL", &database.url);
        Self::FullDisk(Process::of(server).await, database)
    }

    pub async fn failing_disk() -> Self {
        Self::FailingDisk(Process::on(Kind::Sqlite).await)
    }

    pub async fn shifted_clock(kind: Kind) -> Self {
        let mut server = Server::prepared(kind, &[], |_| {}).await;
        let ahead = Arc::new(AtomicI64::new(0));
        let hand = ahead.clone();
        let now = move || now() + chrono::Duration::seconds(hand.load(Ordering::SeqCst));
        server.begin(Clock::by_hand(now)).await;
        Self::ShiftedClock(server, ahead)
    }

    pub fn server(&self) -> &Server {
        match self {
            Self::Killed(it)
            | Self::ProxiedDatabase(it, _)
            | Self::LockedDatabase(it, _)
            | Self::FullDisk(it, _)
            | Self::FailingDisk(it) => it,
            Self::ShiftedClock(it, _) => it,
        }
    }

    /// Lets it happen once, to its end.
    pub async fn inject_fault(&self) {
        let a_while = Duration::from_millis(rand::random_range(100..2_500));
        match self {
            Self::Killed(process) => process.kill_and_start_again().await,
            Self::ProxiedDatabase(_, proxy) => {
                proxy.hang();
                sleep(a_while).await;
                proxy.resume();
            }
            Self::LockedDatabase(_, other) => {
                other.execute_unprepared("BEGIN IMMEDIATE").await.ok();
                sleep(a_while).await;
                other.execute_unprepared("ROLLBACK").await.ok();
            }
            Self::FullDisk(process, database) => {
                let (writer, room) = room_for_itself(process).await;
                database.disk.fill();
                write_until_it_fails(process, &writer, &room).await;
                process.becomes_ready(false).await;
                sleep(a_while).await;
                database.disk.free();
                process.becomes_ready(true).await;
                sleep(a_while).await;
                process.kill_and_start_again().await;
            }
            Self::FailingDisk(process) => {
                let (writer, room) = room_for_itself(process).await;
                process.let_writes_fail(true);
                write_until_it_fails(process, &writer, &room).await;
                process.becomes_ready(false).await;
                sleep(a_while).await;
                process.let_writes_fail(false);
                process.becomes_ready(true).await;
                sleep(a_while).await;
                process.kill_and_start_again().await;
            }
            Self::ShiftedClock(_, ahead) => {
                // Within what a token lasts: nobody has to sign in again.
                ahead.store(rand::random_range(-1_200..1_200), Ordering::SeqCst);
            }
        }
    }
}

fn with_short_waits(server: Server) -> Server {
    fs::write(server.folder.path().join("parlor.toml"), SHORT_WAITS).unwrap();
    server
}

#[expect(clippy::disallowed_methods, reason = "the true time, to be changed")]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

/// Somebody whose words are not counted, in a room where nobody counts.
async fn room_for_itself(server: &Server) -> (Person, String) {
    let n = rand::random::<u32>();
    let writer = server.person(&format!("writer{n}")).await;
    let reader = server.person(&format!("reader{n}")).await;
    let room = server.direct_room(&writer, &reader).await;
    (writer, room)
}

/// A database has some room of its own that it took before, which the others may not use up
/// before they have said all that they want to say.
async fn write_until_it_fails(server: &Server, writer: &Person, room: &str) {
    let path = format!("/v1/rooms/{room}/messages");
    let words = "more ".repeat(800);
    for _ in 0..5_000 {
        let body = json!({"content": words});
        let (status, _) = server.call(Method::POST, &path, Some(writer), Some(body)).await;
        if !status.is_success() {
            return;
        }
    }
    panic!("every write succeeded");
}
