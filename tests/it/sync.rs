//! A client that was away ends with what the server has, whatever happened meanwhile.
mod away;
mod concurrent;
pub mod copy;
mod greeting;
mod heads;
mod live;
mod model;
pub mod people;
mod receipts;
mod reset;
