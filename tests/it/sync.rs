//! A client that was away ends with what the server has, whatever happened meanwhile.
mod away;
mod concurrent;
mod copy;
mod heads;
pub mod people;
mod receipts;
mod reset;
mod settings;
mod tokens;
