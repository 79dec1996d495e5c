//! Protocol mechanics that the dialects share: tokens, bodies, uploads, sockets. No product's words
//! are spoken here; those of the framework that most products are built on are in [`fastapi`].
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
pub mod registry;
pub mod socket;
pub mod socketio;
pub mod spelling;
pub mod term;
