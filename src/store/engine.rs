//! The database and its connections: opened, watched, brought up to date, and thrown away when
//! they are not what they must be.
pub mod condition;
pub mod connection;
pub mod counter;
pub mod database_file;
pub mod file_lock;
pub mod foreign;
pub mod migrate;
pub mod pool;
pub mod private;
pub mod transaction;
