//! Variables that set nothing here: misspelt, put there by a cluster, or of another system.
//! Each is refused or named; none that somebody may rely on is passed over in silence.

use crate::config::Environment;
use crate::config::fault::ConfigError;
use crate::config::naming;
use crate::config::source::{ENVIRONMENTS, Layers, Variables, is_of_a_cluster, variable};

const PREFIX: &str = "PARLOR_";
/// Ours with that prefix.
const PREFIXED: [&str; 2] = ["PARLOR_ENV", "PARLOR_CONFIG"];

/// What the originals' `.env` files hold beyond what is read here.
const OF_THE_ORIGINALS: [&str; 28] = [
    "ALLOW_CREDENTIALS",
    "API_V1_PREFIX",
    "APP_NAME",
    "APP_VERSION",
    "AWS_ACCESS_KEY_ID",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "LOG_LEVEL",
    "MAX_CONNECTIONS_PER_USER",
    "MAX_FILE_SIZE_MB",
    "MAX_MESSAGE_LENGTH",
    "OFFLINE_MESSAGE_RETENTION_DAYS",
    "POSTGRES_ECHO",
    "RATE_LIMIT_REQUESTS",
    "RATE_LIMIT_WINDOW",
    "REDIS_DB",
    "REDIS_EXPIRE_SECONDS",
    "REDIS_HOST",
    "REDIS_PASSWORD",
    "REDIS_PORT",
    "RELOAD",
    "S3_BUCKET_NAME",
    "WEBSOCKET_HEARTBEAT_INTERVAL",
    "WEBSOCKET_TIMEOUT",
];

/// What whoever starts the server should hear of, a sentence each; values are not repeated.
pub fn remarks(
    layers: &Layers,
    env: &Variables,
    environment: Environment,
) -> Result<Vec<String>, ConfigError> {
    let mut remarks = Vec::new();
    let unknown = unknown(env)?;
    if !unknown.is_empty() {
        remarks.push(format!("there is no such setting: {}", unknown.join(", ")));
    }
    remarks.extend(naming::spare(layers, env)?);
    remarks.extend(otherwise(layers, env, environment));
    let idle: Vec<&str> = OF_THE_ORIGINALS.into_iter().filter(|it| is_idle(env, it)).collect();
    if !idle.is_empty() {
        let idle = idle.join(", ");
        remarks.push(format!("these settings of another system have no effect here: {idle}"));
    }
    Ok(remarks)
}

fn is_idle(env: &Variables, name: &str) -> bool {
    // Whoever runs in that cloud has these anyway; they are about chat if a bucket is named.
    let is_about_us = !name.starts_with("AWS_") || variable(env, "S3_BUCKET_NAME").is_some();
    is_about_us && variable(env, name).is_some_and(|it| !is_of_a_cluster(it))
}

/// A cluster names its services in the environment of everything that runs in it, so what is
/// unknown is no mistake, unless it looks like one of ours.
fn unknown(env: &Variables) -> Result<Vec<&str>, ConfigError> {
    let mut unknown: Vec<&str> = env
        .keys()
        .map(String::as_str)
        // Our tests have variables of their own, which the servers that they start inherit.
        .filter(|it| it.starts_with(PREFIX) && !it.starts_with("PARLOR_TEST_"))
        .filter(|it| !PREFIXED.contains(it))
        .collect();
    unknown.sort_unstable();
    for name in &unknown {
        let value = env.get(*name).map_or("", String::as_str);
        if let Some(meant) = meant(name).filter(|_| !is_of_a_cluster(value)) {
            let problem = format!("there is no such setting; did you mean {meant}?");
            return Err(ConfigError::new(*name, problem));
        }
    }
    Ok(unknown)
}

fn meant(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix(PREFIX)?;
    let known = Layers::variables().find(|it| *it == bare);
    known.or_else(|| PREFIXED.into_iter().find(|it| is_close(bare, &it[PREFIX.len()..])))
}

/// One letter more, less or other, or two that changed places.
fn is_close(given: &str, known: &str) -> bool {
    let (mut given, mut known) = (given.as_bytes(), known.as_bytes());
    while let ([one, given_rest @ ..], [other, known_rest @ ..]) = (given, known)
        && one == other
    {
        (given, known) = (given_rest, known_rest);
    }
    while let ([given_rest @ .., one], [known_rest @ .., other]) = (given, known)
        && one == other
    {
        (given, known) = (given_rest, known_rest);
    }
    match (given, known) {
        ([one, two], [other, another]) => one == another && two == other,
        _ => given.len() <= 1 && known.len() <= 1,
    }
}

/// Other systems' words for the environment that say something else than what is in force.
fn otherwise(layers: &Layers, env: &Variables, environment: Environment) -> Vec<String> {
    let (used, said) = (layers.name("environment"), environment.name());
    let differs =
        |it: &&str| variable(env, it).is_some_and(|it| !it.trim().eq_ignore_ascii_case(said));
    let spare = ENVIRONMENTS.into_iter().filter(differs);
    spare.map(|it| format!("{it} has no effect: this is {said}, see {used}")).collect()
}
