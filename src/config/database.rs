//! Which database, and how it is used.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::config::fault::ConfigError;
use crate::config::naming;
use crate::config::secret::{masked, masked_text};
use crate::config::source::{Layers, Variables};

#[derive(Clone, Serialize)]
pub struct Database {
    #[serde(serialize_with = "masked_text")]
    pub url: String,
    pub max_connections: u32,
    pub acquire_seconds: u64,
    pub statement_seconds: u64,
    pub synchronous: Synchronous,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    Full,
    Normal,
}

impl Database {
    pub fn read(layers: &Layers, env: &Variables, data_dir: &Path) -> Result<Self, ConfigError> {
        Ok(Self {
            url: naming::url(layers, env, data_dir)?,
            max_connections: layers.number("database.max_connections", 1..=10_000)?,
            acquire_seconds: layers.number("database.acquire_seconds", 1..=3600)?,
            statement_seconds: layers.number("database.statement_seconds", 1..=3600)?,
            synchronous: layers.one_of(
                "database.synchronous",
                &[("full", Synchronous::Full), ("normal", Synchronous::Normal)],
            )?,
        })
    }
}

/// Whoever logs it shows no password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("url", &masked(&self.url)).finish_non_exhaustive()
    }
}
