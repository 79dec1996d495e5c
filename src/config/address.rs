//! Database addresses: SQLAlchemy's spellings in, those of this server's driver out.
//!
//! No complaint repeats an address, because a password is part of it.

use std::fmt::Write;
use std::path::Path;

use url::Url;
use url::form_urlencoded::Serializer;

use crate::config::fault::ConfigError;
use crate::config::source::{Variables, is_of_a_cluster, variable};

const POSTGRES: [&str; 7] =
    ["", "asyncpg", "psycopg", "psycopg2", "psycopg_async", "psycopg2cffi", "pg8000"];
const MYSQL: [&str; 7] =
    ["", "pymysql", "aiomysql", "asyncmy", "mysqldb", "mysqlconnector", "mariadbconnector"];
const SQLITE: [&str; 3] = ["", "aiosqlite", "pysqlite"];

/// What the driver itself understands after the `?`.
const POSTGRES_PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];
const MYSQL_PARAMETERS: [&str; 14] = [
    "sslmode",
    "ssl-mode",
    "sslca",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "charset",
    "collation",
    "socket",
    "timezone",
    "time-zone",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Postgres,
    MySql,
    Sqlite,
}

/// `DATABASE_URL`, in either dialect.
pub fn translate(name: &str, address: &str) -> Result<String, ConfigError> {
    let address = address.trim();
    let unreadable = || {
        ConfigError::new(name, "is not an address such as \"postgres://user:password@host/name\"")
    };
    // The driver's own spelling of SQLite needs no slashes.
    if let Some(rest) = address.strip_prefix("sqlite:").filter(|rest| !rest.starts_with("//")) {
        return Ok(sqlite(rest));
    }
    let (scheme, rest) = address.split_once("://").ok_or_else(unreadable)?;
    match kind(scheme).ok_or_else(|| unknown(name, scheme))? {
        // Three slashes begin a relative path, four an absolute one.
        Kind::Sqlite => Ok(sqlite(rest.strip_prefix('/').unwrap_or(rest))),
        kind => server(name, kind, rest),
    }
}

/// Five variables that name a database together.
pub struct DatabaseVariables {
    pub prefix: &'static str,
    /// The user, the password, the host, the port and the database.
    pub names: [&'static str; 5],
    pub usual_port: &'static str,
    /// Else it is MySQL, unless the port is PostgreSQL's.
    pub is_postgres: bool,
}

pub fn from_parts(parts: &DatabaseVariables, env: &Variables) -> Result<String, ConfigError> {
    let set = |name| variable(env, name).filter(|it| !is_of_a_cluster(it));
    let [user, password, host, port, database] = parts.names.map(set);
    let missing = |name: &str| {
        let problem = format!(
            "is missing beside the other {} settings, which name the database unless DATABASE_URL does",
            parts.prefix
        );
        ConfigError::new(name, problem)
    };
    let [user_name, _, host_name, port_name, database_name] = parts.names;
    let user = encoded(user.ok_or_else(|| missing(user_name))?);
    let database = encoded(database.ok_or_else(|| missing(database_name))?);
    let password = password.map(|password| format!(":{}", encoded(password))).unwrap_or_default();
    let host = host.unwrap_or("localhost").trim();
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let port = port.unwrap_or(parts.usual_port).trim();
    let number: u16 = port.parse().ok().filter(|number| *number > 0).ok_or_else(|| {
        ConfigError::new(port_name, format!("{port:?} is not a number from 1 to 65535"))
    })?;
    let scheme = if parts.is_postgres || number == 5432 { "postgres" } else { "mysql" };
    let address = format!("{scheme}://{user}{password}@{host}:{number}/{database}");
    match Url::parse(&address) {
        // A host with a slash or a question mark in it would shift into another part of the
        // address.
        Ok(url) if url.port() == Some(number) && url.path().len() == database.len() + 1 => {
            Ok(address)
        }
        _ => Err(ConfigError::new(
            host_name,
            format!("{host:?} is not the name or address of a computer"),
        )),
    }
}

/// The file `parlor.db` in the data directory.
pub fn in_folder(data_dir: &Path) -> String {
    let path = data_dir.join("parlor.db").display().to_string();
    // A folder may be called so, but in an address these two mean something.
    sqlite(&path.replace('%', "%25").replace('?', "%3F"))
}

fn kind(scheme: &str) -> Option<Kind> {
    let (database, driver) = scheme.split_once('+').unwrap_or((scheme, ""));
    match database {
        "postgres" | "postgresql" if POSTGRES.contains(&driver) => Some(Kind::Postgres),
        "mysql" | "mariadb" if MYSQL.contains(&driver) => Some(Kind::MySql),
        "sqlite" if SQLITE.contains(&driver) => Some(Kind::Sqlite),
        _ => None,
    }
}

fn unknown(name: &str, scheme: &str) -> ConfigError {
    ConfigError::new(
        name,
        format!(
            "the driver {scheme:?} is unknown; postgresql, mysql, mariadb and sqlite are known"
        ),
    )
}

fn sqlite(rest: &str) -> String {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if path.is_empty() || path == ":memory:" {
        return "sqlite::memory:".to_owned();
    }
    // The others are Python's affair, and this driver refuses what it does not know.
    let mut parameters: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| ["mode", "cache", "immutable", "vfs"].contains(&key.as_ref()))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    if !parameters.iter().any(|(key, _)| key == "mode") {
        // By itself the driver makes no file.
        parameters.insert(0, ("mode".to_owned(), "rwc".to_owned()));
    }
    format!("sqlite://{path}?{}", Serializer::new(String::new()).extend_pairs(parameters).finish())
}

fn server(name: &str, kind: Kind, rest: &str) -> Result<String, ConfigError> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    // SQLAlchemy takes a password as it is, also with characters that a URL would not allow.
    let (login, place) = place.rsplit_once('@').unwrap_or(("", place));
    let (user, password) =
        login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    let mut address = if kind == Kind::Postgres { "postgres://" } else { "mysql://" }.to_owned();
    if !login.is_empty() {
        address.push_str(&escaped(user));
        if let Some(password) = password {
            let _ = write!(address, ":{}", escaped(password));
        }
        address.push('@');
    }
    if place.is_empty() || place.starts_with('/') {
        // SQLAlchemy's `postgresql:///name` is on this machine.
        address.push_str("localhost");
    }
    address.push_str(place);
    let mut url = Url::parse(&address).map_err(|cause| {
        ConfigError::new(
            name,
            format!(
                "is not an address ({cause}); special characters in a password are written as %XX"
            ),
        )
    })?;
    let parameters = parameters(name, kind, query)?;
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    Ok(url.into())
}

/// What the driver knows stays, encryption is translated, and the Python drivers' own affairs go.
fn parameters(name: &str, kind: Kind, query: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let mut kept = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let (key, value) = (key.into_owned(), value.into_owned());
        let native =
            if kind == Kind::Postgres { &POSTGRES_PARAMETERS[..] } else { &MYSQL_PARAMETERS };
        match key.as_str() {
            known if native.contains(&known) => kept.push((key, value)),
            "unix_socket" => kept.push(("socket".to_owned(), value)),
            "ssl_ca" | "ssl_cert" | "ssl_key" => kept.push((key.replace('_', "-"), value)),
            "ssl" | "ssl_mode" => kept.push(encryption(name, kind, &key, &value)?),
            // Passing over a wish for encryption would break it without a word.
            misspelt if misspelt.starts_with("ssl") => {
                return Err(ConfigError::new(
                    name,
                    format!("the parameter {misspelt:?} is unknown"),
                ));
            }
            _ => {}
        }
    }
    Ok(kept)
}

fn encryption(
    name: &str,
    kind: Kind,
    key: &str,
    value: &str,
) -> Result<(String, String), ConfigError> {
    let mode = match value.to_ascii_lowercase().replace('_', "-").as_str() {
        "true" | "1" | "on" | "require" | "required" => ["require", "REQUIRED"],
        "false" | "0" | "off" | "disable" | "disabled" => ["disable", "DISABLED"],
        "prefer" | "preferred" | "allow" => ["prefer", "PREFERRED"],
        "verify-ca" => ["verify-ca", "VERIFY_CA"],
        "verify-full" | "verify-identity" => ["verify-full", "VERIFY_IDENTITY"],
        _ => {
            return Err(ConfigError::new(
                name,
                format!("the parameter {key}={value:?} is not understood"),
            ));
        }
    };
    Ok(match kind {
        Kind::Postgres => ("sslmode".to_owned(), mode[0].to_owned()),
        Kind::MySql | Kind::Sqlite => ("ssl-mode".to_owned(), mode[1].to_owned()),
    })
}

/// Written for a URL; what is written so already stays.
fn escaped(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut whole = encoded(pieces.next().unwrap_or_default());
    for piece in pieces {
        let code = piece.get(..2).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let (code, rest) = code.map_or(("25", piece), |code| (code, &piece[2..]));
        let _ = write!(whole, "%{code}{}", encoded(rest));
    }
    whole
}

fn encoded(text: &str) -> String {
    let mut whole = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    whole
}
