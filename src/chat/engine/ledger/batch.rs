//! One batch of messages, inside its transaction: what is new, what was sent before, and
//! which numbers the new ones get.

use std::collections::{HashMap, HashSet};

use entity::{
    attachment,
    id::{FileId, MessageId, UserId},
    message,
    time::Timestamp,
};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{
    chat::{
        engine::{
            clock::micros_after,
            ledger::{LedgerEntry, sequence},
        },
        message::view,
    },
    model::{
        error::{Clash, Error, Thing},
        message::Quote,
        text::link::Link,
    },
    store::{self, engine::transaction::Transaction, message::Post},
};

/// What became of one entry of a batch.
pub(super) enum Outcome {
    /// With a glimpse of what it answers.
    Stored(message::Model, Option<Quote>),
    Repeated(message::Model),
    Refused(Error),
}

/// Decides what each entry becomes and writes the new ones, inside the transaction.
pub(super) async fn write(
    tx: &Transaction,
    entries: &[LedgerEntry],
    first_id: i64,
    first_moment: Timestamp,
) -> Result<Vec<Outcome>, DbErr> {
    // In this order: what was sent before takes no file, and what is refused takes no number.
    // Otherwise `seq` would have holes.
    let mut known = repeated(tx, entries).await?;
    let taken = taken(tx, entries, &known).await?;
    let mut heads = sequence::raise(tx, entries, &known, &taken).await?;
    // Read after the rooms are held, so that nobody hears words that were deleted before.
    let quotes = view::quotes(tx, entries.iter().filter_map(|it| it.draft.reply_to)).await?;
    let mut outcomes = Vec::with_capacity(entries.len());
    let (mut files, mut called) = (Vec::new(), Vec::new());
    for ((id, entry), taken) in (first_id..).zip(entries).zip(taken) {
        let (permit, draft) = (entry.permit, &entry.draft);
        let key = draft.client_msg_id.map(|it| (permit.actor(), it));
        if let Some(earlier) = key.and_then(|it| known.get(&it)) {
            outcomes.push(repeat_of(earlier, entry));
            continue;
        }
        if let Some(error) = taken {
            outcomes.push(Outcome::Refused(error));
            continue;
        }
        // The room was deleted while the message waited in the queue.
        let Some(head) = heads.get_mut(&permit.room()) else {
            outcomes.push(Outcome::Refused(Error::Missing(Thing::Room)));
            continue;
        };
        head.seq += 1;
        head.rev += 1;
        let moment = micros_after(first_moment, id - first_id);
        let row = row(MessageId(id), entry, head, moment);
        if let Some(key) = key {
            // The same message may be in this batch once more: then that is the repetition.
            known.insert(key, row.clone());
        }
        if !entry.files.is_empty() {
            files.push((row.message_id, permit.room(), &entry.files));
        }
        if !entry.mentions.is_empty() {
            called.push((row.clone(), entry.mentions.as_slice()));
        }
        let quote = draft.reply_to.and_then(|it| quotes.get(&it)).cloned();
        outcomes.push(Outcome::Stored(row, quote));
    }
    let posts: Vec<_> = outcomes.iter().zip(entries).filter_map(post).collect();
    if posts.is_empty() {
        return Ok(outcomes);
    }
    // First of all, because the rows of files and mentions refer to these.
    store::message::insert_all(tx, &posts).await?;
    for (message, room, sent) in files {
        let ids: Vec<_> = sent.iter().map(|it| it.file_id).collect();
        store::file::send(tx, &ids, room, message).await?;
    }
    let called: Vec<_> = called.iter().map(|(row, users)| (row, *users)).collect();
    store::message::mention::insert(tx, &called).await?;
    Ok(outcomes)
}

fn post<'a>((outcome, entry): (&'a Outcome, &LedgerEntry)) -> Option<Post<'a>> {
    match outcome {
        Outcome::Stored(row, _) => Some(Post { row, permit: entry.permit }),
        Outcome::Repeated(_) | Outcome::Refused(_) => None,
    }
}

/// For each entry, why its files cannot go with it, if they cannot: each goes with one message,
/// and with none if it was taken away since it was looked at. They are ours until the
/// transaction ends.
async fn taken(
    tx: &Transaction,
    entries: &[LedgerEntry],
    known: &HashMap<(UserId, Uuid), message::Model>,
) -> Result<Vec<Option<Error>>, DbErr> {
    let mut wanted: Vec<FileId> =
        entries.iter().flat_map(|it| &it.files).map(|it| it.file_id).collect();
    wanted.sort_unstable_by_key(|it| it.0);
    wanted.dedup();
    let mut free: HashMap<FileId, attachment::Model> =
        store::file::hold(tx, &wanted).await?.into_iter().map(|it| (it.file_id, it)).collect();
    let mut keys = HashSet::new();
    let verdict = |entry: &LedgerEntry| {
        let key = entry.draft.client_msg_id.map(|it| (entry.permit.actor(), it));
        // One that is said twice is one message, and its files go with it once.
        if entry.files.is_empty()
            || key.is_some_and(|it| known.contains_key(&it) || keys.contains(&it))
        {
            return None;
        }
        for file in &entry.files {
            match free.get(&file.file_id) {
                None => return Some(Error::Missing(Thing::File)),
                Some(row) if row.message_id.is_some() => return Some(Error::sent_already()),
                // It may have been given to somebody else since, and nobody learns of other
                // people's files.
                Some(row) if row.owner_id.is_some_and(|it| it != entry.permit.actor()) => {
                    return Some(Error::Missing(Thing::File));
                }
                Some(_) => {}
            }
        }
        // Only when all of them are free: who is refused must leave them to later entries. Which id
        // stands there makes no difference to those.
        for file in &entry.files {
            if let Some(row) = free.get_mut(&file.file_id) {
                row.message_id = Some(MessageId(0));
            }
        }
        keys.extend(key);
        None
    };
    Ok(entries.iter().map(verdict).collect())
}

async fn repeated(
    tx: &Transaction,
    entries: &[LedgerEntry],
) -> Result<HashMap<(UserId, Uuid), message::Model>, DbErr> {
    let keys: Vec<(UserId, Uuid)> = entries
        .iter()
        .filter_map(|it| Some((it.permit.actor(), it.draft.client_msg_id?)))
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store::message::repeated(tx, &keys).await?;
    Ok(rows.into_iter().filter_map(|it| Some(((it.sender_id, it.client_msg_id?), it))).collect())
}

/// The same send again is answered again; another one under its id is a mistake. What was
/// changed since cannot be compared.
fn repeat_of(earlier: &message::Model, entry: &LedgerEntry) -> Outcome {
    let LedgerEntry { permit, draft, .. } = entry;
    let is_same = earlier.deleted_at.is_some()
        || (earlier.content == draft.content || earlier.edited_at.is_some())
            && earlier.message_type == draft.kind
            && earlier.media_url.as_deref() == draft.media_url.as_ref().map(Link::as_str)
            && earlier.reply_to_id == draft.reply_to
            && earlier.forwarded_from_id == entry.origin.as_ref().map(|it| it.id);
    if is_same && earlier.chatroom_id == permit.room() {
        Outcome::Repeated(earlier.clone())
    } else {
        Outcome::Refused(Error::Taken(Clash::ClientMessageId))
    }
}

fn row(
    id: MessageId,
    entry: &LedgerEntry,
    head: &sequence::Head,
    moment: Timestamp,
) -> message::Model {
    let draft = &entry.draft;
    message::Model {
        message_id: id,
        public_id: Uuid::now_v7(),
        chatroom_id: entry.permit.room(),
        sender_id: entry.permit.actor(),
        seq: head.seq,
        rev: head.rev,
        client_msg_id: draft.client_msg_id,
        content: draft.content.clone(),
        message_type: draft.kind,
        media_url: draft.media_url.clone().map(Link::into_string),
        timestamp: moment,
        reply_to_id: draft.reply_to,
        edited_at: None,
        deleted_at: None,
        forwarded_from_id: entry.origin.as_ref().map(|it| it.id),
    }
}
