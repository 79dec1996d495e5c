//! That somebody has got a message.

use entity::{id::UserId, time::Timestamp};

/// What a cursor says of the messages up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    Delivered,
    Read,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub user: UserId,
    /// Unknown when it was too long ago, or while they did not let it be seen.
    pub at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipts {
    pub readers: Vec<Receipt>,
    /// The readers are among them.
    pub delivered: Vec<Receipt>,
}
