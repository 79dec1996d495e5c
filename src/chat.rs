//! What people can do here, and what others hear of it.
//!
//! Every operation is a function that takes the [`engine::handle::Chat`] first, then who acts
//! ([`crate::model::actor::Actor`]), then on what. One folder for each noun of the product;
//! [`engine`] is what they stand on.
pub mod engine;
pub mod file;
pub mod message;
pub mod person;
pub mod room;
pub mod sample;
pub mod search;
pub mod server;
pub mod session;
pub mod sync;
