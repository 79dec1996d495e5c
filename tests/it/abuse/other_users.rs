//! Other users of the machine read nothing of what is kept in the data folder.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use crate::support::{databases::Kind, process::Process};

const KEPT: [&str; 4] = ["parlor.db", "parlor.db-wal", "parlor.db-shm", "secret"];

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

async fn start(url: &str) -> Process {
    Process::with(Kind::Sqlite, &[("DATABASE_URL", url)]).await
}

fn check(process: &Process) {
    let data = process.folder.path().join("data");
    assert_eq!(mode(&data), 0o700);
    for name in KEPT {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_closed_to_others_from_the_start() {
    let process = start("").await;
    process.person("ann").await;
    check(&process);
}

/// As earlier versions left it, and while it is open.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_open_to_others_is_closed_at_the_next_start() {
    let process = start("").await;
    process.person("ann").await;
    process.kill();
    let data = process.folder.path().join("data");
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    for name in KEPT {
        fs::set_permissions(data.join(name), Permissions::from_mode(0o644)).unwrap();
    }
    process.kill_and_start_again().await;
    check(&process);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_from_which_something_is_served_stays_open_but_not_what_is_private_in_it() {
    let process = Process::with(Kind::Sqlite, &[("DATABASE_URL", ""), ("DATA_DIR", ".")]).await;
    process.person("ann").await;
    let data = process.folder.path();
    assert_eq!(mode(data) & 0o055, 0o055, "static/ lies in it");
    for name in KEPT {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}
