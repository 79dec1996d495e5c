//! What the tests share: a real server on a real port and database, and clients that
//! speak to it as people's clients do.
pub mod databases;
pub mod people;
#[expect(dead_code, reason = "other surfaces need the rest of it")]
pub mod plain;
pub mod server;
pub mod socket;
