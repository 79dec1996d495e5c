//! Sending messages and reading them back.

pub mod edit;
pub mod erase;
pub mod forward;
pub mod mention;
pub mod pin;
pub mod reaction;
pub mod reading;
pub mod receipt;
pub mod room;
pub mod view;

use std::{
    collections::{HashMap, hash_map},
    sync::Arc,
};

use entity::{
    attachment,
    id::{MessageId, RoomId},
    message,
    time::Timestamp,
};
use tokio::sync::oneshot;

use crate::{
    chat::{
        engine::{
            handle::Chat,
            ledger::{Answer, LedgerEntry},
        },
        room::typing,
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Error, Problem, Thing},
        message::{Draft, Message, Sent},
        page::{Limit, Page, Window},
        person::Card,
        text::link,
    },
    policy::{MayRead, MaySearch},
    store::{self, room::cursor::Lowest},
};

pub async fn send(chat: &Chat, me: Actor, room: RoomId, draft: Draft) -> Result<Sent, Error> {
    let (done, result) = oneshot::channel();
    // Whoever asked may be gone; the message is stored all the same.
    submit(chat, me, room, draft, Box::new(|sent| drop(done.send(sent)))).await;
    result.await.unwrap_or_else(|gone| Err(Error::internal(gone)))
}

/// Gives the message its place in the order and returns; `answer` is called once it is
/// stored or refused. Whoever sends many in a row need not wait in between.
pub async fn submit(chat: &Chat, me: Actor, room: RoomId, draft: Draft, answer: Answer) {
    match prepare(chat, me, room, draft).await {
        Ok(entry) => chat.ledger.submit(entry, answer),
        Err(error) => answer(Err(error)),
    }
}

/// Says what somebody else has said, in their name; see [`crate::chat::message::forward`].
pub async fn pass_on(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    draft: Draft,
    said: &Message,
) -> Result<Sent, Error> {
    let entry = prepare(chat, me, room, draft).await?;
    // However often it is passed on, it names whoever said it first.
    let origin: Option<Arc<Card>> = Some(said.origin.as_ref().unwrap_or(&said.author).clone());
    let (done, result) = oneshot::channel();
    chat.ledger.submit(LedgerEntry { origin, ..entry }, Box::new(|sent| drop(done.send(sent))));
    result.await.unwrap_or_else(|gone| Err(Error::internal(gone)))
}

async fn prepare(chat: &Chat, me: Actor, room: RoomId, draft: Draft) -> Result<LedgerEntry, Error> {
    let (facts, identity) = chat.roster.facts_of(&chat.db, me.id, room).await?;
    let permit = facts.may_post()?;
    chat.limits.spend(Allowance::Message, Spender::User(me.id))?;
    let author = chat.roster.card(&chat.db, me.id).await?;
    let files = own_files(chat, me, &draft).await?;
    let draft = Draft { kind: kind(draft.kind, &files), ..draft };
    may_be_followed(draft.kind, &draft.content)?;
    if let Some(message) = draft.reply_to {
        answers(chat, permit.room(), message).await?;
    }
    let mentions = mention::find(chat, permit, &draft.content).await?;
    typing::ended(chat, room, me.id);
    Ok(LedgerEntry { permit, author, room: identity, draft, files, mentions, origin: None })
}

/// The words of a message that is more than words may be followed as an address.
pub(in crate::chat) fn may_be_followed(kind: message::Type, words: &str) -> Result<(), Error> {
    if kind != message::Type::Text && link::runs(words) {
        return Err(Error::invalid("content", Problem::Other("is an address that would run")));
    }
    Ok(())
}

pub async fn history(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    window: Window,
    limit: Limit,
) -> Result<Page<Message>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    // One more than asked for tells whether there is more.
    let Slice { rows, more_before, more_after } = match window {
        Window::Newest => older(chat, permit, i64::MAX, limit).await?,
        Window::Before(seq) => older(chat, permit, seq, limit).await?,
        Window::After(seq) => newer(chat, permit, seq, limit).await?,
        Window::Around(seq) => around(chat, permit, seq, limit).await?,
    };
    Ok(Page { items: dress(chat, permit, rows).await?, more_before, more_after })
}

/// The newest messages strictly before a moment that were not deleted, oldest first: for
/// clients that have no notion of deleted ones.
pub async fn before(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    moment: Option<Timestamp>,
    limit: Limit,
) -> Result<Vec<Message>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let end = match moment {
        Some(moment) => first_from(chat, permit, moment).await?,
        None => i64::MAX,
    };
    let mut rows = store::message::live_before(&chat.db, permit, end, 0, limit.get()).await?;
    rows.reverse();
    dress(chat, permit, rows).await
}

/// The same before a message, by its `seq`.
pub async fn before_seq(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    seq: i64,
    limit: Limit,
) -> Result<Vec<Message>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let mut rows = store::message::live_before(&chat.db, permit, seq, 0, limit.get()).await?;
    rows.reverse();
    dress(chat, permit, rows).await
}

/// The number of the first message that is not older than a moment. Time rises with the
/// numbers, so halving finds it: an index for this rare question would cost every send.
async fn first_from(chat: &Chat, permit: MayRead, moment: Timestamp) -> Result<i64, Error> {
    let newest = store::message::before(&chat.db, permit, i64::MAX, 1).await?;
    let (mut low, mut high) = (1, newest.first().map_or(1, |it| it.seq + 1));
    while low < high {
        let middle = low + (high - low) / 2;
        let is_older =
            store::message::moment_of(&chat.db, permit, middle).await?.is_none_or(|it| it < moment);
        if is_older {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Newest first, without the `offset` newest, of those that were not deleted. A room's `seq`
/// has no holes, so skipping messages costs nothing where nothing was deleted.
pub async fn newest_with_offset(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    limit: Limit,
    offset: u64,
) -> Result<Vec<Message>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::room::find(&chat.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    let live = row.last_seq - row.deleted_count;
    let (before, offset) = match offset {
        _ if offset >= live.unsigned_abs() => return Ok(Vec::new()),
        // What the reader alone has deleted is not in the room's counts, so messages are skipped
        // one by one.
        _ if permit.since() > 0 => (i64::MAX, offset),
        _ if row.deleted_count > 0 => (i64::MAX, offset),
        _ => (row.last_seq.saturating_sub_unsigned(offset).saturating_add(1), 0),
    };
    let limit = limit.get();
    let rows = store::message::live_before(&chat.db, permit, before, offset, limit).await?;
    dress(chat, permit, rows).await
}

/// How many messages there are in a room: its `seq` has no holes, and what was deleted is
/// counted.
pub async fn count(chat: &Chat, me: Actor, room: RoomId) -> Result<i64, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    // The room's counts do not know what the reader alone has deleted.
    if permit.since() > 0 {
        return Ok(store::message::count_shown(&chat.db, permit).await?.cast_signed());
    }
    let row = store::room::find(&chat.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    Ok(row.last_seq - row.deleted_count)
}

/// One message, or what is left of it, for whoever may read its room.
pub async fn find(chat: &Chat, me: Actor, message: MessageId) -> Result<Message, Error> {
    let missing = || Error::Missing(Thing::Message);
    let room = store::message::room_of(&chat.db, message).await?.ok_or_else(missing)?;
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::message::find(&chat.db, permit, message).await?.ok_or_else(missing)?;
    dress(chat, permit, vec![row]).await?.pop().ok_or_else(missing)
}

/// One message that was not deleted.
pub async fn live(chat: &Chat, me: Actor, message: MessageId) -> Result<Message, Error> {
    let found = find(chat, me, message).await?;
    if found.row.deleted_at.is_some() {
        return Err(Error::Missing(Thing::Message));
    }
    Ok(found)
}

/// The last message of each room that was not deleted.
pub async fn latest(chat: &Chat, rooms: &[RoomId]) -> Result<HashMap<RoomId, Message>, Error> {
    let rows = store::message::latest(&chat.db, rooms).await?;
    let messages = view::gather(&chat.roster, &chat.db, rows).await?;
    Ok(messages.into_iter().map(|it| (it.row.chatroom_id, it)).collect())
}

/// Messages of several rooms, in the order of their rows, for whoever may search there.
pub async fn dressed(
    chat: &Chat,
    permit: &MaySearch,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Error> {
    let mut rooms: HashMap<RoomId, Lowest> = HashMap::new();
    for permit in rows.iter().filter_map(|it| permit.room(it.chatroom_id)) {
        if let hash_map::Entry::Vacant(place) = rooms.entry(permit.room()) {
            place.insert(store::room::cursor::lowest(&chat.db, permit).await?);
        }
    }
    let lowest = |it: &message::Model| view::others(rooms.get(&it.chatroom_id)?, it.sender_id);
    let status = |row: &message::Model| view::status(row, lowest(row));
    view::assemble(&chat.roster, &chat.db, rows, status).await
}

/// A part of a history, oldest first, and whether there is more on either side.
struct Slice {
    rows: Vec<message::Model>,
    more_before: bool,
    more_after: bool,
}

async fn older(chat: &Chat, permit: MayRead, seq: i64, limit: Limit) -> Result<Slice, Error> {
    let wanted = limit.get();
    let mut rows = store::message::before(&chat.db, permit, seq, wanted + 1).await?;
    let more_before = cut(&mut rows, wanted);
    rows.reverse();
    let newest = rows.last().map_or(0, |it| it.seq);
    let more_after =
        seq < i64::MAX && !store::message::after(&chat.db, permit, newest, 1).await?.is_empty();
    Ok(Slice { rows, more_before, more_after })
}

async fn newer(chat: &Chat, permit: MayRead, seq: i64, limit: Limit) -> Result<Slice, Error> {
    let wanted = limit.get();
    let mut rows = store::message::after(&chat.db, permit, seq, wanted + 1).await?;
    let more_after = cut(&mut rows, wanted);
    // No question to the database: `seq` has no holes, so the first number says whether there are
    // earlier ones.
    let more_before = rows.first().is_some_and(|it| it.seq > permit.since() + 1);
    Ok(Slice { rows, more_before, more_after })
}

async fn around(chat: &Chat, permit: MayRead, seq: i64, limit: Limit) -> Result<Slice, Error> {
    let half = Limit::clamped(limit.get() / 2);
    let mut before = older(chat, permit, seq, half).await?;
    // Near the beginning of the room there are fewer before, and more after.
    let rest = Limit::clamped(limit.get().saturating_sub(before.rows.len() as u64));
    // What comes after a number does not include it, and this page is about the message that has
    // it.
    let after = newer(chat, permit, seq.saturating_sub(1), rest).await?;
    before.rows.extend(after.rows);
    Ok(Slice { more_after: after.more_after, ..before })
}

fn cut(rows: &mut Vec<message::Model>, wanted: u64) -> bool {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    more
}

async fn dress(
    chat: &Chat,
    permit: MayRead,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Error> {
    view::dress(&chat.roster, &chat.db, permit, rows).await
}

/// An answer stays in the room of what it answers.
async fn answers(chat: &Chat, room: RoomId, message: MessageId) -> Result<(), Error> {
    let found = store::message::find_all(&chat.db, &[message]).await?;
    if found.iter().any(|it| it.chatroom_id == room && it.deleted_at.is_none()) {
        return Ok(());
    }
    Err(Error::invalid("reply_to_id", Problem::Other("must be a message of this room")))
}

/// A message with files is of the type that they have in common.
fn kind(named: message::Type, files: &[attachment::Model]) -> message::Type {
    let of = |file: &attachment::Model| match file.mime.split('/').next() {
        Some("image") => message::Type::Image,
        Some("audio") => message::Type::Audio,
        Some("video") => message::Type::Video,
        _ => message::Type::File,
    };
    match (named, files) {
        (message::Type::Text, [first, rest @ ..]) => {
            let same = rest.iter().all(|it| of(it) == of(first));
            if same { of(first) } else { message::Type::File }
        }
        _ => named,
    }
}

/// Files are sent once, by whoever uploaded them, or by anybody if nobody knows who did. They
/// come in the order in which the sender names them.
async fn own_files(chat: &Chat, me: Actor, draft: &Draft) -> Result<Vec<attachment::Model>, Error> {
    let mut found = store::file::find_all(&chat.db, &draft.files).await?;
    found.retain(|it| it.owner_id.is_none_or(|owner| owner == me.id));
    found.sort_by_key(|it| draft.files.iter().position(|file| *file == it.file_id));
    // The ledger looks once more while it holds their rows; this spares most refusals the way
    // there.
    let is_complete = found.len() >= draft.files.len();
    let is_new = found.iter().all(|it| it.message_id.is_none());
    if is_complete && is_new {
        return Ok(found);
    }
    // They went with this very message, which is answered again.
    if let Some(id) = draft.client_msg_id
        && !store::message::repeated(&chat.db, &[(me.id, id)]).await?.is_empty()
    {
        return Ok(found);
    }
    if !is_complete {
        return Err(Error::Missing(Thing::File));
    }
    Err(Error::sent_already())
}
