//! Sign-ins and tokens.

use entity::id::SessionId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::user::Me;
use crate::{
    model::session::{Session as SignIn, SignedIn},
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
#[schema(as = native::Tokens)]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: String,
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// Seconds.
    #[schema(example = 1800)]
    pub expires_in: i64,
    pub user: Me,
}

/// A device that somebody is signed in on.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the protocol's")]
#[schema(as = native::Session)]
pub struct Session {
    pub session_id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    pub user_agent: Option<String>,
    #[schema(example = "127.0.0.1")]
    pub address: Option<String>,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub last_used_at: String,
}

impl From<&SignedIn> for Tokens {
    fn from(signed_in: &SignedIn) -> Self {
        Self {
            access_token: signed_in.tokens.access.clone(),
            refresh_token: signed_in.tokens.refresh.clone(),
            token_type: "bearer",
            expires_in: signed_in.tokens.expires_in,
            user: Me::from(&signed_in.account),
        }
    }
}

impl Session {
    pub fn of(it: &SignIn, current: SessionId) -> Self {
        Self {
            session_id: it.id.0,
            current: it.id == current,
            user_agent: it.user_agent.clone(),
            address: it.address.clone(),
            created_at: rfc3339_millis(it.created_at),
            last_used_at: rfc3339_millis(it.last_used_at),
        }
    }
}
