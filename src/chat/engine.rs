//! What every operation stands on: the handle, the writers of messages and of cursors, changes and their news,
//! caches, limits and the clock. It knows rooms and people by their ids and decides nothing.
pub mod admission;
pub mod bus;
pub(in crate::chat) mod cache;
pub(in crate::chat) mod change;
pub(in crate::chat) mod checkup;
pub mod clock;
pub(in crate::chat) mod cursors;
pub mod handle;
pub mod health;
pub(in crate::chat) mod ledger;
mod queue;
pub(in crate::chat) mod rate_limits;
pub(in crate::chat) mod roster;
pub mod rules;
pub mod statistics;
pub(in crate::chat) mod workers;
