//! Who sits at a socket of this product: somebody with a token, or only an address.

use std::net::IpAddr;

use entity::id::RoomId;

use crate::{
    chat::{handle::Chat, membership, pairing},
    model::{actor::Actor, error::Error},
};

#[derive(Clone, Copy, Debug)]
pub(super) enum Listener {
    Known(Actor),
    /// Hears `receive_message` of rooms whose members are at the same address.
    Unknown(IpAddr),
}

impl Listener {
    pub(super) async fn may_hear(self, chat: &Chat, room: RoomId) -> Result<(), Error> {
        match self {
            Self::Known(me) => membership::may_listen(chat, me, room).await,
            Self::Unknown(address) => pairing::overhear(chat, address, room).await,
        }
    }
}
