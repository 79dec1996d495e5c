//! The log: compact lines on the standard error stream. What is worth a line is decided elsewhere.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Takes the filter that [`Server::filter`](crate::config::server::Server::filter) gives, which was checked
/// when the settings were read.
pub fn start(filter: &str) {
    let log = tracing_subscriber::fmt()
        .compact()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(stderr().is_terminal())
        .with_writer(stderr);
    // In a process that runs several servers, as the tests do, the first one's log serves them all.
    let _ = log.try_init();
}
