//! A person's own account.

use entity::{id::UserId, time::Timestamp};
use uuid::Uuid;

use crate::model::{
    person::Card,
    text::{bidi::neutral, link::is_followed},
};

/// All that somebody sees of themselves, as they wrote it. The hash of the password is not
/// among it, so that no dialect can show or log it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    /// What surfaces with UUIDs call this person.
    pub public_id: Uuid,
    pub username: String,
    pub email: Option<String>,
    pub nickname: Option<String>,
    pub avatar_url: Option<String>,
    pub status: Option<String>,
    pub bio: Option<String>,
    /// Only what they wrote is left.
    pub erased: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_seen: Option<Timestamp>,
    /// Rises with every change to what belongs to this person alone.
    pub rev: i64,
    /// Whether others may see what this person has read and received.
    pub sends_receipts: bool,
}

/// As others may see it, also what an earlier version took.
impl From<&Account> for Card {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            public_id: account.public_id,
            username: neutral(&account.username).into_owned(),
            nickname: account.nickname.as_deref().map(|it| neutral(it).into_owned()),
            avatar_url: account.avatar_url.clone().filter(|it| is_followed(it)),
            status: account.status.as_deref().map(|it| neutral(it).into_owned()),
            erased: account.erased,
        }
    }
}
