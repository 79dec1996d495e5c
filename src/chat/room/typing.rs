//! Who is typing. Nothing is written down; a lease that is not renewed runs out.

pub mod typists;

use std::time::Duration;

use entity::id::{RoomId, UserId};

use crate::{
    chat::engine::handle::Chat,
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::Error,
        event::{Event, Topic, presence::PresenceNews},
    },
};

const LEASE_SECONDS: i64 = 6;

pub async fn start(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_post()?;
    if chat.roster.size(&chat.db, room).await? > chat.rules.typing_told {
        return Ok(());
    }
    // Whoever goes on typing costs nothing, since others hear only of the beginning.
    if !chat.typists.has(room, me.id) && !may_be_told(chat, me) {
        return Ok(());
    }
    let is_new = chat.typists.start(room, me.id, chat.clock.in_seconds(LEASE_SECONDS));
    if is_new {
        announce(chat, room);
    }
    Ok(())
}

pub async fn stop(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_post()?;
    // What is not told now runs out by itself.
    if chat.typists.has(room, me.id) && may_be_told(chat, me) {
        ended(chat, room, me.id);
    }
    Ok(())
}

/// Whoever begins and stops all the time is told of less often.
pub fn may_be_told(chat: &Chat, me: Actor) -> bool {
    chat.limits.spend(Allowance::TypingNews, Spender::User(me.id)).is_ok()
}

pub fn is_typing(chat: &Chat, me: Actor, room: RoomId) -> bool {
    chat.typists.has(room, me.id)
}

/// A message, a leave or a silence ends it too.
pub fn ended(chat: &Chat, room: RoomId, user: UserId) {
    if chat.typists.stop(room, user) {
        announce(chat, room);
    }
}

/// The person's connection is gone; another of theirs renews its lease within seconds.
pub fn ended_everywhere(chat: &Chat, user: UserId) {
    for room in chat.typists.end(|it, _| it == user) {
        announce(chat, room);
    }
}

/// Ends leases that have run out, until the server stops.
pub async fn watch(chat: Chat) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    while chat.stop.run_until_cancelled(second.tick()).await.is_some() {
        let now = chat.clock.now();
        for room in chat.typists.end(|_, until| until <= now) {
            announce(&chat, room);
        }
    }
}

/// Always the whole list, so that a lost stop heals.
fn announce(chat: &Chat, room: RoomId) {
    let news = PresenceNews::Typing { room, people: chat.typists.in_room(room) };
    chat.bus.publish(&Event::new(Topic::Room(room), news));
}
