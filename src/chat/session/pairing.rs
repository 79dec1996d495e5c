//! Old clients whose sockets and uploads carry no credential.
//!
//! All that such a client shows is its address and what program it is. It is paired with a
//! person whose live session was lately used from there, and loses with them what they lose.
//! Where several people use one client, a socket is theirs who asks for a room that it has
//! joined a moment before; until then it hears only what all of them may.

mod lost;
pub mod subscription;

use entity::id::{RoomId, UserId};

use crate::{
    chat::{
        engine::{handle::Chat, rules::Pairing},
        session::neighbours::{LATELY, Use},
    },
    model::{
        actor::Actor,
        error::{Ban, Doubt, Error},
        session::Device,
    },
    store,
};

pub use lost::{begin, tidy};

/// Sessions of one address that are read from the database.
const MOST: u64 = 256;

/// Remembers where a live session is used. A device that cannot be told from others is none.
pub fn note(chat: &Chat, me: Actor, device: Option<&Device>) {
    let Some((device, key)) = device.and_then(|it| Some((it, key(chat, it)?))) else { return };
    let now = chat.clock.now();
    if chat.neighbours.note(me, &key, now) {
        subscription::doubt(chat, &key, me);
    }
    if chat.neighbours.is_news(me, device, now) {
        let (chat, device) = (chat.clone(), device.clone());
        // The request that shows where the session is used does not wait for that.
        chat.tasks.clone().spawn(async move {
            let written = store::session::used(&chat.db, me.session, &device, now).await;
            if let Err(error) = written {
                tracing::warn!(%error, "where a session is used could not be written down");
            }
        });
    }
}

/// Whose upload without a credential is: of those at this client, the one who came last.
/// Limits and quotas are theirs.
pub async fn uploader(chat: &Chat, device: Option<&Device>) -> Result<Actor, Error> {
    let nobody = Error::Unauthenticated(Doubt::NoToken);
    let Some(key) = device.and_then(|it| key(chat, it)) else { return Err(nobody) };
    let latest = people(chat, &key).await?.into_iter().find_map(|it| it.session);
    let listens = || chat.subscribers.at(&key).iter().find_map(|it| it.bound()).map(|it| it.me);
    let me = latest.or_else(listens).ok_or(nobody)?;
    // A socket may still be bound to a session that ended a moment ago.
    chat.live_sessions.check(&chat.db, chat.clock.now(), me).await?;
    Ok(me)
}

/// What one client is told from others by.
fn key(chat: &Chat, device: &Device) -> Option<Device> {
    device.address?;
    match chat.rules.pairing {
        Pairing::Off => None,
        Pairing::Address => Some(Device { user_agent: None, ..device.clone() }),
        Pairing::Client => Some(device.clone()),
    }
}

/// Somebody who has used a client lately.
struct Visitor {
    id: UserId,
    /// The one used last of those that live: nobody forgets at once who has logged out, since
    /// they may still have the page.
    session: Option<Actor>,
}

/// The latest first.
async fn people(chat: &Chat, key: &Device) -> Result<Vec<Visitor>, Error> {
    let since = chat.clock.in_seconds(-LATELY.as_secs().cast_signed());
    if !chat.neighbours.is_known(key) {
        let rows = store::session::used_since(&chat.db, key.address, since, MOST).await?;
        let is_same = |it: &Option<String>| {
            matches!(chat.rules.pairing, Pairing::Address) || *it == key.user_agent
        };
        let uses = rows.into_iter().filter(|it| is_same(&it.seen_agent)).map(|it| Use {
            me: Actor { id: it.user_id, session: it.session_id },
            at: it.last_used_at,
        });
        chat.neighbours.learn(key, uses);
    }
    let mut people: Vec<Visitor> = Vec::new();
    for Use { me, .. } in chat.neighbours.since(key, since) {
        let known = people.iter().position(|it| it.id == me.id);
        if known.is_some_and(|at| people[at].session.is_some()) {
            continue;
        }
        let lives = chat.live_sessions.check(&chat.db, chat.clock.now(), me).await.is_ok();
        let session = lives.then_some(me);
        match known {
            Some(at) => people[at].session = session,
            None => people.push(Visitor { id: me.id, session }),
        }
    }
    Ok(people)
}

/// Those for whom a socket of this client may hear the room, whosever of the people there it
/// is: everybody, or nobody.
async fn all_of(chat: &Chat, key: &Device, room: RoomId) -> Result<Vec<Actor>, Error> {
    let people = people(chat, key).await?;
    if matches!(chat.rules.pairing, Pairing::Address) {
        for me in people.into_iter().filter_map(|it| it.session) {
            if may_hear(chat, me, room).await.is_ok() {
                return Ok(vec![me]);
            }
        }
        return Err(Error::Forbidden(Ban::NotMember));
    }
    // One person without a living session makes it nobody's: the page could still be theirs.
    let all: Option<Vec<Actor>> = people.into_iter().map(|it| it.session).collect();
    let all = all.filter(|it| !it.is_empty()).ok_or(Error::Forbidden(Ban::NotMember))?;
    for me in &all {
        may_hear(chat, *me, room).await?;
    }
    Ok(all)
}

/// Whether this person's session lives and they are in the room.
async fn may_hear(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.live_sessions.check(&chat.db, chat.clock.now(), me).await?;
    chat.roster.facts(&chat.db, me.id, room).await?.may_overhear()
}
