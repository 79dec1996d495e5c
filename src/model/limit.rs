//! What is limited, and for whom.

use std::net::IpAddr;

use entity::id::UserId;

/// A kind of request with an allowance of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Allowance {
    LoginAddress,
    Register,
    Search,
    FriendRequest,
    Message,
    Upload,
    Handshake,
    Other,
}

/// Whose allowance is used up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spender {
    Address(IpAddr),
    User(UserId),
}
