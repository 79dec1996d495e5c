//! What every operation stands on: the handle, the writer of messages, changes and their news,
//! caches, limits and the clock. It knows rooms and people by their ids and decides nothing.
pub mod bus;
pub mod cache;
pub mod change;
pub mod checkup;
pub mod clock;
pub mod handle;
pub mod health;
pub mod leases;
pub mod ledger;
pub mod limit;
pub mod roster;
pub mod rules;
pub mod statistics;
pub mod workers;
