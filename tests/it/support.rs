//! What the tests share: a real server on a real port and database, and clients that
//! speak to it as people's clients do.
pub mod clients;
pub mod databases;
pub mod device;
pub mod document;
pub mod doors;
pub mod files;
pub mod group;
pub mod mirror;
pub mod page;
pub mod people;
pub mod polling;
pub mod process;
pub mod proxy;
pub mod server;
pub mod small_database;
pub mod small_disk;
pub mod socketio;
pub mod texts;
pub mod websocket;
