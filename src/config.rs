//! Everything that can be set, read once and checked once. `config/default.toml` is the manual.
//!
//! Loading has no side effects: nothing is made, connected to or logged here.

mod address;
pub mod auth;
pub mod database;
mod dotenv;
pub mod fault;
pub mod messages;
mod naming;
mod origin;
pub mod search;
pub mod secret;
pub mod server;
pub mod source;
pub mod storage;
pub mod surface;
mod surroundings;
pub mod sync;

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;

use crate::config::auth::Auth;
use crate::config::database::Database;
use crate::config::fault::ConfigError;
use crate::config::messages::Messages;
use crate::config::search::Search;
use crate::config::secret::masked_option;
use crate::config::server::Server;
use crate::config::source::{Layers, Variables, variable};
use crate::config::storage::Storage;
use crate::config::sync::Sync;

#[derive(Clone, Serialize)]
pub struct Settings {
    pub environment: Environment,
    pub surfaces: Vec<String>,
    pub origins: Vec<String>,
    pub rate_limits: bool,
    pub sample_data: bool,
    #[serde(serialize_with = "masked_option")]
    pub redis_url: Option<String>,
    pub server: Server,
    pub database: Database,
    pub storage: Storage,
    pub search: Search,
    pub auth: Auth,
    pub messages: Messages,
    pub sync: Sync,
    /// What whoever starts the server should hear of, besides mistakes.
    #[serde(skip)]
    pub remarks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    Development,
    Production,
}

impl Environment {
    pub fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }
}

/// The environment of this process, as seen from its working directory: with the values of `.env`
/// there, and with `parlor.toml` there as `PARLOR_CONFIG` when nothing else is named.
pub fn environment() -> Result<Variables, ConfigError> {
    // Unlike `vars`, this does not panic over another program's variable that is not Unicode.
    let process = std::env::vars_os().filter_map(|(name, value)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    });
    environment_in(Path::new(""), process.collect())
}

/// The same for any folder and any variables.
pub fn environment_in(folder: &Path, process: Variables) -> Result<Variables, ConfigError> {
    let plain = read_dotenv(folder, ".env")?;
    let mut env = match &plain {
        Some(text) => dotenv::merge(".env", text, process.clone())?,
        None => process.clone(),
    };
    // One of the originals keeps a file for each environment, which says more than `.env`.
    if let Some(name) = dotenv_of(&env, plain.is_some())
        && let Some(text) = read_dotenv(folder, &name)?
    {
        env = dotenv::merge(&name, &text, process)?;
        if let Some(plain) = plain {
            env = dotenv::merge(".env", &plain, env)?;
        }
    }
    let file = folder.join("parlor.toml");
    if variable(&env, "PARLOR_CONFIG").is_none() && file.exists() {
        env.insert("PARLOR_CONFIG".to_owned(), file.display().to_string());
    }
    Ok(env)
}

fn dotenv_of(env: &Variables, has_plain: bool) -> Option<String> {
    // The name becomes part of a file's name, and must lead into no other folder.
    let is_plain =
        |it: &&str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
    let alone = !has_plain && variable(env, "PARLOR_ENV").is_none();
    let named = variable(env, "APP_ENV").map(str::trim).filter(is_plain);
    named.or(alone.then_some("development")).map(|it| format!(".env.{it}"))
}

fn read_dotenv(folder: &Path, name: &str) -> Result<Option<String>, ConfigError> {
    match fs::read_to_string(folder.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(ConfigError::new(name, format!("cannot be read: {cause}"))),
    }
}

impl Settings {
    /// `file` takes the place of the one that `PARLOR_CONFIG` names.
    pub fn load(file: Option<&Path>, env: &Variables) -> Result<Self, ConfigError> {
        let layers = Layers::read(file, env)?;
        let environment = layers.one_of(
            "environment",
            &[("development", Environment::Development), ("production", Environment::Production)],
        )?;
        let production = environment == Environment::Production;
        let server = Server::read(&layers, production)?;
        let storage = Storage::read(&layers)?;
        let sample_data = layers.switch("sample_data")?;
        let settings = Self {
            environment,
            surfaces: surface::on(&layers)?,
            // In production there are only origins that somebody named.
            origins: origin::allowed(&layers, env, (!production).then_some(server.port))?,
            rate_limits: layers.switch("rate_limits")?,
            sample_data,
            redis_url: layers.url("redis_url", &["redis", "rediss"])?,
            database: Database::read(&layers, env, &storage.data_dir)?,
            search: Search::read(&layers)?,
            auth: Auth::read(&layers, production, sample_data)?,
            messages: Messages::read(&layers)?,
            sync: Sync::read(&layers)?,
            remarks: surroundings::remarks(&layers, env, environment)?,
            server,
            storage,
        };
        if production {
            settings.check_for_production(&layers)?;
        }
        Ok(settings)
    }

    /// Call it before serving: development makes a key of its own if none was set.
    pub fn ensure_secret(&mut self) -> Result<(), ConfigError> {
        if self.auth.secret_key.is_empty() {
            self.auth.secret_key = secret::keep(&self.storage.data_dir)?;
        }
        Ok(())
    }

    /// The effective settings as TOML, without what must stay secret.
    pub fn describe(&self) -> String {
        toml::to_string(self)
            .unwrap_or_else(|fault| format!("# The settings cannot be shown: {fault}\n"))
    }

    fn check_for_production(&self, layers: &Layers) -> Result<(), ConfigError> {
        if let Some(weakness) = self.auth.secret_key.weakness() {
            return Err(layers.fault("auth.secret_key", weakness));
        }
        if !self.rate_limits {
            return Err(layers.fault("rate_limits", "production does not run without limits"));
        }
        if !self.auth.cookie_secure {
            return Err(layers.fault(
                "auth.cookie_secure",
                "production sends cookies over HTTPS only; leave it empty",
            ));
        }
        if self.sample_data {
            return Err(layers
                .fault("sample_data", "production does not make accounts with known passwords"));
        }
        Ok(())
    }
}

/// Whoever logs the settings shows no secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}
