//! What somebody gets for signing in.

use std::net::IpAddr;

use entity::{id::SessionId, time::Timestamp, user};

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

#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    pub session: SessionId,
}

#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: user::Model,
    pub tokens: Tokens,
}

/// What a valid access token says.
#[derive(Clone, Debug)]
pub struct Pass {
    pub actor: crate::model::actor::Actor,
    pub expires: Timestamp,
}
