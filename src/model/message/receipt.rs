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
    pub readers: Listed,
    /// The readers are among them.
    pub delivered: Listed,
}

/// Those who have got so far with a message: of many only the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub first: Vec<Receipt>,
    pub count: u64,
}
