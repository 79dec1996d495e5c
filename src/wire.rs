//! Protocol mechanics that the dialects share: tokens, bodies, uploads, sockets. No
//! product's words are spoken here.
pub mod address;
pub mod body;
pub mod caller;
pub mod document;
pub mod failure;
pub mod fastapi;
pub mod fields;
pub mod file;
pub mod hangup;
pub mod inbox;
pub mod links;
pub mod meter;
pub mod multipart;
pub mod opened;
pub mod pace;
pub mod seat;
pub mod socket;
pub mod socketio;
pub mod spelling;
pub mod term;
