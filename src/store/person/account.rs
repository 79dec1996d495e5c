//! What leaves the store of a person's row.

use entity::user;

use crate::model::person::{Card, account::Account};

impl From<&user::Model> for Account {
    fn from(row: &user::Model) -> Self {
        Self {
            id: row.user_id,
            public_id: row.public_id,
            username: row.username.clone(),
            email: row.email.clone(),
            nickname: row.nickname.clone(),
            avatar_url: row.avatar_url.clone(),
            status: row.status.clone(),
            bio: row.bio.clone(),
            erased: !row.is_active,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_seen: row.last_seen,
            rev: row.rev,
            sends_receipts: row.sends_receipts,
        }
    }
}

impl From<user::Model> for Account {
    fn from(row: user::Model) -> Self {
        Self::from(&row)
    }
}

impl From<&user::Model> for Card {
    fn from(row: &user::Model) -> Self {
        Self::from(&Account::from(row))
    }
}
