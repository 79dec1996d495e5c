//! What is limited, and for whom.

use std::net::{IpAddr, Ipv6Addr};

use entity::id::{SessionId, UserId};

/// A kind of request with an allowance of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Allowance {
    Register,
    Search,
    FriendRequest,
    Message,
    Upload,
    /// A connection of Socket.IO, before anybody is known.
    Opening,
    Handshake,
    /// A room or a server is made.
    Room,
    /// People are put into a room, each counts, or an invitation is written.
    Invitation,
    /// Others are told that somebody begins or stops to type.
    TypingNews,
    /// What comes in over a socket, whatever it is,
    Event,
    /// but for what clients send at every key,
    Typing,
    /// and for all messages that have come in while they were away.
    Receipt,
    /// Whatever comes from an address without saying who it is,
    Stranger,
    /// but for files, of which every page has many.
    File,
    /// Whatever is asked for by somebody who says who they are, also where nobody looks.
    Request,
    /// Any other request.
    Other,
}

/// Whose allowance is used up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spender {
    Address(Network),
    Session(SessionId),
    User(UserId),
}

/// Where somebody is, as far as it tells people apart: whoever has one address of an IPv6
/// network has all of its /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Spender {
    pub fn at(address: IpAddr) -> Self {
        Self::Address(address.into())
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(it) => {
                let network = u128::from(it) & (u128::MAX << 64);
                Self(Ipv6Addr::from(network).into())
            }
            it @ IpAddr::V4(_) => Self(it),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_household_are_one() {
        let network = |it: &str| Network::from(it.parse::<IpAddr>().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:0:0:7"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
