//! Files: taken in, made small, read by those who may, and gone when nothing needs them.
mod discard;
mod of_messages;
mod thumbnail;
mod upload;
