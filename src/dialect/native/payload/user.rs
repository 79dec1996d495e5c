//! People.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::person::{Card, Portrait, account::Account},
    wire::spelling::rfc3339_millis,
};

/// Somebody, as everybody sees them.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the protocol's")]
#[schema(as = native::User)]
pub struct User {
    #[schema(example = 42)]
    pub id: i64,
    #[schema(example = 42)]
    pub user_id: i64,
    #[schema(example = "ann")]
    pub username: String,
    #[schema(example = "Annie")]
    pub nickname: Option<String>,
    #[schema(example = "/static/avatars/0b2f.png")]
    pub avatar_url: Option<String>,
    #[schema(example = "at the sea")]
    pub status: Option<String>,
    /// The account is deleted; missing as long as it is not.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(required = false)]
    pub deleted: bool,
}

/// Somebody, close up.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Person)]
pub struct Profile {
    #[serde(flatten)]
    pub user: User,
    #[schema(example = "I like boats.")]
    pub bio: Option<String>,
}

/// Somebody, as their messages name them.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Author)]
pub struct Author {
    #[schema(example = 42)]
    pub id: i64,
    #[schema(example = 42)]
    pub user_id: i64,
    #[schema(example = "ann")]
    pub username: String,
    #[schema(example = "Annie")]
    pub nickname: Option<String>,
    #[schema(example = "/static/avatars/0b2f.png")]
    pub avatar_url: Option<String>,
    /// The account is deleted; missing as long as it is not.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(required = false)]
    pub deleted: bool,
}

/// Oneself.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Me)]
pub struct Me {
    #[serde(flatten)]
    pub user: User,
    pub public_id: Uuid,
    #[schema(example = "ann@example.com")]
    pub email: Option<String>,
    pub bio: Option<String>,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub updated_at: String,
    #[schema(example = 7)]
    pub rev: i64,
    /// Whether others may see what I have read and received.
    pub sends_receipts: bool,
}

impl From<&Card> for User {
    fn from(card: &Card) -> Self {
        Self {
            // These are the words of `chatroom`, where people have a `user_id`, and
            // authors an `id`.
            id: card.id.0,
            user_id: card.id.0,
            username: card.username.clone(),
            nickname: card.nickname.clone(),
            avatar_url: card.avatar_url.clone(),
            status: card.status.clone(),
            deleted: card.erased,
        }
    }
}

impl From<&Card> for Author {
    fn from(card: &Card) -> Self {
        Self {
            id: card.id.0,
            user_id: card.id.0,
            username: card.username.clone(),
            nickname: card.nickname.clone(),
            avatar_url: card.avatar_url.clone(),
            deleted: card.erased,
        }
    }
}

impl From<&Portrait> for Profile {
    fn from(portrait: &Portrait) -> Self {
        Self { user: User::from(&portrait.card), bio: portrait.bio.clone() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over like this")]
fn is_false(it: &bool) -> bool {
    !it
}

impl From<&Account> for Me {
    fn from(me: &Account) -> Self {
        Self {
            user: User::from(&Card::from(me)),
            public_id: me.public_id,
            email: me.email.clone(),
            bio: me.bio.clone(),
            created_at: rfc3339_millis(me.created_at),
            updated_at: rfc3339_millis(me.updated_at),
            rev: me.rev,
            sends_receipts: me.sends_receipts,
        }
    }
}
