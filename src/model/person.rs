//! People as others see them, and what one may change about oneself.

pub mod account;
pub mod friendship;
pub mod presence;

use entity::{id::UserId, time::Timestamp};
use uuid::Uuid;

/// What anybody who shares a room may know about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub id: UserId,
    /// What surfaces with UUIDs call this person.
    pub public_id: Uuid,
    pub username: String,
    pub nickname: Option<String>,
    pub avatar_url: Option<String>,
    pub status: Option<String>,
    /// The account is erased; only what they wrote is left.
    pub erased: bool,
}

/// A person's page, as anybody may open it.
#[derive(Clone, Debug)]
pub struct Portrait {
    pub card: Card,
    /// Only on one's own page: addresses are nobody else's business.
    pub email: Option<String>,
    pub bio: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_seen: Option<Timestamp>,
}

/// Fields to change; `None` leaves one as it is, an empty text clears it.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub nickname: Option<String>,
    pub avatar_url: Option<String>,
    pub status: Option<String>,
    pub bio: Option<String>,
    /// Whether others may see what this person has read and received.
    pub sends_receipts: Option<bool>,
}
