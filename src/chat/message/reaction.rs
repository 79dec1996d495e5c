//! Answering a message with one emoji.

use entity::{
    id::{MessageId, ReactionId, RoomId},
    reaction,
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat, roster::RowSource},
        message::{room, view},
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Error, Thing},
        event::{Topic, message::MessageNews},
        message::reaction::{Emoji, Put, Reacted, Tally},
    },
    policy::Facts,
    store,
};

/// Puts an emoji under a message; a second time changes nothing. Of those in `exclusive`
/// a person has one at most: it gives way to the new one.
pub async fn put(
    chat: &Chat,
    me: Actor,
    message: MessageId,
    emoji: &str,
    exclusive: &[&str],
) -> Result<Put, Error> {
    let facts = room::facts(chat, me, message).await?;
    facts.may_post()?;
    // Outside of the change, whose work may be done more than once.
    chat.limits.spend(Allowance::Message, Spender::User(me.id))?;
    let emoji = Emoji::parse(emoji)?;
    chat.change(async |change| {
        add(chat, change, me, facts, message, emoji.as_str(), exclusive).await
    })
    .await
}

async fn add(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    facts: Facts,
    message: MessageId,
    emoji: &str,
    exclusive: &[&str],
) -> Result<Put, Error> {
    let facts = room::hold(change, facts).await?;
    let permit = facts.may_post()?;
    room::find_live(change, facts.may_read()?, message).await?;
    let mine = store::message::reaction::of_person(&change.db, me.id, message).await?;
    let is_exclusive = |it: &str| exclusive.contains(&it);
    let (same, others): (Vec<_>, Vec<_>) = mine.into_iter().partition(|it| it.emoji == emoji);
    let gone: Vec<reaction::Model> =
        // Emoji from clients with a free choice stay, whatever is put by the one with a fixed set.
        others.into_iter().filter(|it| is_exclusive(emoji) && is_exclusive(&it.emoji)).collect();
    if let (Some(row), true) = (same.first(), gone.is_empty()) {
        let tallies = under(chat, &change.db, message).await?;
        return Ok(Put { row: row.clone(), tallies });
    }
    store::message::reaction::delete(&change.db, &ids(&gone)).await?;
    let (row, added) = if let Some(row) = same.into_iter().next() {
        (row, None)
    } else {
        let now = chat.clock.now();
        let row = store::message::reaction::insert(&change.db, permit, message, emoji, now).await?;
        (row, Some(emoji.to_owned()))
    };
    let tallies = announce(chat, change, me, permit.room(), message, added, gone).await?;
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
    let facts = room::facts(chat, me, message).await?;
    // To take something back, one need not be allowed to say more.
    facts.may_read()?;
    let room = facts.room;
    chat.change(async |change| {
        let permit = room::hold(change, facts).await?.may_read()?;
        room::find_live(change, permit, message).await?;
        let mine = store::message::reaction::of_person(&change.db, me.id, message).await?;
        let gone: Vec<_> =
            mine.into_iter().filter(|it| emoji.contains(&it.emoji.as_str())).collect();
        if gone.is_empty() {
            return Err(Error::Missing(Thing::Reaction));
        }
        store::message::reaction::delete(&change.db, &ids(&gone)).await?;
        let tallies = announce(chat, change, me, room, message, None, gone).await?;
        Ok(tallies)
    })
    .await
}

/// How often each emoji was put in a room.
pub async fn counts(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<(String, i64)>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    Ok(store::message::reaction::counts(&chat.db, permit).await?)
}

/// Raises the room's `rev`, gives it to the message, and tells the room.
async fn announce(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    room: RoomId,
    message: MessageId,
    added: Option<String>,
    gone: Vec<reaction::Model>,
) -> Result<Vec<Tally>, Error> {
    let rev = store::room::touch(&change.db, room).await?;
    store::message::touch(&change.db, message, rev).await?;
    let who = chat.roster.card(&change.db, me.id).await?;
    let tallies = under(chat, &change.db, message).await?;
    let removed = gone.into_iter().map(|it| it.emoji).collect();
    let reacted = Reacted { room, message, who, added, removed, tallies: tallies.clone(), rev };
    change.announce(Topic::Room(room), MessageNews::Reacted(reacted.into()));
    Ok(tallies)
}

async fn under(chat: &Chat, db: &impl RowSource, message: MessageId) -> Result<Vec<Tally>, Error> {
    let tallies = view::tallies(&chat.roster, db, &[message]).await?.remove(&message);
    Ok(tallies.unwrap_or_default())
}

fn ids(rows: &[reaction::Model]) -> Vec<ReactionId> {
    rows.iter().map(|it| it.reaction_id).collect()
}
