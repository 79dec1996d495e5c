//! One test binary: every surface, one chat. Names are facts; a failing one is the report.
mod architecture;
mod config;
mod conversation;
mod support;
