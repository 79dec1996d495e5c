//! What must stay secret, and what production asks of it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use parlor::config::secret::Secret;

use crate::config::{Folder, complaint, load};

#[test]
fn production_refuses_a_missing_short_or_published_secret() {
    let example = "this is a published example, which everybody knows; \"openssl rand -base64 32\" \
        makes a secret";
    let easy = "words and repeated letters are guessed; \"openssl rand -base64 32\" makes a secret";
    for (secret, problem) in [
        ("", "production needs a secret; \"openssl rand -base64 32\" makes one"),
        (
            "f8a0b1c2d3",
            "production needs at least 32 bytes; \"openssl rand -base64 32\" makes them",
        ),
        ("secret", example),
        ("changeme", example),
        ("CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME", example),
        ("supersecretkey", example),
        ("your-secret-key", example),
        ("your-secret-key-here-change-this-in-production", example),
        ("your-super-secret-key-change-this-in-production", example),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", example),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7-2", example),
        ("my-own-your-secret-key-here-change-in-production-7f3a9c", example),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", easy),
        ("secretsecretsecretsecretsecretsecret", easy),
        ("secret-0123456789-0123456789-abcdefgh", easy),
        ("passwordpasswordpasswordpassword1234", easy),
    ] {
        let line = complaint(&[("PARLOR_ENV", "production"), ("SECRET_KEY", secret)]);
        assert_eq!(line, format!("SECRET_KEY: {problem}"), "{secret}");
        load(&[("SECRET_KEY", secret)]);
    }
}

#[test]
fn development_makes_a_secret_once_and_keeps_it_for_itself() {
    let folder = Folder::new();
    let data = folder.join("new/data");
    let start = || {
        let mut settings = load(&[("DATA_DIR", data.to_str().unwrap())]);
        settings.ensure_secret().unwrap();
        settings.auth.secret_key.expose().to_owned()
    };
    assert!(!data.exists());
    let first = start();
    assert_eq!(first.len(), 44);
    assert_eq!(start(), first);
    assert_eq!(fs::metadata(data.join("secret")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&data).unwrap().count(), 1);

    fs::write(data.join("secret"), "").unwrap();
    let mut damaged = load(&[("DATA_DIR", data.to_str().unwrap())]);
    assert_eq!(damaged.ensure_secret().unwrap_err().name, "SECRET_KEY");
}

#[test]
fn servers_that_start_at_once_agree_on_the_secret() {
    let folder = Folder::new();
    let data = folder.join("data").display().to_string();
    let secrets: BTreeSet<String> = std::thread::scope(|scope| {
        let start = || {
            let mut settings = load(&[("DATA_DIR", &data)]);
            settings.ensure_secret().unwrap();
            settings.auth.secret_key.expose().to_owned()
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(secrets.len(), 1);
}

#[test]
fn a_secret_that_was_set_is_not_replaced() {
    let folder = Folder::new();
    let mut settings =
        load(&[("SECRET_KEY", "mine"), ("DATA_DIR", folder.join("data").to_str().unwrap())]);
    settings.ensure_secret().unwrap();
    assert_eq!(settings.auth.secret_key, Secret::new("mine"));
    assert!(!folder.join("data").exists());
}

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    let settings = load(&[
        ("SECRET_KEY", "hidden-one"),
        ("DATABASE_URL", "postgres://me:hidden-two@h/d?application_name=x"),
        ("REDIS_URL", "redis://:hidden-three@h:6379/0"),
    ]);
    let shown = format!(
        "{} {settings:?} {:?} {:?} {}",
        settings.describe(),
        settings.database,
        settings.auth,
        settings.auth.secret_key
    );
    assert_eq!(shown.matches("hidden").count(), 0, "{shown}");
    let described = settings.describe();
    let lines: Vec<&str> = described.lines().collect();
    for line in [
        "url = \"postgres://me:***@h/d?application_name=x\"",
        "redis_url = \"redis://:***@h:6379/0\"",
        "secret_key = \"***\"",
    ] {
        assert!(lines.contains(&line), "{line}: {described}");
    }
    let in_parameter = load(&[("DATABASE_URL", "postgres://h/d?user=me&password=hidden")]);
    assert_eq!(in_parameter.describe().matches("hidden").count(), 0);
}
