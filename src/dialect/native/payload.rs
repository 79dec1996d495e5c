//! What travels to clients of the native surface, the same over REST and events.
pub mod file;
pub mod friend;
pub mod message;
pub mod presence;
pub mod reaction;
pub mod receipt;
pub mod room;
pub mod server;
pub mod session;
pub mod sync;
pub mod user;
