//! People, rooms, messages, events and errors: values, without I/O.
pub mod actor;
pub mod error;
pub mod event;
pub mod file;
pub mod foundation;
pub mod friendship;
pub mod guild;
pub mod limit;
pub mod message;
pub mod name;
pub mod page;
pub mod person;
pub mod presence;
pub mod reaction;
pub mod room;
pub mod session;
pub mod text;
