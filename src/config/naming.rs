//! By which of several ways the database is named, and which were named beside it in vain.

use std::path::Path;

use crate::config::address;
use crate::config::address::DatabaseVariables;
use crate::config::fault::ConfigError;
use crate::config::source::{Layers, Variables, is_of_a_cluster, variable};

/// The systems that use these run on MySQL or on PostgreSQL's usual port.
const OURS: DatabaseVariables = DatabaseVariables {
    prefix: "DB_",
    names: ["DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT", "DB_NAME"],
    usual_port: "3306",
    is_postgres: false,
};
const CHATSPHERE: DatabaseVariables = DatabaseVariables {
    prefix: "POSTGRES_",
    names: ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB"],
    usual_port: "5432",
    is_postgres: true,
};
const WHOLE: [&str; 2] = ["DATABASE_URL", "DB_CONNECTION_STRING"];

enum Way {
    /// By an address, under this name.
    Whole(String, String),
    Parts(&'static DatabaseVariables),
    Nothing,
}

/// The address of the database, as this server's driver spells it.
pub fn url(layers: &Layers, env: &Variables, data_dir: &Path) -> Result<String, ConfigError> {
    match way(layers, env)? {
        Way::Whole(name, url) => address::translate(&name, &url),
        Way::Parts(parts) => address::from_parts(parts, env),
        Way::Nothing => Ok(address::in_folder(data_dir)),
    }
}

/// A sentence for each way that was tried beside the one that counts.
pub fn spare(layers: &Layers, env: &Variables) -> Result<Vec<String>, ConfigError> {
    let used = match way(layers, env)? {
        Way::Whole(name, _) => name,
        Way::Parts(parts) => set(parts, env).join(", "),
        Way::Nothing => return Ok(Vec::new()),
    };
    let whole = WHOLE.into_iter().filter(|it| variable(env, it).is_some()).map(str::to_owned);
    let parts = [&OURS, &CHATSPHERE].map(|it| set(it, env).join(", "));
    let all = whole.chain(parts).filter(|it| !it.is_empty() && *it != used);
    Ok(all.map(|it| format!("{it}: no effect beside {used}, which names the database")).collect())
}

/// The environment is stronger than a file, also when it names the database in parts. Only
/// `POSTGRES_…`, which the database itself may have been started with, is weaker.
fn way(layers: &Layers, env: &Variables) -> Result<Way, ConfigError> {
    let is_whole = WHOLE.iter().any(|it| variable(env, it).is_some());
    if !is_whole && !set(&OURS, env).is_empty() {
        return Ok(Way::Parts(&OURS));
    }
    if let Some(url) = layers.text("database.url")? {
        return Ok(Way::Whole(layers.name("database.url"), url));
    }
    Ok(if set(&CHATSPHERE, env).is_empty() { Way::Nothing } else { Way::Parts(&CHATSPHERE) })
}

fn set(parts: &'static DatabaseVariables, env: &Variables) -> Vec<&'static str> {
    let is_set = |it: &&str| variable(env, it).is_some_and(|it| !is_of_a_cluster(it));
    parts.names.into_iter().filter(is_set).collect()
}
