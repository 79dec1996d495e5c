//! Messages with all that belongs to them: authors, files, what they answer, reactions, pins
//! and mentions. A query for each kind, however many messages there are.

use std::{collections::HashMap, sync::Arc};

use entity::{
    attachment,
    id::{MessageId, UserId},
    message, pin,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    chat::engine::roster::{Roster, RowSource},
    model::{
        error::Error,
        event::cursor::Reached,
        message::{Message, Quote, ReadStatus, reaction::Tally},
        text::{bidi::neutral, link::is_followed},
    },
    policy::MayRead,
    store::{
        self,
        room::cursor::{Lowest, Position},
    },
};

/// Rows of one room.
pub async fn dress(
    roster: &Roster,
    db: &impl RowSource,
    permit: MayRead,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Error> {
    let lowest = store::room::cursor::lowest(db, permit).await?;
    assemble(roster, db, rows, |row| status(row, others(&lowest, row.sender_id))).await
}

/// One row of a room, inside a change.
pub async fn dress_one(
    roster: &Roster,
    db: &impl RowSource,
    permit: MayRead,
    row: message::Model,
) -> Result<Arc<Message>, Error> {
    let message = dress(roster, db, permit, vec![row]).await?.pop();
    message.map(Arc::new).ok_or_else(|| Error::internal("a message without its author"))
}

/// Rows of any rooms, for whoever may read all of them.
pub async fn gather(
    roster: &Roster,
    db: &impl RowSource,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Error> {
    let lowest = store::room::cursor::lowest_for(db, &ids(&rows)).await?;
    let status = |row: &message::Model| status(row, lowest.get(&row.message_id).copied());
    assemble(roster, db, rows, status).await
}

/// What is under each of these messages; those without reactions are missing.
pub async fn tallies(
    roster: &Roster,
    db: &impl RowSource,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Tally>>, Error> {
    let rows = store::message::reaction::of_messages(db, messages).await?;
    let users: Vec<UserId> = rows.iter().map(|it| it.user_id).collect();
    let cards = roster.cards(db, &users).await?;
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

/// A glimpse of each of these messages.
pub async fn quotes(
    db: &impl ConnectionTrait,
    originals: impl Iterator<Item = MessageId>,
) -> Result<HashMap<MessageId, Quote>, DbErr> {
    let originals: Vec<MessageId> = originals.collect();
    let rows = store::message::find_all(db, &originals).await?;
    Ok(rows.iter().map(|it| (it.message_id, Quote::from(it))).collect())
}

/// Rows whose state of being read is known.
pub async fn assemble(
    roster: &Roster,
    db: &impl RowSource,
    rows: Vec<message::Model>,
    status: impl Fn(&message::Model) -> ReadStatus,
) -> Result<Vec<Message>, Error> {
    let people: Vec<UserId> =
        rows.iter().flat_map(|it| [Some(it.sender_id), it.forwarded_from_id]).flatten().collect();
    let cards = roster.cards(db, &people).await?;
    let ids = ids(&rows);
    let mut files = files(db, &ids).await?;
    let mut tallies = tallies(roster, db, &ids).await?;
    let pinned = pinned(db, &ids).await?;
    let mut mentions = mentions(db, &rows).await?;
    // No permit is asked for, because an answer stays in the room of what it answers.
    let quotes = quotes(db, rows.iter().filter_map(|it| it.reply_to_id)).await?;
    let messages = rows.into_iter().filter_map(|mut row| {
        let id = row.message_id;
        // Earlier versions have stored addresses that run.
        row.media_url = row.media_url.filter(|it| is_followed(it));
        Some(Message {
            // Nobody is left out: who deletes an account leaves a nameless row behind.
            author: cards.get(&row.sender_id)?.clone(),
            files: files.remove(&id).unwrap_or_default(),
            status: status(&row),
            quote: row.reply_to_id.and_then(|it| quotes.get(&it)).cloned(),
            origin: row.forwarded_from_id.and_then(|it| cards.get(&it)).cloned(),
            tallies: tallies.remove(&id).unwrap_or_default(),
            pinned_at: pinned.get(&id).copied(),
            mentions: mentions.remove(&id).unwrap_or_default(),
            row,
        })
    });
    Ok(messages.collect())
}

async fn files(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<attachment::Model>>, Error> {
    let mut files: HashMap<MessageId, Vec<attachment::Model>> = HashMap::new();
    for mut file in store::file::of_messages(db, messages).await? {
        // Earlier versions have stored names with marks that turn the reading direction.
        file.name = neutral(&file.name).into_owned();
        if let Some(message) = file.message_id {
            files.entry(message).or_default().push(file);
        }
    }
    Ok(files)
}

async fn pinned(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Timestamp>, Error> {
    let rows = store::message::pin::of_messages(db, messages).await?;
    Ok(rows.into_iter().map(|it: pin::Model| (it.message_id, it.pinned_at)).collect())
}

/// Nobody is spoken of where there is no `@`.
async fn mentions(
    db: &impl ConnectionTrait,
    rows: &[message::Model],
) -> Result<HashMap<MessageId, Vec<UserId>>, Error> {
    let calling: Vec<MessageId> =
        rows.iter().filter(|it| it.content.contains('@')).map(|it| it.message_id).collect();
    let mut mentions: HashMap<MessageId, Vec<UserId>> = HashMap::new();
    for (message, user) in store::message::mention::of_messages(db, &calling).await? {
        mentions.entry(message).or_default().push(user);
    }
    Ok(mentions)
}

fn ids(rows: &[message::Model]) -> Vec<MessageId> {
    rows.iter().map(|it| it.message_id).collect()
}

/// The lowest cursors of everybody but the sender.
pub fn others(lowest: &Lowest, sender: UserId) -> Option<Reached> {
    let first = |it: &[Position]| it.iter().find(|it| it.user != sender).map(|it| it.seq);
    Some(Reached { read: first(&lowest.read)?, delivered: first(&lowest.delivered)? })
}

pub fn status(row: &message::Model, others: Option<Reached>) -> ReadStatus {
    match others {
        Some(it) if it.read >= row.seq => ReadStatus::Read,
        Some(it) if it.delivered >= row.seq => ReadStatus::Delivered,
        Some(_) | None => ReadStatus::Unread,
    }
}
