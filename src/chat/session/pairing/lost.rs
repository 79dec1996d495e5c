//! Sockets whose connection was lost, by a restart for example: the client comes back without
//! a word and expects to be where it was.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::id::{RoomId, UserId};
use sha2::{Digest, Sha256};

use crate::{
    chat::{
        engine::{handle::Chat, rules::Pairing},
        session::{
            live,
            pairing::{may_hear, people},
            subscriber::{Binding, Subscriber, Why},
        },
    },
    model::{actor::Actor, error::Error, session::Device},
    store::{self, session::paired_socket::Paired},
};

/// How many seconds a client tries to come back: the Vue client does it five times.
const GRACE: i64 = 120;

/// Those that were there when the server ended are lost now.
pub async fn begin(chat: &Chat) {
    let lost = store::session::paired_socket::lose_all(&chat.db, chat.clock.now()).await;
    if let Err(error) = lost {
        tracing::warn!(%error, "clients without a credential may have to open their rooms again");
    }
}

/// Lets go of those that did not come back.
pub async fn tidy(chat: &Chat) {
    let moment = chat.clock.in_seconds(-GRACE);
    if let Err(error) = store::session::paired_socket::delete_before(&chat.db, moment).await {
        tracing::warn!(%error, "lost sockets could not be forgotten");
    }
}

/// Which of the lost ones this is cannot be told when they are of several people, or when
/// somebody else has used the client since: then it hears only what it would as any of them.
pub(super) async fn restore(chat: &Chat, subscriber: &Subscriber) -> Result<(), Error> {
    let since = chat.clock.in_seconds(-GRACE);
    let hash = hash(&subscriber.device);
    let mut lost = Vec::new();
    for row in store::session::paired_socket::lost_since(&chat.db, &hash, since).await? {
        if let Ok(session) = live::find(&chat.db, chat.clock.now(), row.session).await {
            lost.push((Actor { id: session.user_id, session: session.session_id }, row));
        }
    }
    let Some((latest, _)) = lost.first() else { return Ok(()) };
    let (latest, mut holders) = (*latest, lost.iter().map(|it| it.0).collect::<Vec<_>>());
    if !matches!(chat.rules.pairing, Pairing::Address) {
        for person in people(chat, &subscriber.device).await? {
            match person.session {
                Some(me) => holders.push(me),
                // Somebody who was here has logged out, and may have the page still.
                None if holders.iter().all(|it| it.id != person.id) => return Ok(()),
                None => {}
            }
        }
    }
    let persons: HashSet<UserId> = holders.iter().map(|it| it.id).collect();
    if persons.len() == 1 || matches!(chat.rules.pairing, Pairing::Address) {
        let (_, row) = lost.swap_remove(0);
        // Of two sockets that come back at once, one is the lost one.
        if store::session::paired_socket::take(&chat.db, row.id).await? {
            subscriber.bind(Some(Binding { me: latest, why: Why::CameBack }));
            hear(chat, subscriber, &row.rooms, &[latest]).await;
            keep(chat, subscriber).await;
        }
        return Ok(());
    }
    let (_, first) = lost.swap_remove(0);
    let common = |it: &RoomId| lost.iter().all(|(_, row)| row.rooms.contains(it));
    let rooms: Vec<RoomId> = first.rooms.into_iter().filter(common).collect();
    hear(chat, subscriber, &rooms, &holders).await;
    Ok(())
}

/// Those of the rooms that all of these people may hear.
async fn hear(chat: &Chat, subscriber: &Subscriber, rooms: &[RoomId], people: &[Actor]) {
    for room in rooms {
        let mut allowed = true;
        for me in people {
            allowed = allowed && may_hear(chat, *me, *room).await.is_ok();
        }
        if allowed {
            subscriber.hear(*room, people.to_vec());
        }
    }
}

/// Writes down for whom it listens to what, if that has changed.
pub(super) async fn keep(chat: &Chat, subscriber: &Subscriber) {
    let mut rooms: Vec<RoomId> = subscriber.rooms().into_iter().map(|it| it.0).collect();
    rooms.sort_unstable_by_key(|it| it.0);
    let bound = subscriber.bound().filter(|_| !rooms.is_empty());
    let new = bound.map(|it| (it.me.session, rooms));
    let old = subscriber.write(new.clone());
    if old == new {
        return;
    }
    let row = new.map(|(session, rooms)| Paired {
        id: subscriber.id,
        session,
        client_hash: hash(&subscriber.device),
        rooms,
    });
    let written = match (row, old) {
        (Some(row), None) => store::session::paired_socket::insert(&chat.db, &row).await,
        (Some(row), Some(_)) => store::session::paired_socket::update(&chat.db, &row).await,
        (None, _) => store::session::paired_socket::take(&chat.db, subscriber.id).await.map(drop),
    };
    if let Err(error) = written {
        tracing::warn!(%error, "the rooms of a socket could not be written down");
    }
}

/// Its connection is gone.
pub(super) async fn lose(chat: &Chat, subscriber: &Subscriber) {
    // Of what was never written down nothing can be restored.
    if subscriber.end().is_none() {
        return;
    }
    let lost = store::session::paired_socket::lose(&chat.db, subscriber.id, chat.clock.now()).await;
    if let Err(error) = lost {
        tracing::debug!(%error, "a lost socket could not be written down");
    }
}

fn hash(device: &Device) -> String {
    let address = device.address.map(|it| it.to_string()).unwrap_or_default();
    let program = device.user_agent.as_deref().unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{address}\n{program}")))
}
