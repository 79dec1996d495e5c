//! Files: taken in, measured, made small, counted, and gone when nothing needs them.
pub mod discard;
pub mod picture;
pub mod quota;
pub mod thumbnail;
pub mod upload;
