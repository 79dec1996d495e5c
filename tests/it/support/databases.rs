//! A fresh database for each test, on each of the three kinds.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::support::small_disk::SmallDisk;

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

/// A database whose tables are on a small disk.
pub struct Small {
    pub url: String,
    pub disk: SmallDisk,
    /// What takes it out of a server that goes on without it.
    farewell: Vec<String>,
}

impl Small {
    /// When nobody uses it any more.
    pub async fn end(self) {
        if self.farewell.is_empty() {
            return;
        }
        let db = postgres().await;
        for sql in &self.farewell {
            db.execute_unprepared(sql).await.unwrap();
        }
    }
}

async fn postgres() -> DatabaseConnection {
    Database::connect(format!("{}/postgres", given("PARLOR_TEST_POSTGRES"))).await.unwrap()
}

/// An empty database on a small disk, in this folder if it is a file.
pub async fn on_small_disk(kind: Kind, folder: &Path) -> Small {
    if let Kind::Sqlite = kind {
        let disk = SmallDisk::mount(folder, 24);
        let url = format!("sqlite:///{}/test.db", folder.display());
        return Small { url, disk, farewell: Vec::new() };
    }
    let db = postgres().await;
    let data = "SELECT current_setting('data_directory')";
    let data = db.query_one_raw(Statement::from_string(DbBackend::Postgres, data)).await;
    let data: String = data.unwrap().unwrap().try_get_by_index(0).unwrap();
    // Its folders belong to whoever runs the database, and are nobody else's to enter.
    let name = unique();
    let place = Path::new(&data).join(format!("../{name}"));
    fs::create_dir(&place).unwrap();
    chown(&place, Some(fs::metadata(&data).unwrap().uid()), None).unwrap();
    let disk = SmallDisk::mount(&place.canonicalize().unwrap(), 32);
    let location = disk.path().display();
    for sql in [
        format!("CREATE TABLESPACE {name} LOCATION '{location}'"),
        format!("CREATE DATABASE {name} TABLESPACE {name}"),
    ] {
        db.execute_unprepared(&sql).await.unwrap();
    }
    let url = format!("{}/{name}", given("PARLOR_TEST_POSTGRES"));
    let farewell = ["DATABASE", "TABLESPACE"].map(|it| format!("DROP {it} {name}")).to_vec();
    Small { url, disk, farewell }
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
