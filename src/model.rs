//! People, rooms, messages, events and errors: values, without I/O.
pub mod actor;
pub mod allowance;
pub mod error;
pub mod event;
pub mod file;
pub mod message;
pub mod new_room;
pub mod outage;
pub mod page;
pub mod person;
pub mod room;
pub mod search;
pub mod server;
pub mod session;
pub mod sync;
pub mod text;
