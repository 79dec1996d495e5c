//! Answering a message with one emoji.

use std::collections::HashMap;

use entity::{
    id::{MessageId, ReactionId, RoomId},
    reaction,
};
use sea_orm::ConnectionTrait;

use crate::{
    chat::{
        change::{Change, patiently},
        handle::Chat,
    },
    model::{
        actor::Actor,
        error::{Error, Problem, Thing},
        event::{News, Topic},
        limit::{Allowance, Spender},
        reaction::{Put, Reacted, Tally},
        text::line,
    },
    policy::{Facts, MayPost},
    store,
};

const LONGEST: usize = 32;

/// Puts an emoji under a message; a second time changes nothing. Of those in `exclusive`
/// a person has one at most: it gives way to the new one.
pub async fn put(
    chat: &Chat,
    me: Actor,
    message: MessageId,
    emoji: &str,
    exclusive: &[&str],
) -> Result<Put, Error> {
    let leave = facts(chat, me, message).await?.may_post()?;
    chat.limits.spend(Allowance::Message, Spender::User(me.id))?;
    let emoji = line("emoji", emoji, LONGEST)?;
    if emoji.is_empty() {
        return Err(Error::invalid("emoji", Problem::Blank));
    }
    patiently(|| try_put(chat, me, leave, message, &emoji, exclusive)).await
}

async fn try_put(
    chat: &Chat,
    me: Actor,
    leave: MayPost,
    message: MessageId,
    emoji: &str,
    exclusive: &[&str],
) -> Result<Put, Error> {
    let mut change = Change::begin(chat).await?;
    hold(&change, leave.room(), message).await?;
    let mine = store::reaction::of_person(&change.db, me.id, message).await?;
    let is_exclusive = |it: &str| exclusive.contains(&it);
    let (same, others): (Vec<_>, Vec<_>) = mine.into_iter().partition(|it| it.emoji == emoji);
    let gone: Vec<reaction::Model> =
        others.into_iter().filter(|it| is_exclusive(emoji) && is_exclusive(&it.emoji)).collect();
    if let (Some(row), true) = (same.first(), gone.is_empty()) {
        let tallies = under(chat, &change.db, message).await?;
        return Ok(Put { row: row.clone(), tallies });
    }
    store::reaction::delete(&change.db, &ids(&gone)).await?;
    let (row, added) = if let Some(row) = same.into_iter().next() {
        (row, None)
    } else {
        let now = chat.clock.now();
        let row = store::reaction::insert(&change.db, leave, message, emoji, now).await?;
        (row, Some(emoji.to_owned()))
    };
    let tallies = announce(chat, &mut change, me, leave.room(), message, added, gone).await?;
    change.commit().await?;
    Ok(Put { row, tallies })
}

/// Takes back those of these that are mine, and says what is left under the message;
/// `Missing(Reaction)` when none is.
pub async fn remove(
    chat: &Chat,
    me: Actor,
    message: MessageId,
    emoji: &[&str],
) -> Result<Vec<Tally>, Error> {
    let room = facts(chat, me, message).await?.may_read()?.room();
    patiently(|| async {
        let mut change = Change::begin(chat).await?;
        hold(&change, room, message).await?;
        let mine = store::reaction::of_person(&change.db, me.id, message).await?;
        let gone: Vec<_> =
            mine.into_iter().filter(|it| emoji.contains(&it.emoji.as_str())).collect();
        if gone.is_empty() {
            return Err(Error::Missing(Thing::Reaction));
        }
        store::reaction::delete(&change.db, &ids(&gone)).await?;
        let tallies = announce(chat, &mut change, me, room, message, None, gone).await?;
        change.commit().await?;
        Ok(tallies)
    })
    .await
}

/// What is under each of these messages, in one query; those without reactions are
/// missing. For whoever has been shown the messages themselves.
pub async fn of_messages(
    chat: &Chat,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Tally>>, Error> {
    tallied(chat, &chat.db, messages).await
}

/// How often each emoji was put in a room.
pub async fn counts(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<(String, i64)>, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    Ok(store::reaction::counts(&chat.db, leave).await?)
}

/// What the policy needs to know about this person and this message's room.
async fn facts(chat: &Chat, me: Actor, message: MessageId) -> Result<Facts, Error> {
    let room = store::message::room_of(&chat.db, message).await?;
    chat.roster.facts(&chat.db, me.id, room.ok_or(Error::Missing(Thing::Message))?).await
}

/// Nothing else happens in the room meanwhile, so that its `rev` has no holes.
async fn hold(change: &Change<'_>, room: RoomId, message: MessageId) -> Result<(), Error> {
    let held = store::chatroom::lock(&change.db, &[room]).await?;
    if held.is_empty() || store::message::room_of(&change.db, message).await?.is_none() {
        return Err(Error::Missing(Thing::Message));
    }
    Ok(())
}

/// Raises the room's `rev`, gives it to the message, and tells the room.
async fn announce(
    chat: &Chat,
    change: &mut Change<'_>,
    me: Actor,
    room: RoomId,
    message: MessageId,
    added: Option<String>,
    gone: Vec<reaction::Model>,
) -> Result<Vec<Tally>, Error> {
    let rev = store::chatroom::touch(&change.db, room).await?;
    store::message::touch(&change.db, message, rev).await?;
    let who = chat.roster.card(&change.db, me.id).await?;
    let tallies = under(chat, &change.db, message).await?;
    let removed = gone.into_iter().map(|it| it.emoji).collect();
    let reacted = Reacted { room, message, who, added, removed, tallies: tallies.clone(), rev };
    change.announce(Topic::Room(room), News::ReactionsChanged(reacted.into()));
    Ok(tallies)
}

async fn under(
    chat: &Chat,
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Vec<Tally>, Error> {
    Ok(tallied(chat, db, &[message]).await?.remove(&message).unwrap_or_default())
}

async fn tallied(
    chat: &Chat,
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Tally>>, Error> {
    let rows = store::reaction::of_messages(db, messages).await?;
    let users: Vec<_> = rows.iter().map(|it| it.user_id).collect();
    let cards = chat.roster.cards(db, &users).await?;
    let mut found: HashMap<MessageId, Vec<Tally>> = HashMap::new();
    for row in rows {
        let Some(card) = cards.get(&row.user_id).cloned() else { continue };
        let tallies = found.entry(row.message_id).or_default();
        match tallies.iter_mut().find(|it| it.emoji == row.emoji) {
            Some(tally) => tally.people.push(card),
            None => tallies.push(Tally { emoji: row.emoji, people: vec![card] }),
        }
    }
    Ok(found)
}

fn ids(rows: &[reaction::Model]) -> Vec<ReactionId> {
    rows.iter().map(|it| it.reaction_id).collect()
}
