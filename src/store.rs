//! Rows in, rows out: every query lives here, in folders of the same nouns as
//! [`crate::chat`], one file per table, and nothing decides.
pub mod engine;
pub mod file;
pub mod message;
pub mod person;
pub mod room;
pub mod search;
pub mod server;
pub mod session;
