//! Brings a client that was away to where the server is.
//!
//! What is told is a state and not what led to it: of each room the rows that changed after
//! the client's `rev`, as they stand at one moment. Applying them in any order, each only
//! over an older one of itself, leaves the client with exactly what the server has.
mod snapshot;

use std::collections::HashMap;

use entity::{
    id::{RoomId, UserId},
    message, participant,
    time::Timestamp,
};

use crate::{
    chat::{engine::handle::Chat, message::view, room::overview, sync::snapshot::RoomPart},
    model::{
        actor::Actor,
        error::{Doubt, Error},
        message::Message,
        person::{
            Card,
            account::Account,
            friendship::{Relation, State},
        },
        room::Member,
        sync::{Greeting, Head, Held, Own, Reach, RoomUpdate, Update},
    },
    store::{self, room::head::RoomHead},
};

/// What is told by its time and not by a number is told once more for this long, since
/// clocks differ a little and a change is committed a moment after it was dated.
const MARGIN_SECONDS: i64 = 60;
/// People at once.
const PEOPLE: u64 = 500;

/// What this client lacks, or the next part of it.
pub async fn sync(chat: &Chat, me: Actor, held: &Held) -> Result<Update, Error> {
    let now = chat.clock.now();
    let since = held.since.map(|it| a_while_before(it, now));
    let seen = snapshot::take(chat, me, held, since).await?;
    // The rest is read afterwards: what is newer than the snapshot does no harm, since it is
    // told again as a change, but people who were read from it could be remembered wrongly.
    let people = people(chat, me, since, now).await?;
    let own = match seen.own {
        Some(own) => Some(owned(chat, me, own).await?),
        None => None,
    };
    Ok(Update {
        rooms: dress(chat, me, seen.parts).await?,
        removed: seen.removed,
        own,
        people: people.cards,
        since: people.since,
        has_more: seen.has_more || people.has_more,
    })
}

/// Where I and each of my rooms stand.
pub async fn greeting(chat: &Chat, me: Actor, since: Option<Timestamp>) -> Result<Greeting, Error> {
    let now = chat.clock.now();
    let since = since.map(|it| a_while_before(it, now));
    // In this order: a room that comes after the person's `rev` was read is news.
    let found = match since {
        Some(since) => store::person::circle::person_and_news(&chat.db, me.id, since).await?,
        None => store::person::find(&chat.db, me.id).await?.map(|it| (it, true)),
    };
    let (user, others_changed) = found.ok_or(Error::Unauthenticated(Doubt::Revoked))?;
    let heads = store::room::head::of(&chat.db, me.id).await?;
    let stood_still = |it: &RoomHead| it.moved_at < since;
    let is_quiet = since.is_some() && !others_changed && heads.iter().all(stood_still);
    Ok(Greeting {
        account: Account::from(user),
        heads: heads.iter().map(head).collect(),
        since: is_quiet.then_some(now),
    })
}

fn head(it: &RoomHead) -> Head {
    Head {
        room: it.room,
        last_seq: it.last_seq,
        rev: it.rev,
        unread: it.unread,
        mentions: it.mentions,
        last_read_seq: it.position,
    }
}

/// The `rev` of each of these rooms, for whoever has been let into them.
pub async fn revs_of_rooms(chat: &Chat, rooms: &[RoomId]) -> Result<HashMap<RoomId, i64>, Error> {
    let mut revs = HashMap::with_capacity(rooms.len());
    for rooms in rooms.chunks(AT_ONCE) {
        revs.extend(store::room::revs(&chat.db, rooms).await?);
    }
    Ok(revs)
}

/// The `rev` of each of these people, for themselves.
pub async fn revs_of_people(chat: &Chat, users: &[UserId]) -> Result<HashMap<UserId, i64>, Error> {
    let mut revs = HashMap::with_capacity(users.len());
    for users in users.chunks(AT_ONCE) {
        revs.extend(store::person::revs(&chat.db, users).await?);
    }
    Ok(revs)
}

/// Ids in one query.
const AT_ONCE: usize = 500;

/// Our clock may have been put back since we named the moment, and what is no moment of
/// ours may be one that a database cannot be asked about.
fn a_while_before(moment: Timestamp, now: Timestamp) -> Timestamp {
    let first = Timestamp(chrono::DateTime::UNIX_EPOCH + chrono::Duration::days(1));
    let moment = moment.clamp(first, now.max(first));
    Timestamp(moment.0 - chrono::Duration::seconds(MARGIN_SECONDS))
}

/// Those who present themselves differently since then.
struct People {
    cards: Vec<Card>,
    /// The moment to ask from next.
    since: Timestamp,
    has_more: bool,
}

async fn people(
    chat: &Chat,
    me: Actor,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<People, Error> {
    let Some(since) = since else {
        return Ok(People { cards: Vec::new(), since: now, has_more: false });
    };
    let rows = store::person::circle::changed_since(&chat.db, me.id, since, PEOPLE).await?;
    let cards = rows.iter().map(Card::from).collect();
    match rows.last() {
        Some(last) if rows.len() as u64 == PEOPLE => {
            // The margin comes off again when it is asked from there, or this page would be told
            // for ever.
            let next = last.updated_at.0 + chrono::Duration::seconds(MARGIN_SECONDS);
            Ok(People { cards, since: Timestamp(next), has_more: true })
        }
        Some(_) | None => Ok(People { cards, since: now, has_more: false }),
    }
}

async fn owned(chat: &Chat, me: Actor, own: snapshot::Own) -> Result<Own, Error> {
    let blocked: Vec<UserId> = own.blocks.iter().map(|it| it.blocked_id).collect();
    let other = |it: &entity::friend::Model| {
        if it.user_id == me.id { it.friend_id } else { it.user_id }
    };
    let known: Vec<UserId> = own.friends.iter().map(other).chain(blocked.clone()).collect();
    let cards = chat.roster.cards(&chat.db, &known).await?;
    let card = |it: UserId| cards.get(&it).map(|it| Card::clone(it));
    let relations = own.friends.iter().filter_map(|row| {
        let (other, state) = (card(other(row))?, State::of(Some(row), me.id));
        Some(Relation { me: me.id, other, state, since: Some(row.created_at) })
    });
    let (friends, requests) = relations.partition(|it| it.state == State::Friends);
    let blocks = blocked.into_iter().filter_map(card).collect();
    Ok(Own { account: Account::from(own.user), friends, requests, blocks, settings: own.settings })
}

/// What was seen, with everything that clients are shown of it.
async fn dress(chat: &Chat, me: Actor, mut parts: Vec<RoomPart>) -> Result<Vec<RoomUpdate>, Error> {
    let rooms = parts.iter().map(|it| it.room.clone()).collect();
    let mine = parts.iter().map(|it| it.mine.clone()).collect();
    let views = overview::of(chat, me, rooms, mine).await?;
    let mut views: HashMap<RoomId, _> =
        views.into_iter().map(|it| (it.room.chatroom_id, it)).collect();
    let mut messages = dress_messages(chat, &mut parts).await?;
    let members: Vec<UserId> = parts
        .iter()
        .flat_map(|it| it.members.iter().filter(|_| it.members_changed))
        .map(|it| it.user_id)
        .collect();
    let cards = chat.roster.cards(&chat.db, &members).await?;
    let updates = parts.into_iter().filter_map(|part| {
        let room = part.room.chatroom_id;
        let is_discreet = |it: UserId| it != me.id && part.discreet.contains(&it);
        let member = |row: &participant::Model| {
            let discreet = is_discreet(row.user_id);
            Some(Member { card: Card::clone(cards.get(&row.user_id)?), row: row.clone(), discreet })
        };
        let are_listed = part.members_changed && !part.members.is_empty();
        let shown: &[participant::Model] =
            // In a room too large to list its members, one hears of one's own cursor only.
            if part.members.is_empty() { std::slice::from_ref(&part.mine) } else { &part.members };
        let reach = |it: &participant::Model| Reach {
            user: it.user_id,
            read: it.last_read_seq,
            delivered: it.last_delivered_seq,
        };
        Some(RoomUpdate {
            view: views.remove(&room)?,
            messages: messages.remove(&room).unwrap_or_default(),
            members: are_listed.then(|| part.members.iter().filter_map(member).collect()),
            cursors: shown.iter().filter(|it| !is_discreet(it.user_id)).map(reach).collect(),
            rev: part.rev,
            has_more: part.has_more,
            reset: part.reset,
        })
    });
    Ok(updates.collect())
}

/// The messages of all parts together, by room and in the order of their rows.
async fn dress_messages(
    chat: &Chat,
    parts: &mut [RoomPart],
) -> Result<HashMap<RoomId, Vec<Message>>, Error> {
    let rows: Vec<message::Model> =
        parts.iter_mut().flat_map(|it| std::mem::take(&mut it.rows)).collect();
    let lowest: HashMap<RoomId, &store::room::cursor::Lowest> =
        parts.iter().map(|it| (it.room.chatroom_id, &it.lowest)).collect();
    let status = |row: &message::Model| {
        let lowest = lowest.get(&row.chatroom_id);
        view::status(row, lowest.and_then(|it| view::others(it, row.sender_id)))
    };
    let mut found: HashMap<RoomId, Vec<Message>> = HashMap::new();
    for message in view::assemble(&chat.roster, &chat.db, rows, status).await? {
        found.entry(message.row.chatroom_id).or_default().push(message);
    }
    Ok(found)
}
