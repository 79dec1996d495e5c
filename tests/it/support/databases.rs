//! A fresh database for each test, on each of the three kinds.

use std::{
    env,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use sea_orm::{ConnectionTrait, Database};

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
    MariaDb,
}

/// The URL of an empty database; for SQLite, of a file in this folder.
pub async fn fresh(kind: Kind, folder: &Path) -> String {
    let base = match kind {
        Kind::Sqlite => return format!("sqlite:///{}/test.db", folder.display()),
        Kind::Postgres => given("PARLOR_TEST_POSTGRES"),
        Kind::MariaDb => given("PARLOR_TEST_MARIADB"),
    };
    let name = unique();
    let home = if matches!(kind, Kind::Postgres) { "/postgres" } else { "" };
    let db = Database::connect(format!("{base}{home}")).await.unwrap();
    // A MariaDB of old makes databases for Western letters only; that must not matter.
    let letters = if matches!(kind, Kind::MariaDb) { "CHARACTER SET latin1" } else { "" };
    db.execute_unprepared(&format!("CREATE DATABASE {name} {letters}")).await.unwrap();
    db.close().await.unwrap();
    format!("{base}/{name}")
}

#[expect(clippy::disallowed_methods, reason = "tests are told of their servers this way")]
fn given(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `make test`"))
}

fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("parlor_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Makes a test of an async function for each kind of database.
#[macro_export]
macro_rules! on_every_database {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::support::databases::Kind;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name($crate::support::server::Server::on(Kind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name($crate::support::server::Server::on(Kind::Postgres).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_mariadb() {
                super::$name($crate::support::server::Server::on(Kind::MariaDb).await).await;
            }
        }
    )+};
}
