//! People as others see them, and what one may change about oneself.

pub mod friendship;
pub mod presence;

use entity::{id::UserId, time::Timestamp, user};
use uuid::Uuid;

use crate::model::text::{bidi::neutral, link::is_followed};

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

/// As others may see it, also what an earlier version took.
impl From<&user::Model> for Card {
    fn from(user: &user::Model) -> Self {
        Self {
            id: user.user_id,
            public_id: user.public_id,
            username: neutral(&user.username).into_owned(),
            nickname: user.nickname.as_deref().map(|it| neutral(it).into_owned()),
            avatar_url: user.avatar_url.clone().filter(|it| is_followed(it)),
            status: user.status.as_deref().map(|it| neutral(it).into_owned()),
            erased: !user.is_active,
        }
    }
}

/// All that somebody sees of themselves.
#[derive(Clone, Debug)]
pub struct Oneself {
    pub card: Card,
    pub email: Option<String>,
    pub bio: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub rev: i64,
    pub sends_receipts: bool,
}

impl From<&user::Model> for Oneself {
    fn from(user: &user::Model) -> Self {
        Self {
            card: Card::from(user),
            email: user.email.clone(),
            bio: user.bio.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            rev: user.rev,
            sends_receipts: user.sends_receipts,
        }
    }
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
