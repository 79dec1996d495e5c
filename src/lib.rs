//! Parlor: a realtime chat server that speaks several products' languages over one core.
pub mod chat;
pub mod config;
pub mod model;
pub mod policy;
pub mod store;
pub mod telemetry;
