//! What must stay secret, and what production asks of it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use parlor::config::secret::Secret;

use crate::config::{Folder, complaint, load};

#[test]
fn production_refuses_a_missing_short_or_published_secret() {
    for (secret, part) in [
        ("", "production needs a secret"),
        ("f8a0b1c2d3", "at least 32 bytes"),
        ("secret", "published example"),
        ("changeme", "published example"),
        ("CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME", "published example"),
        ("supersecretkey", "published example"),
        ("your-secret-key", "published example"),
        ("your-secret-key-here-change-this-in-production", "published example"),
        ("your-super-secret-key-change-this-in-production", "published example"),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "published example"),
        ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7-2", "published example"),
        ("my-own-your-secret-key-here-change-in-production-7f3a9c", "published example"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "are guessed"),
        ("secretsecretsecretsecretsecretsecret", "are guessed"),
        ("secret-0123456789-0123456789-abcdefgh", "are guessed"),
        ("passwordpasswordpasswordpassword1234", "are guessed"),
    ] {
        let line = complaint(&[("PARLOR_ENV", "production"), ("SECRET_KEY", secret)]);
        assert!(line.starts_with("SECRET_KEY: ") && line.contains(part), "{secret}: {line}");
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
    assert!(!shown.contains("hidden"), "{shown}");
    assert!(shown.contains("postgres://me:***@h/d?application_name=x"), "{shown}");
    assert!(shown.contains("redis://:***@h:6379/0"), "{shown}");
    assert!(shown.contains("secret_key = \"***\""), "{shown}");
    let in_parameter = load(&[("DATABASE_URL", "postgres://h/d?user=me&password=hidden")]);
    assert!(!in_parameter.describe().contains("hidden"));
}
