//! The six products: what each promises its own clients, and that one is heard on all others.
mod campus;
mod chatroom;
mod chatsphere;
pub mod crossing;
mod discord;
mod native;
mod swift;
