//! The log: compact lines on the standard error stream. What is worth a line is decided elsewhere.

use std::io::{IsTerminal, stderr};

use tracing::{Metadata, Subscriber};
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
    // In a process that runs several servers, as the tests do, the first one's log serves them all.
    let _ = subscriber(filter).try_init();
}

/// The filter stands before all else: what is below its level costs a comparison, and libraries
/// have something to say of each frame.
fn subscriber(filter: &str) -> impl Subscriber + Send + Sync {
    let lines = fmt::layer().compact().with_ansi(stderr().is_terminal()).with_writer(stderr);
    registry().with(EnvFilter::new(filter)).with(lines.with_filter(filter_fn(is_discreet)))
}

fn is_discreet(event: &Metadata<'_>) -> bool {
    let target = event.target();
    let is_talkative = TALKATIVE.iter().any(|it| target.starts_with(it));
    !is_talkative || *event.level() <= tracing::Level::WARN
}

#[cfg(test)]
mod tests {
    use tracing::level_filters::LevelFilter;

    use super::*;

    #[test]
    fn what_is_below_the_level_is_not_even_looked_at() {
        assert_eq!(subscriber("warn").max_level_hint(), Some(LevelFilter::WARN));
        assert_eq!(subscriber("info,parlor=debug").max_level_hint(), Some(LevelFilter::DEBUG));
    }
}
