//! What people can do here, and what others hear of it.
//!
//! Every operation is a function that takes the [`handle::Chat`] first, then who acts
//! ([`crate::model::actor::Actor`]), then on what.
pub mod account;
pub mod block;
pub mod bus;
pub mod change;
pub mod channel;
pub mod clock;
pub mod direct;
pub mod friend;
pub mod guild;
pub mod guildhall;
pub mod handle;
pub mod health;
pub mod leases;
pub mod ledger;
pub mod limit;
pub mod living;
pub mod membership;
pub mod memo;
pub mod message;
pub mod neighbours;
pub mod number;
pub mod overview;
pub mod pairing;
pub mod password;
pub mod presence;
pub mod profile;
pub mod public;
pub mod reaction;
pub mod reading;
pub mod room;
pub mod roster;
pub mod rules;
pub mod sample;
pub mod search;
pub mod session;
pub mod statistics;
pub mod token;
pub mod typing;
pub mod typists;
pub mod upload;
