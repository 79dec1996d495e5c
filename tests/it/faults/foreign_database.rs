//! A database that belongs to another system is named and left as it is, whoever is pointed at it.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};

use crate::support::{
    databases::{self, Kind},
    process::finish,
    server::Folder,
};

const KINDS: [Kind; 3] = [Kind::Sqlite, Kind::Postgres, Kind::MariaDb];
const ORIGINALS: [&str; 5] = ["campus", "chatroom", "chatsphere", "discord", "swift"];
const TASKS: [&[&str]; 3] = [&["serve"], &["migrate"], &["migrate", "--revert", "1"]];
/// What an earlier version of this server left behind when it failed in such a database.
const TRACES: &str = "CREATE TABLE seaql_migrations (version varchar(255), applied_at bigint);\n\
    CREATE TABLE sessions (session_id integer, refresh_hash varchar(64));\n";
const DONE: &str = "INSERT INTO seaql_migrations VALUES ('m20261121_000001_people', 1);\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_an_original_is_named_and_left_as_it_is() {
    for kind in KINDS {
        for original in ORIGINALS {
            let database = ForeignDatabase::of(kind, original).await;
            database.refuses(&format!("the tables of {original}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn so_is_any_other_programs() {
    for kind in KINDS {
        let database = ForeignDatabase::of(kind, "unknown").await;
        database
            .refuses("some other program's tables: invoices, orders, payments and 1 more")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn so_is_one_in_which_an_earlier_start_failed() {
    for kind in KINDS {
        for (owner, said) in
            [("swift", "the tables of swift"), ("unknown", "some other program's tables: users")]
        {
            let database = ForeignDatabase::of(kind, owner).await;
            database.run(TRACES).await;
            database.run(DONE).await;
            database.refuses(said).await;
        }
        let database = ForeignDatabase::of(kind, "unknown").await;
        database.run(TRACES).await;
        database
            .refuses("some other program's tables: invoices, orders, payments and 1 more")
            .await;
    }
}

/// What a program that was killed did not move into the file yet counts, too.
#[tokio::test(flavor = "multi_thread")]
async fn so_is_one_whose_tables_are_in_the_log_alone() {
    let database = ForeignDatabase::of(Kind::Sqlite, "swift").await;
    let path = database.folder.path();
    let db = database.open().await;
    db.execute_unprepared("PRAGMA journal_mode = WAL").await.unwrap();
    db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    db.execute_unprepared("ALTER TABLE chat_rooms RENAME TO halls").await.unwrap();
    db.execute_unprepared("ALTER TABLE halls RENAME TO chat_rooms").await.unwrap();
    let kept = Folder::new();
    for name in ["test.db", "test.db-wal", "test.db-shm"] {
        fs::copy(path.join(name), kept.path().join(name)).unwrap();
    }
    db.close().await.unwrap();
    let url = format!("sqlite:///{}/test.db", kept.path().display());
    let killed = ForeignDatabase { kind: Kind::Sqlite, folder: kept, url };
    let before = killed.content().await;
    let said = said(&killed.parlor(&["serve"]));
    assert_eq!(whose(&said), "the tables of swift");
    let after = killed.content().await;
    for name in ["test.db", "test.db-wal"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(after.len(), before.len(), "{:?}", after.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_with_a_table_of_somebody_beside_it_is_taken() {
    for kind in KINDS {
        let folder = Folder::new();
        let url = databases::fresh(kind, folder.path()).await;
        let database = ForeignDatabase { kind, folder, url };
        for _ in 0..2 {
            assert!(database.parlor(&["migrate"]).status.success());
            database.run("CREATE TABLE IF NOT EXISTS notes_of_mine (id integer);\n").await;
        }
        assert!(database.parlor(&["migrate", "--revert", "1"]).status.success());
        assert!(database.parlor(&["migrate"]).status.success());
    }
}

/// Whose tables it has found, without the marks by which it knew a product's.
fn whose(said: &str) -> &str {
    let (_, rest) = said.split_once(" is not Parlor's: it has ").unwrap();
    let (found, left) = rest.split_once("; ").unwrap();
    assert_eq!(left, "it was left as it is, and Parlor needs one of its own\n");
    found.split_once(" (").map_or(found, |it| it.0)
}

/// A database, whoever's it is, and a folder for what the server would make.
struct ForeignDatabase {
    kind: Kind,
    folder: Folder,
    url: String,
}

impl ForeignDatabase {
    async fn of(kind: Kind, owner: &str) -> Self {
        let folder = Folder::new();
        let url = databases::fresh(kind, folder.path()).await;
        let database = Self { kind, folder, url };
        let path = format!("{}/tests/fixtures/foreign/{owner}.sql", env!("CARGO_MANIFEST_DIR"));
        database.run(&fs::read_to_string(path).unwrap()).await;
        database
    }

    /// Whatever the program is asked to do, it names these tables and has changed nothing.
    async fn refuses(&self, whose_tables: &str) {
        let before = self.content().await;
        for task in TASKS {
            let output = self.parlor(task);
            let said = said(&output);
            let kind = self.kind;
            assert_eq!(output.status.code(), Some(1), "{kind:?} {task:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{kind:?} {task:?}: {said}");
            assert_eq!(whose(&said), whose_tables, "{kind:?} {task:?}");
            assert_eq!(self.content().await, before, "{kind:?} {task:?}");
        }
    }

    fn parlor(&self, task: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
        let folder = self.folder.path();
        finish(command.args(task).env("DATABASE_URL", &self.url).current_dir(folder))
    }

    async fn run(&self, sql: &str) {
        let db = self.open().await;
        for statement in sql.split(";\n").filter(|it| !it.trim().is_empty()) {
            let quote = if matches!(self.kind, Kind::MariaDb) { "`" } else { "\"" };
            db.execute_unprepared(&statement.replace('"', quote)).await.unwrap();
        }
        db.close().await.unwrap();
    }

    async fn open(&self) -> DatabaseConnection {
        let create = if matches!(self.kind, Kind::Sqlite) { "?mode=rwc" } else { "" };
        let url = self.url.replace("sqlite:////", "sqlite:///");
        Database::connect(format!("{url}{create}")).await.unwrap()
    }

    /// All that there is: the bytes of every file, the columns and rows of every table.
    async fn content(&self) -> BTreeMap<String, String> {
        let files = files(self.folder.path());
        if matches!(self.kind, Kind::Sqlite) {
            return files;
        }
        let db = self.open().await;
        let schema =
            if matches!(self.kind, Kind::Postgres) { "current_schema()" } else { "DATABASE()" };
        let columns = format!(
            "SELECT CONCAT(table_name), CONCAT(column_name, ' ', data_type) \
             FROM information_schema.columns WHERE table_schema = {schema}"
        );
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for row in rows(&db, &columns).await {
            let table: String = row.try_get_by_index(0).unwrap();
            *seen.entry(table).or_default() += &row.try_get_by_index::<String>(1).unwrap();
        }
        for (table, content) in &mut seen {
            *content += &content_of(&db, self.kind, table).await;
        }
        db.close().await.unwrap();
        seen.extend(files);
        seen
    }
}

async fn content_of(db: &DatabaseConnection, kind: Kind, table: &str) -> String {
    if let Kind::MariaDb = kind {
        let sum = &rows(db, &format!("CHECKSUM TABLE `{table}`")).await[0];
        return sum.try_get_by_index::<i64>(1).unwrap().to_string();
    }
    let all = "string_agg(t::text, '|' ORDER BY t::text)";
    let sql = format!("SELECT coalesce({all}, '') FROM \"{table}\" t");
    rows(db, &sql).await[0].try_get_by_index(0).unwrap()
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The bytes of every file, and the folders.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap());
    let content = |path: &Path| {
        let bytes = if path.is_dir() { Vec::new() } else { fs::read(path).unwrap() };
        bytes.iter().map(|it| char::from(*it)).collect()
    };
    entries.map(|it| (it.file_name().to_string_lossy().into_owned(), content(&it.path()))).collect()
}
