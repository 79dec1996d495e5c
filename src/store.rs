//! Rows in, rows out: every query lives here, one file per table, and nothing decides.
pub mod attachment;
pub mod block;
pub mod chatroom;
pub mod chatroom_number;
pub mod connection;
pub mod counter;
pub mod disk;
pub mod friend;
pub mod message;
pub mod participant;
pub mod reaction;
pub mod schema;
pub mod server;
pub mod server_member;
pub mod session;
pub mod unread;
pub mod user;
