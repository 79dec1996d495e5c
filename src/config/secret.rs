//! Text that is never shown, and the key that development makes for itself.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rand::RngExt;
use serde::{Serialize, Serializer};
use url::Url;

use crate::config::fault::ConfigError;

mod guess;

const MASK: &str = "***";

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Why this key must not guard other people's accounts, if so.
    pub fn weakness(&self) -> Option<&'static str> {
        if self.is_empty() {
            Some("production needs a secret; \"openssl rand -base64 32\" makes one")
        } else if guess::is_published(&self.0) {
            Some(
                "this is a published example, which everybody knows; \"openssl rand -base64 32\" makes a secret",
            )
        } else if self.0.len() < 32 {
            Some("production needs at least 32 bytes; \"openssl rand -base64 32\" makes them")
        } else if guess::is_easy(&self.0) {
            Some(
                "words and repeated letters are guessed; \"openssl rand -base64 32\" makes a secret",
            )
        } else {
            None
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.is_empty() { "" } else { MASK })
    }
}

/// The key in the data directory, made at the first call and the same ever after.
pub fn keep(data_dir: &Path) -> Result<Secret, ConfigError> {
    let path = data_dir.join("secret");
    let fault = |cause: io::Error| {
        ConfigError::new("DATA_DIR", format!("cannot keep a secret in {}: {cause}", path.display()))
    };
    if !path.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(fault)?;
        make(&path).map_err(fault)?;
    }
    if fs::metadata(&path).map_err(fault)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(fault)?;
    }
    let kept = fs::read_to_string(&path).map_err(fault)?;
    match BASE64_STANDARD.decode(kept.trim()) {
        Ok(bytes) if bytes.len() == 32 => Ok(Secret::new(kept.trim())),
        _ => Err(ConfigError::new(
            "SECRET_KEY",
            format!("{} is damaged; without it a new one is made", path.display()),
        )),
    }
}

/// The file appears whole or not at all, and of two servers that start at once one wins.
fn make(path: &Path) -> io::Result<()> {
    let bytes: [u8; 32] = rand::rng().random();
    let draft = path.with_extension(format!("{:016x}", rand::rng().random::<u64>()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written =
        file.write_all(BASE64_STANDARD.encode(bytes).as_bytes()).and_then(|()| file.sync_all());
    // A link fails where a rename would replace the key of whoever was quicker.
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// An address without its password. What cannot be read is hidden whole.
pub fn masked(address: &str) -> String {
    if address.starts_with("sqlite:") {
        return address.to_owned();
    }
    let Ok(mut url) = Url::parse(address) else { return MASK.to_owned() };
    if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
        return MASK.to_owned();
    }
    // PostgreSQL's driver takes the password as a parameter, too.
    if url.query_pairs().any(|(name, _)| name == "password") {
        url.set_query(None);
    }
    url.into()
}

pub fn masked_text<S: Serializer>(address: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&masked(address))
}

pub fn masked_option<S: Serializer>(
    address: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    address.as_deref().map(masked).serialize(serializer)
}
