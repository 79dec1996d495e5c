//! How far somebody has read. Cursors only rise, and never past the last message. Each rise
//! leaves a receipt, which [`crate::chat::message::receipt`] shows to others, and is heard by them,
//! unless the reader has switched that off.

use entity::{id::RoomId, participant, time::Timestamp};
use sea_orm::ActiveValue::Set;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        room::settings,
    },
    model::{
        actor::Actor,
        error::{Ban, Doubt, Error, Thing},
        event::{Event, Topic, cursor::CursorNews},
        message::receipt::Progress,
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
    let last = approach(chat, me, room).await?;
    let wanted = seq.unwrap_or(last).clamp(0, last);
    let mine = mine(chat, me, room).await?;
    // Clients mark again and again what is read already, and that should cost no transaction.
    if mine.position() >= wanted && !mine.marked_unread {
        let unread = store::room::unread::in_room(&chat.db, me.id, room).await?;
        return Ok(Cursor { last_read_seq: mine.position(), unread, rose: false });
    }
    chat.change(async |change| raise_read(chat, change, me, &mine, wanted).await).await
}

async fn raise_read(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    mine: &participant::Model,
    wanted: i64,
) -> Result<Cursor, Error> {
    let (at, room) = (chat.clock.now(), mine.chatroom_id);
    let rose = store::room::cursor::raise_read(&change.db, room, me.id, wanted, at).await?;
    // What is read has arrived.
    let arrived = store::room::cursor::raise_delivered(&change.db, room, me.id, wanted, at).await?;
    if mine.marked_unread || mine.unread_from.is_some() {
        let from = mine.unread_from.map(|it| it.max(wanted + 1));
        let read_again = participant::ActiveModel {
            marked_unread: Set(false),
            unread_from: Set(from.filter(|it| *it <= mine.last_read_seq)),
            ..Default::default()
        };
        settings::change(change, me, room, read_again).await?;
    }
    let risen = [arrived.then_some(Progress::Delivered), rose.then_some(Progress::Read)];
    let risen: Vec<Progress> = risen.into_iter().flatten().collect();
    let is_shown = note(change, me, room, wanted, &risen, at).await?;
    if rose && is_shown {
        let news = CursorNews::Read { room, user: me.id, seq: wanted, at };
        change.announce(Topic::Room(room), news);
    }
    if !rose && mine.unread_from.is_none() {
        // Read back, because another device may have raised the cursor further than this one.
        let mine = store::room::member::find(&change.db, room, me.id).await?;
        let last_read_seq = mine.ok_or(Error::Forbidden(Ban::NotMember))?.position();
        let unread = store::room::unread::in_room(&change.db, me.id, room).await?;
        return Ok(Cursor { last_read_seq, unread, rose });
    }
    let unread = settings::tell_unread(change, me, room).await?;
    Ok(Cursor { last_read_seq: unread.position, unread: unread.messages, rose })
}

/// From a message on, for me alone: others have seen how far I read, and that stays. A room
/// that I have not read so far is only marked.
pub async fn mark_unread(chat: &Chat, me: Actor, room: RoomId, seq: i64) -> Result<Cursor, Error> {
    approach(chat, me, room).await?;
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
    let last = approach(chat, me, room).await?;
    let wanted = seq.clamp(0, last);
    let before = mine(chat, me, room).await?.last_delivered_seq;
    if before >= wanted {
        return Ok(before);
    }
    chat.change(async |change| raise_delivered(chat, change, me, room, wanted).await).await?;
    Ok(mine(chat, me, room).await?.last_delivered_seq)
}

async fn raise_delivered(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    room: RoomId,
    wanted: i64,
) -> Result<(), Error> {
    let at = chat.clock.now();
    let arrived = store::room::cursor::raise_delivered(&change.db, room, me.id, wanted, at).await?;
    if arrived {
        let is_shown = note(change, me, room, wanted, &[Progress::Delivered], at).await?;
        // One's own devices hear of it also where nobody else may.
        let hearers = if is_shown { Topic::Room(room) } else { Topic::User(me.id) };
        change.announce(hearers, CursorNews::Delivered { room, user: me.id, seq: wanted });
    }
    Ok(())
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
    let members = chat.roster.members(&chat.db, room).await?;
    for users in chat.leases.present(&members).chunks(AT_ONCE) {
        // Begun first, since nobody waits for a connection in their turn. What it sees is fixed
        // only by its first question, within the turn.
        let db = chat.db.snapshot().await?;
        // In its turn, so that what is counted is what they have heard of: a message more or
        // less would be a ghost in their counts.
        let turn = chat.bus.turn().await;
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

/// Leaves receipts of what has risen, and says whether others may see them: whoever does not
/// want that leaves none, so that nothing comes to light when they change their mind.
async fn note(
    change: &Change,
    me: Actor,
    room: RoomId,
    seq: i64,
    risen: &[Progress],
    at: Timestamp,
) -> Result<bool, Error> {
    let person = store::person::find(&change.db, me.id).await?;
    let is_shown = person.ok_or(Error::Unauthenticated(Doubt::Revoked))?.sends_receipts;
    if is_shown {
        store::room::receipt::insert(&change.db, room, me.id, seq, risen, at).await?;
    }
    Ok(is_shown)
}

async fn mine(chat: &Chat, me: Actor, room: RoomId) -> Result<participant::Model, Error> {
    let mine = store::room::member::find(&chat.db, room, me.id).await?;
    mine.ok_or(Error::Forbidden(Ban::NotMember))
}

/// The room's last `seq`, for its members.
async fn approach(chat: &Chat, me: Actor, room: RoomId) -> Result<i64, Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_read()?;
    if facts.role.is_none() {
        return Err(Error::Forbidden(Ban::NotMember));
    }
    let row = store::room::find(&chat.db, room).await?;
    Ok(row.ok_or(Error::Missing(Thing::Room))?.last_seq)
}
