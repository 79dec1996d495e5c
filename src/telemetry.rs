//! The log: compact lines on the standard error stream. What is worth a line is decided elsewhere.

use std::io::{IsTerminal, stderr};

use tracing::Metadata;
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, fmt, layer::SubscriberExt, registry,
    util::SubscriberInitExt,
};

/// Libraries that write down what goes over the wire: tokens, messages, and the ids of
/// connections, which are as good as a password. No filter brings them into the log.
const TALKATIVE: [&str; 5] =
    ["tungstenite", "tokio_tungstenite", "engineioxide", "socketioxide", "hyper"];

/// Takes the filter that [`Server::filter`](crate::config::server::Server::filter) gives, which
/// was checked when the settings were read.
pub fn start(filter: &str) {
    let lines = fmt::layer().compact().with_ansi(stderr().is_terminal()).with_writer(stderr);
    let lines = lines.with_filter(EnvFilter::new(filter)).with_filter(filter_fn(is_discreet));
    // In a process that runs several servers, as the tests do, the first one's log serves them all.
    let _ = registry().with(lines).try_init();
}

fn is_discreet(event: &Metadata<'_>) -> bool {
    let target = event.target();
    let is_talkative = TALKATIVE.iter().any(|it| target.starts_with(it));
    !is_talkative || *event.level() <= tracing::Level::WARN
}
