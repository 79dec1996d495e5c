//! Where a setting's value comes from, and how it is read. It knows names and types, not meanings.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

use toml::{Table, Value};
use url::Url;

use crate::config::fault::ConfigError;

const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Environment variables, by name.
pub type Variables = HashMap<String, String>;

/// The environment variables that set a key of the file.
/// An earlier one of two for the same key is weaker.
const VARIABLES: [(&str, &str); 25] = [
    ("PARLOR_ENV", "environment"),
    ("SURFACES", "surfaces"),
    ("ALLOWED_ORIGINS", "origins"),
    ("RATE_LIMITS", "rate_limits"),
    ("SAMPLE_DATA", "sample_data"),
    ("REDIS_URL", "redis_url"),
    ("HOST", "server.host"),
    ("PORT", "server.port"),
    ("PUBLIC_URL", "server.public_url"),
    ("TRUSTED_PROXIES", "server.trusted_proxies"),
    ("TLS", "server.tls"),
    ("ENGINE_IO_3", "server.engine_io_3"),
    ("DEBUG", "server.debug"),
    ("LOG", "server.log"),
    ("DB_CONNECTION_STRING", "database.url"),
    ("DATABASE_URL", "database.url"),
    ("DATA_DIR", "storage.data_dir"),
    ("STATIC_DIR", "storage.static_dir"),
    ("UPLOAD_DIR", "storage.upload_dir"),
    ("SECRET_KEY", "auth.secret_key"),
    ("ALGORITHM", "auth.algorithm"),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "auth.access_minutes"),
    ("REFRESH_TOKEN_EXPIRE_DAYS", "auth.refresh_days"),
    ("COOKIE_SECURE", "auth.cookie_secure"),
    ("ANONYMOUS_SOCKETS", "auth.anonymous_sockets"),
];

/// What other systems call `PARLOR_ENV`. Many programs have such a variable, so it is weaker than
/// a file, and of two that differ the stricter one counts.
pub const ENVIRONMENTS: [&str; 2] = ["APP_ENV", "ENVIRONMENT"];

/// One value for every key of `default.toml`, from the strongest source that has it.
pub struct Layers(BTreeMap<String, Given>);

/// The name is the one to complain about: the variable, or the key and its file.
struct Given {
    name: String,
    value: Value,
}

impl Layers {
    pub fn read(file: Option<&Path>, env: &Variables) -> Result<Self, ConfigError> {
        let mut layers = Self::defaults()?;
        layers.add_environment_of_others(env);
        if let Some(path) = file {
            layers.add_file("--config", path)?;
        } else if let Some(path) = variable(env, "PARLOR_CONFIG") {
            layers.add_file("PARLOR_CONFIG", Path::new(path))?;
        }
        for (name, key) in VARIABLES {
            if let Some(value) = variable(env, name) {
                // What was not Unicode arrives with this character in its place.
                if value.contains(char::REPLACEMENT_CHARACTER) {
                    return Err(ConfigError::new(name, "is not valid Unicode"));
                }
                let given = Given { name: name.to_owned(), value: Value::from(value) };
                layers.0.insert(key.to_owned(), given);
            }
        }
        Ok(layers)
    }

    /// The names of all environment variables that set something.
    pub fn variables() -> impl Iterator<Item = &'static str> {
        VARIABLES.into_iter().map(|it| it.0)
    }

    /// What to call a setting when complaining about it.
    pub fn name(&self, key: &str) -> String {
        self.0.get(key).map_or_else(|| key.to_owned(), |given| given.name.clone())
    }

    /// A complaint about a setting, for those who read it further.
    pub fn fault(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::new(self.name(key), problem)
    }

    /// A number of a type that holds the whole range.
    pub fn number<T: TryFrom<u64>>(
        &self,
        key: &str,
        range: RangeInclusive<u64>,
    ) -> Result<T, ConfigError> {
        let number = self.scalar(key)?.parse().ok().filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
            self.wrong(key, &format!("a number from {} to {}", range.start(), range.end()))
        })
    }

    /// The same, where "" is none.
    pub fn number_opt<T: TryFrom<u64>>(
        &self,
        key: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<T>, ConfigError> {
        if self.scalar(key)?.is_empty() { Ok(None) } else { self.number(key, range).map(Some) }
    }

    pub fn switch(&self, key: &str) -> Result<bool, ConfigError> {
        match self.scalar(key)?.to_ascii_lowercase().as_str() {
            "on" | "true" | "yes" | "1" => Ok(true),
            "off" | "false" | "no" | "0" => Ok(false),
            _ => Err(self.wrong(key, "on or off")),
        }
    }

    /// A switch whose default, written "", depends on something else.
    pub fn switch_or(&self, key: &str, otherwise: bool) -> Result<bool, ConfigError> {
        if self.scalar(key)?.is_empty() { Ok(otherwise) } else { self.switch(key) }
    }

    pub fn one_of<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let text = self.scalar(key)?;
        let chosen = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text));
        chosen.map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
            self.wrong(key, &names.join(" or "))
        })
    }

    pub fn parsed<T: FromStr>(&self, key: &str, what: &str) -> Result<T, ConfigError> {
        self.scalar(key)?.parse().map_err(|_| self.wrong(key, what))
    }

    /// A text that is not "". The complaint does not repeat the value, which may be a secret.
    pub fn text(&self, key: &str) -> Result<Option<String>, ConfigError> {
        match &self.given(key)?.value {
            Value::String(text) if text.trim().is_empty() => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(self.fault(key, "must be a text in quotes")),
        }
    }

    /// An address without a `/` at its end. The complaint does not repeat it: it may hold a
    /// password.
    pub fn url(&self, key: &str, schemes: &[&str]) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let text = text.trim().trim_end_matches('/');
        let url =
            Url::parse(text).ok().filter(|url| schemes.contains(&url.scheme()) && url.has_host());
        match url {
            Some(_) => Ok(Some(text.to_owned())),
            None => Err(self.fault(
                key,
                format!("is not an address that begins with {}://", schemes.join(":// or ")),
            )),
        }
    }

    pub fn list(&self, key: &str) -> Result<Vec<String>, ConfigError> {
        let given = self.given(key)?;
        match &given.value {
            Value::String(text) => list(&given.name, text),
            Value::Array(items) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(|| self.wrong(key, "a list of texts")),
            _ => Err(self.wrong(key, "a list of texts")),
        }
    }

    /// A complaint that shows the value.
    pub fn wrong(&self, key: &str, what: &str) -> ConfigError {
        let shown = self.0.get(key).map(|given| match &given.value {
            Value::String(text) => format!("{text:?}"),
            other => other.to_string().replace('\n', " "),
        });
        self.fault(key, format!("{} is not {what}", shown.unwrap_or_default()))
    }

    /// Numbers and switches may be written with and without quotes.
    fn scalar(&self, key: &str) -> Result<String, ConfigError> {
        match &self.given(key)?.value {
            Value::String(text) => Ok(text.trim().to_owned()),
            Value::Table(_) | Value::Array(_) => Err(self.wrong(key, "a single value")),
            other => Ok(other.to_string()),
        }
    }

    fn given(&self, key: &str) -> Result<&Given, ConfigError> {
        self.0.get(key).ok_or_else(|| ConfigError::new(key, "has no default"))
    }

    fn defaults() -> Result<Self, ConfigError> {
        let table = parse("config/default.toml", DEFAULTS)?;
        let name = |key: &str| {
            // Of two names for a key the stronger one is shown.
            let variable = VARIABLES.iter().rfind(|(_, of)| *of == key);
            variable.map_or(key, |(name, _)| name).to_owned()
        };
        let values = flat("", table).into_iter();
        Ok(Self(
            values.map(|(key, value)| (key.clone(), Given { name: name(&key), value })).collect(),
        ))
    }

    fn add_environment_of_others(&mut self, env: &Variables) {
        // The stricter one comes last, so it wins.
        for choice in ["development", "production"] {
            let says = |it: &&str| {
                variable(env, it).is_some_and(|it| it.trim().eq_ignore_ascii_case(choice))
            };
            if let Some(name) = ENVIRONMENTS.into_iter().find(says) {
                let given = Given { name: name.to_owned(), value: Value::from(choice) };
                self.0.insert("environment".to_owned(), given);
            }
        }
    }

    fn add_file(&mut self, named_by: &str, path: &Path) -> Result<(), ConfigError> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|cause| {
            ConfigError::new(named_by, format!("cannot read {shown:?}: {cause}"))
        })?;
        for (key, value) in flat("", parse(&shown, &text)?) {
            let name = format!("{key} in {shown}");
            if !self.0.contains_key(&key) {
                return Err(ConfigError::new(name, "there is no such setting"));
            }
            self.0.insert(key, Given { name, value });
        }
        Ok(())
    }
}

/// A variable that is set to something.
pub fn variable<'e>(env: &'e Variables, name: &str) -> Option<&'e str> {
    env.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
}

/// A JSON list, or items separated by commas.
pub fn list(name: &str, text: &str) -> Result<Vec<String>, ConfigError> {
    let text = text.trim();
    if text.starts_with('[') {
        return serde_json::from_str(text)
            .map_err(|_| ConfigError::new(name, format!("{text:?} is not a JSON list of texts")));
    }
    Ok(text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
}

/// Whether a variable has the form that a cluster gives to the port of a service: it is an
/// address, and nobody set it.
pub fn is_of_a_cluster(value: &str) -> bool {
    value.starts_with("tcp://") || value.starts_with("udp://")
}

fn parse(name: &str, text: &str) -> Result<Table, ConfigError> {
    text.parse().map_err(|fault: toml::de::Error| {
        let line = fault.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        ConfigError::new(format!("{name} line {line}"), fault.message().replace('\n', " "))
    })
}

/// `server = { port = 1 }` becomes `server.port = 1`.
fn flat(prefix: &str, table: Table) -> Vec<(String, Value)> {
    let mut keys = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => keys.extend(flat(&format!("{prefix}{key}."), inner)),
            value => keys.push((format!("{prefix}{key}"), value)),
        }
    }
    keys
}
