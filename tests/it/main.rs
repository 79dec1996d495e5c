//! One test binary: every surface, one chat. Names are facts; a failing one is the report.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
mod abuse;
mod architecture;
mod chaos;
mod config;
mod dialect;
mod engine;
mod faults;
mod file;
mod message;
mod person;
mod room;
mod search;
mod serve;
mod server;
mod session;
mod support;
mod sync;
mod texts;
mod wire;
