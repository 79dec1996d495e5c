//! What is limited, and for whom.

use std::net::{IpAddr, Ipv6Addr};

use entity::id::UserId;

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
    Other,
}

/// Whose allowance is used up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spender {
    Address(Network),
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
