//! A database that does not open is named: which file, and why.

use std::{fs, process::Command};

use crate::support::{process::finish, server::Folder};

/// What it says, in a folder of its own, about an address in it.
fn complaint(folder: &Folder, url: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.arg("migrate").env("DATABASE_URL", url).current_dir(folder.path());
    let output = finish(&mut command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{url}: {said}");
    said.replace(&folder.path().display().to_string(), "HERE")
}

#[test]
fn three_slashes_where_four_were_meant_are_explained() {
    let folder = Folder::new();
    let said = complaint(&folder, "sqlite:///var/lib/parlor/chat.db");
    assert_eq!(
        said,
        "parlor: the database HERE/var/lib/parlor/chat.db does not open: there is no folder \
        HERE/var/lib/parlor (sqlite:///x is x in the working directory, sqlite:////x is /x)\n"
    );
    let whole = complaint(&folder, "sqlite:////nowhere/chat.db");
    assert_eq!(
        whole,
        "parlor: the database /nowhere/chat.db does not open: there is no folder /nowhere\n"
    );
}

#[test]
fn whatever_keeps_a_file_from_opening_the_file_is_named() {
    let folder = Folder::new();
    fs::write(folder.path().join("letter.txt"), "Dear Ann, ".repeat(100)).unwrap();
    fs::create_dir(folder.path().join("box")).unwrap();
    for (name, why) in [
        (
            "letter.txt",
            "Query Error: error returned from database: (code: 26) file is not a database",
        ),
        ("box", "Connection Error: error returned from database: (code: 266) disk I/O error"),
    ] {
        let said = complaint(&folder, &format!("sqlite:///{name}"));
        assert_eq!(said, format!("parlor: the database HERE/{name} does not open: {why}\n"));
    }
    let left = fs::read_to_string(folder.path().join("letter.txt")).unwrap();
    assert_eq!(left, "Dear Ann, ".repeat(100));
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let said = complaint(&Folder::new(), "postgres://ann:hidden@127.0.0.1:1/chat");
    assert_eq!(
        said,
        "parlor: the database postgres://ann:***@127.0.0.1:1/chat does not open: Connection Error: \
        pool timed out while waiting for an open connection\n"
    );
}
