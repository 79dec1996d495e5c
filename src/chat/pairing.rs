//! Old clients whose sockets and uploads carry no credential.
//!
//! They are let in only while a live session has been used from the same address, and
//! into a room only while that is a session of one of its members.

use std::net::IpAddr;

use entity::id::RoomId;

use crate::{
    chat::handle::Chat,
    model::{
        actor::Actor,
        error::{Doubt, Error},
    },
    policy,
};

/// Remembers where a live session is used.
pub fn note(chat: &Chat, me: Actor, address: IpAddr) {
    if chat.rules.anonymous_pairing {
        chat.neighbours.note(me, address);
    }
}

/// Whose upload without a credential is: of those signed in at this address, the one who came
/// last. Limits and quotas are theirs.
pub async fn uploader(chat: &Chat, address: IpAddr) -> Result<Actor, Error> {
    let nobody = Error::Unauthenticated(Doubt::NoToken);
    if !chat.rules.anonymous_pairing {
        return Err(nobody);
    }
    living_at(chat, address).await.pop().ok_or(nobody)
}

/// Whether a socket at this address may listen to a room.
pub async fn overhear(chat: &Chat, address: IpAddr, room: RoomId) -> Result<(), Error> {
    let here = living_at(chat, address).await;
    let members = chat.roster.members(&chat.db, room).await?;
    let member_is_here = here.iter().any(|it| members.contains(&it.id));
    policy::may_overhear(chat.rules.anonymous_pairing, member_is_here)
}

async fn living_at(chat: &Chat, address: IpAddr) -> Vec<Actor> {
    let mut living = Vec::new();
    for (session, id) in chat.neighbours.at(address).iter() {
        let actor = Actor { id: *id, session: *session };
        if chat.living.check(&chat.db, chat.clock.now(), actor).await.is_ok() {
            living.push(actor);
        }
    }
    living
}
