//! Sending messages and reading them back.

use std::collections::{HashMap, hash_map};

use entity::{
    attachment,
    id::{FileId, MessageId, RoomId, UserId},
    message,
    time::Timestamp,
};
use tokio::sync::oneshot;

use crate::{
    chat::{
        handle::Chat,
        ledger::{Answer, Entry},
        typing,
    },
    model::{
        actor::Actor,
        error::{Error, Problem, Thing},
        limit::{Allowance, Spender},
        message::{Draft, Message, ReadStatus, Sent},
        page::{Limit, Page, Window},
    },
    policy::{MayRead, MaySearch},
    store::{self, participant::Lowest},
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

async fn prepare(chat: &Chat, me: Actor, room: RoomId, draft: Draft) -> Result<Entry, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_post()?;
    chat.limits.spend(Allowance::Message, Spender::User(me.id))?;
    let author = chat.roster.card(&chat.db, me.id).await?;
    let files = own_files(chat, me, &draft.files).await?;
    let draft = Draft { kind: kind(draft.kind, &files), ..draft };
    if let Some(message) = draft.reply_to {
        answers(chat, leave.room(), message).await?;
    }
    typing::ended(chat, room, me.id);
    let room = chat.roster.identity(&chat.db, room).await?;
    Ok(Entry { leave, author, room, draft, files })
}

pub async fn history(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    window: Window,
    limit: Limit,
) -> Result<Page<Message>, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    // One more than asked for tells whether there is more.
    let (rows, more_before, more_after) = match window {
        Window::Newest => older(chat, leave, i64::MAX, limit).await?,
        Window::Before(seq) => older(chat, leave, seq, limit).await?,
        Window::After(seq) => newer(chat, leave, seq, limit).await?,
        Window::Around(seq) => around(chat, leave, seq, limit).await?,
    };
    Ok(Page { items: dress(chat, leave, rows).await?, more_before, more_after })
}

/// The newest messages strictly before a moment, oldest first.
pub async fn before(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    moment: Option<Timestamp>,
    limit: Limit,
) -> Result<Vec<Message>, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let end = match moment {
        Some(moment) => first_from(chat, leave, moment).await?,
        None => i64::MAX,
    };
    let mut rows = store::message::before(&chat.db, leave, end, limit.get()).await?;
    rows.reverse();
    dress(chat, leave, rows).await
}

/// The number of the first message that is not older than a moment. Time rises with the
/// numbers, so halving finds it: an index for this rare question would cost every send.
async fn first_from(chat: &Chat, leave: MayRead, moment: Timestamp) -> Result<i64, Error> {
    let newest = store::message::before(&chat.db, leave, i64::MAX, 1).await?;
    let (mut low, mut high) = (1, newest.first().map_or(1, |it| it.seq + 1));
    while low < high {
        let middle = low + (high - low) / 2;
        let is_older =
            store::message::moment_of(&chat.db, leave, middle).await?.is_none_or(|it| it < moment);
        if is_older {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Newest first, without the `offset` newest. A room's `seq` has no holes, so skipping
/// messages costs nothing.
pub async fn newest_with_offset(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    limit: Limit,
    offset: u64,
) -> Result<Vec<Message>, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::chatroom::find(&chat.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    let newest = row.last_seq.saturating_sub_unsigned(offset);
    let before = newest.saturating_add(1);
    let rows = store::message::before(&chat.db, leave, before, limit.get()).await?;
    dress(chat, leave, rows).await
}

/// How many messages there are in a room: its `seq` has no holes.
pub async fn count(chat: &Chat, me: Actor, room: RoomId) -> Result<i64, Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::chatroom::find(&chat.db, room).await?;
    Ok(row.ok_or(Error::Missing(Thing::Room))?.last_seq)
}

/// One message, for whoever may read its room.
pub async fn find(chat: &Chat, me: Actor, message: MessageId) -> Result<Message, Error> {
    let missing = || Error::Missing(Thing::Message);
    let room = store::message::room_of(&chat.db, message).await?.ok_or_else(missing)?;
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let row = store::message::find(&chat.db, leave, message).await?.ok_or_else(missing)?;
    dress(chat, leave, vec![row]).await?.pop().ok_or_else(missing)
}

/// The last message of each room.
pub async fn latest(chat: &Chat, rooms: &[RoomId]) -> Result<HashMap<RoomId, Message>, Error> {
    let rows = store::message::latest(&chat.db, rooms).await?;
    let ids: Vec<MessageId> = rows.iter().map(|it| it.message_id).collect();
    let lowest: HashMap<MessageId, (i64, i64)> = store::participant::lowest_for(&chat.db, &ids)
        .await?
        .into_iter()
        .map(|(message, read, delivered)| (message, (read, delivered)))
        .collect();
    let status = |row: &message::Model| status(row, lowest.get(&row.message_id).copied());
    let messages = assemble(chat, rows, status).await?;
    Ok(messages.into_iter().map(|it| (it.row.chatroom_id, it)).collect())
}

/// Messages of several rooms, in the order of their rows, for whoever may search there.
pub async fn dressed(
    chat: &Chat,
    leave: &MaySearch,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Error> {
    let mut rooms: HashMap<RoomId, Lowest> = HashMap::new();
    for leave in rows.iter().filter_map(|it| leave.room(it.chatroom_id)) {
        if let hash_map::Entry::Vacant(place) = rooms.entry(leave.room()) {
            place.insert(store::participant::lowest(&chat.db, leave).await?);
        }
    }
    let lowest = |it: &message::Model| others(rooms.get(&it.chatroom_id)?, it.sender_id);
    assemble(chat, rows, |row| status(row, lowest(row))).await
}

type Slice = (Vec<message::Model>, bool, bool);

async fn older(chat: &Chat, leave: MayRead, seq: i64, limit: Limit) -> Result<Slice, Error> {
    let wanted = limit.get();
    let mut rows = store::message::before(&chat.db, leave, seq, wanted + 1).await?;
    let more = cut(&mut rows, wanted);
    rows.reverse();
    let newest = rows.last().map_or(0, |it| it.seq);
    let after =
        seq < i64::MAX && !store::message::after(&chat.db, leave, newest, 1).await?.is_empty();
    Ok((rows, more, after))
}

async fn newer(chat: &Chat, leave: MayRead, seq: i64, limit: Limit) -> Result<Slice, Error> {
    let wanted = limit.get();
    let mut rows = store::message::after(&chat.db, leave, seq, wanted + 1).await?;
    let more = cut(&mut rows, wanted);
    let before = rows.first().is_some_and(|it| it.seq > 1);
    Ok((rows, before, more))
}

async fn around(chat: &Chat, leave: MayRead, seq: i64, limit: Limit) -> Result<Slice, Error> {
    let half = Limit::clamped(limit.get() / 2);
    let (mut rows, before, _) = older(chat, leave, seq, half).await?;
    let rest = Limit::clamped(limit.get().saturating_sub(rows.len() as u64));
    let (after, _, more) = newer(chat, leave, seq.saturating_sub(1), rest).await?;
    rows.extend(after);
    Ok((rows, before, more))
}

fn cut(rows: &mut Vec<message::Model>, wanted: u64) -> bool {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    more
}

/// Rows of one room, with authors, files and how far the others have read.
async fn dress(
    chat: &Chat,
    leave: MayRead,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Error> {
    let lowest = store::participant::lowest(&chat.db, leave).await?;
    assemble(chat, rows, |row| status(row, others(&lowest, row.sender_id))).await
}

async fn assemble(
    chat: &Chat,
    rows: Vec<message::Model>,
    status: impl Fn(&message::Model) -> ReadStatus,
) -> Result<Vec<Message>, Error> {
    let authors: Vec<UserId> = rows.iter().map(|it| it.sender_id).collect();
    let cards = chat.roster.cards(&chat.db, &authors).await?;
    let ids: Vec<MessageId> = rows.iter().map(|it| it.message_id).collect();
    let mut files: HashMap<MessageId, Vec<attachment::Model>> = HashMap::new();
    for file in store::attachment::of_messages(&chat.db, &ids).await? {
        if let Some(message) = file.message_id {
            files.entry(message).or_default().push(file);
        }
    }
    let messages = rows.into_iter().filter_map(|row| {
        let author = cards.get(&row.sender_id)?.clone();
        let files = files.remove(&row.message_id).unwrap_or_default();
        Some(Message { status: status(&row), row, author, files })
    });
    Ok(messages.collect())
}

/// The lowest cursors of everybody but the sender.
fn others(lowest: &Lowest, sender: UserId) -> Option<(i64, i64)> {
    let first = |it: &[(UserId, i64)]| it.iter().find(|it| it.0 != sender).map(|it| it.1);
    Some((first(&lowest.read)?, first(&lowest.delivered)?))
}

fn status(row: &message::Model, others: Option<(i64, i64)>) -> ReadStatus {
    match others {
        Some((read, _)) if read >= row.seq => ReadStatus::Read,
        Some((_, delivered)) if delivered >= row.seq => ReadStatus::Delivered,
        Some(_) | None => ReadStatus::Unread,
    }
}

/// An answer stays in the room of what it answers.
async fn answers(chat: &Chat, room: RoomId, message: MessageId) -> Result<(), Error> {
    if store::message::room_of(&chat.db, message).await? == Some(room) {
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

/// Files are sent once, by whoever uploaded them.
async fn own_files(
    chat: &Chat,
    me: Actor,
    files: &[FileId],
) -> Result<Vec<attachment::Model>, Error> {
    let found = store::attachment::find_all(&chat.db, files).await?;
    let mine = |it: &&attachment::Model| it.owner_id == Some(me.id);
    if found.iter().filter(mine).count() < files.len() {
        return Err(Error::Missing(Thing::File));
    }
    if found.iter().any(|it| it.message_id.is_some()) {
        let problem = Problem::Other("this file was sent already; upload it again");
        return Err(Error::invalid("attachment_ids", problem));
    }
    Ok(found)
}
