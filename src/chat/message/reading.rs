//! How far somebody has read. Cursors only rise, and never past the last message. Each rise
//! leaves a receipt, which [`crate::chat::message::receipt`] shows to others, and is heard by them,
//! unless the reader has switched that off.

use entity::{id::RoomId, participant};
use sea_orm::ActiveValue::Set;

use crate::{
    chat::{
        engine::{
            cursors::{Position, Raised, Wanted},
            handle::Chat,
        },
        room::settings,
    },
    model::{
        actor::Actor,
        error::{Ban, Error},
        event::{Event, Topic, cursor::CursorNews},
    },
    store::{self, room::unread::Behind},
};

/// People whose counts are told anew in one turn: nobody else is heard before it ends.
const AT_ONCE: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub last_read_seq: i64,
    pub unread: u64,
    /// Whether it was further back before.
    pub rose: bool,
}

/// Up to a message, or to the last one. A room that was marked as unread is so no more.
pub async fn read(chat: &Chat, me: Actor, room: RoomId, seq: Option<i64>) -> Result<Cursor, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_mark()?;
    let wanted = Wanted { permit, read: Some(seq.unwrap_or(i64::MAX)), delivered: None };
    // Twice, because another device may mark it again in between.
    for _ in 0..2 {
        match chat.cursors.raise(wanted).await? {
            Raised::To(Position { read, unread, rose, .. }) => {
                return Ok(Cursor { last_read_seq: read, unread, rose });
            }
            Raised::MarkedUnread => unmark(chat, me, room, seq).await?,
        }
    }
    Err(Error::unavailable())
}

/// Whoever reads a room that they had marked as unread counts it as others do, as far as they
/// read now.
async fn unmark(chat: &Chat, me: Actor, room: RoomId, seq: Option<i64>) -> Result<(), Error> {
    chat.change(async |change| {
        let mine = store::room::member::find(&change.db, room, me.id).await?;
        let mine = mine.ok_or(Error::Forbidden(Ban::NotMember))?;
        let next = seq.map_or(i64::MAX, |it| it.saturating_add(1));
        let from = mine.unread_from.map(|it| it.max(next));
        let unmarked = participant::ActiveModel {
            marked_unread: Set(false),
            unread_from: Set(from.filter(|it| *it <= mine.last_read_seq)),
            ..Default::default()
        };
        settings::change(change, me, room, unmarked).await?;
        if mine.unread_from.is_some() {
            settings::tell_unread(change, me, room).await?;
        }
        Ok(())
    })
    .await
}

/// From a message on, for me alone: others have seen how far I read, and that stays. A room
/// that I have not read so far is only marked.
pub async fn mark_unread(chat: &Chat, me: Actor, room: RoomId, seq: i64) -> Result<Cursor, Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_mark()?;
    chat.change(async |change| {
        let mine = store::room::member::find(&change.db, room, me.id).await?;
        let mine = mine.ok_or(Error::Forbidden(Ban::NotMember))?;
        let mut marked =
            participant::ActiveModel { marked_unread: Set(true), ..Default::default() };
        let from = seq.max(1);
        if from <= mine.position() {
            marked.unread_from = Set(Some(from));
        }
        settings::change(change, me, room, marked).await?;
        let unread = settings::tell_unread(change, me, room).await?;
        Ok(Cursor { last_read_seq: unread.position, unread: unread.messages, rose: false })
    })
    .await
}

/// How far I have read; whoever only visits a room has read nothing.
pub async fn position(chat: &Chat, me: Actor, room: RoomId) -> Result<i64, Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let mine = store::room::member::find(&chat.db, room, me.id).await?;
    Ok(mine.map_or(0, |it| it.position()))
}

/// Everything up to a message has arrived.
pub async fn delivered(chat: &Chat, me: Actor, room: RoomId, seq: i64) -> Result<i64, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_mark()?;
    match chat.cursors.raise(Wanted { permit, read: None, delivered: Some(seq) }).await? {
        Raised::To(position) => Ok(position.delivered),
        // Only what is read settles that.
        Raised::MarkedUnread => Err(Error::internal("a delivery that reads")),
    }
}

/// The message with this number is not what it was, or speaks of others now: whoever is
/// there and has not read that far is told anew how much is unread.
pub async fn recount_after(chat: &Chat, room: RoomId, seq: i64) {
    // The change itself is done; whoever is not told finds out by `sync`.
    if let Err(error) = recount(chat, room, seq).await {
        tracing::warn!(%error, "unread counts could not be told anew");
    }
}

async fn recount(chat: &Chat, room: RoomId, seq: i64) -> Result<(), Error> {
    let there = match chat.roster.members(&chat.db, room).await? {
        Some(members) => chat.leases.present(&members),
        // The database says which of them are members.
        None => chat.leases.all_present(),
    };
    for users in there.chunks(AT_ONCE) {
        // Begun first, since nobody waits for a connection in their turn. What it sees is fixed
        // only by its first question, within the turn.
        let db = chat.db.snapshot().await?;
        // In its turn, so that what is counted is what they have heard of: a message more or
        // less would be a ghost in their counts.
        let hearers = users.iter().map(|it| Topic::User(*it));
        let turn = chat.bus.turn(hearers.chain([Topic::Room(room)])).await;
        let behind = store::room::unread::behind(&db, room, seq, users).await?;
        let mentions = store::message::mention::unread_of(&db, room, users).await?;
        for Behind { user, position, unread } in behind {
            let mentions = mentions.get(&user).copied().unwrap_or(0);
            let news = CursorNews::Unread { room, unread, mentions, last_read_seq: position };
            chat.bus.publish(&Event::new(Topic::User(user), news));
        }
        drop(turn);
        // It has only read, and nobody need wait while the connection is given back.
        db.rollback().await?;
    }
    Ok(())
}
