//! Finding people and messages.
mod hits;
mod indexed;
pub mod indexer;
mod unindexed;

use std::{collections::HashMap, sync::Arc};

use entity::{
    chatroom,
    id::{RoomId, UserId},
    participant::Role,
};

use crate::{
    chat::{
        engine::handle::Chat,
        message,
        person::profile,
        search::{hits::Hits, indexed::IndexedReader, unindexed::UnindexedReader},
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::Error,
        page::Limit,
        person::Card,
        search::{Found, SearchPosition, Wanted},
        text::name,
    },
    policy::{Facts, MaySearch},
    store,
};

/// What one request may look at. A search that needs more goes on with the next page.
const EFFORT: usize = 20_000;

/// By part of the handle; by e-mail address only when it is complete, so that nobody can
/// collect addresses by guessing.
pub async fn people(
    chat: &Chat,
    me: Actor,
    query: &str,
    after: Option<UserId>,
    limit: Limit,
) -> Result<Vec<Card>, Error> {
    chat.limits.spend(Allowance::Search, Spender::User(me.id))?;
    let Some(key) = name::sought(query) else { return Ok(Vec::new()) };
    // PostgreSQL fails on NUL, and nobody is called so.
    if key.is_empty() || key.contains('\0') {
        return Ok(Vec::new());
    }
    if key.contains('@')
        && let Some(user) = store::person::by_email(&chat.db, &key).await?
    {
        return Ok(if after.is_none() { vec![Card::from(&user)] } else { Vec::new() });
    }
    let users = store::person::search(&chat.db, &key, after, limit.get()).await?;
    Ok(users.iter().map(Card::from).collect())
}

/// Somebody by their whole e-mail address.
pub async fn person_by_email(chat: &Chat, me: Actor, email: &str) -> Result<Card, Error> {
    chat.limits.spend(Allowance::Search, Spender::User(me.id))?;
    profile::by_email(chat, me, email).await
}

/// Messages in one room that I may read, or in all rooms that I am a member of. Those that
/// are indexed are on the shelf, the others in the tail; from both come the newest first.
pub async fn messages(chat: &Chat, me: Actor, wanted: Wanted) -> Result<Found, Error> {
    chat.limits.spend(Allowance::Search, Spender::User(me.id))?;
    let (permit, rooms) = scope(chat, me, wanted.room).await?;
    if rooms.is_empty() {
        return Ok(Found { messages: Vec::new(), next: None });
    }
    let (wanted, permit) = (Arc::new(wanted), Arc::new(permit));
    // First the tail: what leaves it meanwhile is on the shelf already.
    let mut unindexed = UnindexedReader::open(chat, &permit, &wanted, &rooms).await?;
    let mut indexed = IndexedReader::open(&permit, &wanted);
    let mut hits = Hits::new(wanted.limit);
    let next = loop {
        // Whatever has not been looked at is older than this.
        let bound = unindexed.bound().max(indexed.bound());
        hits.settle(bound);
        if let Some(last) = hits.last_of_page(bound) {
            break Some(last);
        }
        let Some(bound) = bound else { break None };
        let next = SearchPosition::at(bound);
        // Each page must get further than the one before, or its client would ask for ever.
        let is_further = wanted.cursor.is_none_or(|it| next < it);
        if is_further && bound < i64::MAX && unindexed.effort() + indexed.effort() > EFFORT {
            break Some(next);
        }
        // Whichever may have something newer. What has been read to its end is less than any
        // moment.
        if unindexed.bound() >= indexed.bound() {
            hits.add(unindexed.read(chat).await?);
        } else {
            hits.add(indexed.read(chat).await?);
        }
    };
    let messages = message::dressed(chat, &permit, hits.into_rows()).await?;
    Ok(Found { messages, next })
}

/// Where a person may search.
async fn scope(
    chat: &Chat,
    me: Actor,
    room: Option<RoomId>,
) -> Result<(MaySearch, Vec<chatroom::Model>), Error> {
    if let Some(room) = room {
        let facts = chat.roster.facts(&chat.db, me.id, room).await?;
        facts.may_read()?;
        let row = store::room::find_all(&chat.db, &[room]).await?;
        return Ok((MaySearch::of([facts]), row));
    }
    let mine = store::room::member::of_user(&chat.db, me.id).await?;
    let known: HashMap<RoomId, (Role, i64)> =
        mine.iter().map(|it| (it.chatroom_id, (it.role, it.cleared_seq))).collect();
    let rooms: Vec<RoomId> = mine.iter().map(|it| it.chatroom_id).collect();
    let rooms = store::room::find_all(&chat.db, &rooms).await?;
    let facts = |it: &chatroom::Model| Facts {
        room: it.chatroom_id,
        kind: it.kind,
        joinable: it.joinable,
        actor: me.id,
        role: known.get(&it.chatroom_id).map(|it| it.0),
        // Two people who do not want to hear of each other may still look back.
        blocked: false,
        // These are my own rooms, and no member is banned.
        banned: false,
        cleared: known.get(&it.chatroom_id).map_or(0, |it| it.1),
    };
    Ok((MaySearch::of(rooms.iter().map(facts)), rooms))
}

/// Those that fit, found out beside the work for everybody else.
async fn sift(
    rows: Vec<entity::message::Model>,
    wanted: &Arc<Wanted>,
) -> Result<Vec<entity::message::Model>, Error> {
    let wanted = wanted.clone();
    // Comparing texts takes a core for a while, and the threads of the runtime carry other people's
    // messages.
    let fitting = move || rows.into_iter().filter(|it| wanted.fits(it)).collect();
    tokio::task::spawn_blocking(fitting).await.map_err(Error::internal)
}
