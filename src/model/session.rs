//! What somebody gets for signing in.

use std::{fmt, net::IpAddr};

use entity::{id::SessionId, time::Timestamp};

use crate::model::person::account::Account;

/// Whose client signs in. Each product has a habit of its own of how long a token lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Client {
    Campus,
    Chatroom,
    ChatSphere,
    Discord,
    #[default]
    Native,
    Swift,
}

/// Where a sign-in or a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Device {
    pub client: Client,
    pub user_agent: Option<String>,
    pub address: Option<IpAddr>,
}

#[derive(Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    pub session: SessionId,
}

#[derive(Clone, Debug)]
pub struct SignedIn {
    pub account: Account,
    pub tokens: Tokens,
}

/// What a valid access token says.
#[derive(Clone, Debug)]
pub struct Pass {
    pub actor: crate::model::actor::Actor,
    pub expires: Timestamp,
}

/// A sign-in of a person, as their other devices list it.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
}

/// Whoever reads the log is not to sign in with what stands there.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("session", &self.session)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_printed() {
        let tokens = Tokens {
            access: "an access token".to_owned(),
            refresh: "a refresh token".to_owned(),
            expires_in: 1_800,
            session: SessionId(uuid::Uuid::nil()),
        };
        let printed = format!("{tokens:?}");
        assert!(printed.contains("1800"), "{printed}");
        assert!(!printed.contains("access token") && !printed.contains("refresh token"));
    }
}
