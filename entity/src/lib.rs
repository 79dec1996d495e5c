//! The tables, one file each, and the small types their columns are made of.
pub mod attachment;
pub mod block;
pub mod chatroom;
pub mod chatroom_number;
pub mod counter;
pub mod friend;
pub mod id;
pub mod message;
pub mod participant;
pub mod reaction;
pub mod server;
pub mod server_member;
pub mod session;
pub mod time;
pub mod user;
