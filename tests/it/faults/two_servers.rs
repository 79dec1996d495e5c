//! Two servers on one SQLite file would not hear each other: the second does not start.

use std::{fs, process::Command};

use crate::support::{
    databases::Kind,
    process::{Process, finish},
};

fn another(process: &Process, task: &str, url: &str) -> (bool, String) {
    // Taken, so that a server that goes on all the same does not go on for long.
    let port = process.address.port().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.arg(task).envs(process.variables()).env("DATABASE_URL", url).env("PORT", port);
    let output = finish(command.current_dir(process.folder.path()));
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_server_on_a_file_says_so_and_ends() {
    let process = Process::on(Kind::Sqlite).await;
    let folder = process.folder.path();
    std::os::unix::fs::symlink(folder.join("test.db"), folder.join("other.db")).unwrap();
    let ways = ["sqlite:///test.db", "sqlite:///./test.db", "sqlite:///other.db"];
    let whole = process.variables()["DATABASE_URL"].clone();
    for url in ways.into_iter().chain([whole.as_str()]) {
        for task in ["serve", "migrate"] {
            let (done, said) = another(&process, task, url);
            assert!(!done, "{task} {url}");
            assert_eq!(said.lines().count(), 1, "{task} {url}: {said}");
            let said = said.replace(&folder.display().to_string(), "HERE");
            let (what, why) = said.split_once(": another server uses it: ").unwrap();
            assert_eq!(why, "HERE/test.db.lock is locked\n", "{task} {url}");
            let name = if url == "sqlite:///other.db" { "other.db" } else { "test.db" };
            assert_eq!(what, format!("parlor: the database HERE/{name} does not open"), "{task}");
        }
    }
    let ann = process.person("ann").await;
    process.kill();
    let (done, said) = another(&process, "migrate", &whole);
    assert!(done, "the lock went with the process: {said}");
    process.kill_and_start_again().await;
    process.get("/v1/me", &ann).await;
    assert!(fs::metadata(folder.join("test.db.lock")).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_in_memory_has_a_database_of_its_own() {
    let process = Process::on(Kind::Sqlite).await;
    for url in ["sqlite://:memory:", "sqlite:///elsewhere.db"] {
        let (done, said) = another(&process, "migrate", url);
        assert!(done, "{url}: {said}");
    }
}
