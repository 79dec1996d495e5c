//! How two people stand to each other.

use entity::{friend, id::UserId, time::Timestamp};

use crate::model::person::Card;

/// A relation as one of the two sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    None,
    /// I asked.
    Outgoing,
    /// They asked.
    Incoming,
    Friends,
}

#[derive(Clone, Debug)]
pub struct Relation {
    pub me: UserId,
    pub other: Card,
    pub state: State,
    pub since: Option<Timestamp>,
}

impl State {
    /// The state of a row as `me` sees it.
    pub fn of(row: Option<&friend::Model>, me: UserId) -> Self {
        match row {
            None => Self::None,
            Some(row) if row.status == friend::Status::Accepted => Self::Friends,
            Some(row) if row.user_id == me => Self::Outgoing,
            Some(_) => Self::Incoming,
        }
    }
}

/// Somebody who is asked, by what the asker knows of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    Id(UserId),
    Username(String),
    Email(String),
}
