//! The one ordered writer of messages.
//!
//! Concurrent sends are batched into one transaction (group commit), which gives each its
//! `seq` and `rev`; then they are published and answered in that order, so the order of
//! commits is the order in which everybody hears. Nothing is answered before it is safe.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use entity::{
    attachment, chatroom,
    id::{MessageId, RoomId, UserId},
    message,
    time::Timestamp,
};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{
    chat::{
        assembly,
        bus::{Bus, Turn},
        clock::{Clock, micros_after},
        roster::Roster,
    },
    model::{
        error::{Clash, Error, Thing},
        event::{Created, Event, News, Topic},
        message::{Draft, Message, Quote, Sent},
        person::Card,
        room::Identity,
    },
    policy::MayPost,
    store,
};

/// How many sends may wait. Beyond that the database cannot keep up, and saying so is
/// better than letting people wait.
const QUEUE: usize = 8_192;
/// Rows in one statement, well under every database's limit of parameters.
const BATCH: usize = 1_024;
/// Message ids fetched at once; a restart wastes the rest of a block, which is nothing
/// beside the 2^53 that there are.
const IDS: i64 = 16_384;
const ATTEMPTS: u32 = 5;

#[derive(Clone)]
pub struct Ledger(mpsc::Sender<Job>);

/// Something allowed, waiting to be stored.
pub struct Entry {
    pub leave: MayPost,
    pub author: Arc<Card>,
    pub room: Arc<Identity>,
    pub draft: Draft,
    pub files: Vec<attachment::Model>,
    /// Whom it speaks of, by their ids.
    pub mentions: Vec<UserId>,
    /// Who said it first, when it is passed on.
    pub origin: Option<Arc<Card>>,
}

/// What is done with the result, called once, in the order of the commits.
pub type Answer = Box<dyn FnOnce(Result<Sent, Error>) + Send>;

struct Job {
    entry: Entry,
    answer: Answer,
}

struct Writer {
    db: DatabaseConnection,
    bus: Bus,
    clock: Clock,
    roster: Roster,
    ids: Range<i64>,
    /// The last message's moment: no two share one, and none goes back in time, so that
    /// paging by time misses nothing.
    last: Timestamp,
    stop: CancellationToken,
}

/// What became of one entry of a batch.
enum Outcome {
    /// With a glimpse of what it answers.
    Stored(message::Model, Option<Quote>),
    Repeated(message::Model),
    Refused(Error),
}

impl Ledger {
    pub fn open(
        db: DatabaseConnection,
        bus: Bus,
        clock: Clock,
        roster: Roster,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (sender, queue) = mpsc::channel(QUEUE);
        let last = clock.now();
        tasks.spawn(Writer { db, bus, clock, roster, ids: 0..0, last, stop }.work(queue));
        Self(sender)
    }

    /// Takes its place in the order at once; the answer comes after the commit.
    pub fn submit(&self, entry: Entry, answer: Answer) {
        if let Err(full) = self.0.try_send(Job { entry, answer }) {
            (full.into_inner().answer)(Err(busy()));
        }
    }
}

fn busy() -> Error {
    Error::Busy { retry_after: Duration::from_secs(1) }
}

impl Writer {
    async fn work(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        loop {
            // Once the server stops, no new sends are taken; those that wait are stored.
            let count = tokio::select! {
                count = queue.recv_many(&mut jobs, BATCH) => count,
                () = self.stop.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            };
            if count == 0 {
                return;
            }
            let (entries, answers) = jobs.drain(..).map(|it| (it.entry, it.answer)).unzip();
            self.settle(entries, answers).await;
        }
    }

    /// Stores a batch; if that fails, each by itself, so that one that cannot be stored
    /// does not take others along.
    async fn settle(&mut self, entries: Vec<Entry>, answers: Vec<Answer>) {
        match self.store(&entries).await {
            Ok((outcomes, turn)) => self.answer(entries, answers, outcomes, turn).await,
            Err(error) if entries.len() == 1 || is_outage(&error) => {
                tracing::error!(%error, messages = entries.len(), "messages could not be stored");
                for answer in answers {
                    answer(Err(busy()));
                }
            }
            Err(_) => {
                for (entry, answer) in entries.into_iter().zip(answers) {
                    Box::pin(self.settle(vec![entry], vec![answer])).await;
                }
            }
        }
    }

    /// Tries again when another writer was in the way.
    async fn store(&mut self, entries: &[Entry]) -> Result<(Vec<Outcome>, Turn), DbErr> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.try_store(entries).await {
                Err(error) if attempt < ATTEMPTS && is_passing(&error) => {
                    tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                }
                result => return result,
            }
        }
    }

    async fn try_store(&mut self, entries: &[Entry]) -> Result<(Vec<Outcome>, Turn), DbErr> {
        let first_id = self.reserve(entries.len()).await?;
        let tx = store::connection::begin(&self.db).await?;
        let first_moment = self.clock.now().max(micros_after(self.last, 1));
        self.last = micros_after(first_moment, i64::try_from(entries.len()).unwrap_or(0));
        let result = write(&tx, entries, first_id, first_moment).await;
        match result {
            Ok(outcomes) => {
                let turn = self.bus.turn().await;
                tx.commit().await.map(|()| (outcomes, turn))
            }
            Err(error) => {
                // The first error is the one that tells something.
                tx.rollback().await.ok();
                Err(error)
            }
        }
    }

    /// As many message ids as needed, from a block of our own.
    async fn reserve(&mut self, count: usize) -> Result<i64, DbErr> {
        let count = i64::try_from(count).unwrap_or(IDS);
        if self.ids.end - self.ids.start < count {
            let tx = store::connection::begin(&self.db).await?;
            let start = store::counter::take(&tx, "messages", IDS).await?;
            tx.commit().await?;
            self.ids = start..start + IDS;
        }
        let first = self.ids.start;
        self.ids.start += count;
        Ok(first)
    }

    async fn answer(
        &self,
        entries: Vec<Entry>,
        answers: Vec<Answer>,
        outcomes: Vec<Outcome>,
        turn: Turn,
    ) {
        let mut repeated = Vec::new();
        for ((entry, answer), outcome) in entries.into_iter().zip(answers).zip(outcomes) {
            match outcome {
                Outcome::Stored(row, quote) => answer(Ok(self.publish(row, quote, entry))),
                Outcome::Repeated(row) => repeated.push((row, answer)),
                Outcome::Refused(error) => answer(Err(error)),
            }
        }
        // Nobody waits for what only one person hears.
        drop(turn);
        for (row, answer) in repeated {
            answer(self.repeat(row).await);
        }
    }

    fn publish(&self, row: message::Model, quote: Option<Quote>, entry: Entry) -> Sent {
        let Entry { author, room: identity, draft, mut files, mentions, origin, .. } = entry;
        for file in &mut files {
            file.chatroom_id = Some(row.chatroom_id);
            file.message_id = Some(row.message_id);
        }
        let room = row.chatroom_id;
        let plain = Message::plain(row, author, files);
        let message = Arc::new(Message { quote, origin, mentions, ..plain });
        let created = Created { message: message.clone(), room: identity, sent_at: draft.sent_at };
        let news = News::MessageCreated(created);
        self.bus.publish(&Event { topic: Topic::Room(room), news });
        Sent { message, duplicate: false }
    }

    /// As it is by now: it may have been edited or deleted since it was first sent.
    async fn repeat(&self, row: message::Model) -> Result<Sent, Error> {
        let message = assembly::gather(&self.roster, &self.db, vec![row]).await?.pop();
        let message = message.ok_or_else(|| Error::internal("a message without its author"))?;
        Ok(Sent { message: Arc::new(message), duplicate: true })
    }
}

/// Decides what each entry becomes and writes the new ones, inside the transaction.
async fn write(
    tx: &DatabaseTransaction,
    entries: &[Entry],
    first_id: i64,
    first_moment: Timestamp,
) -> Result<Vec<Outcome>, DbErr> {
    let mut known = repeated(tx, entries).await?;
    let mut heads = raise(tx, entries, &known).await?;
    // Read after the rooms are held, so that nobody hears words that were deleted before.
    let quotes = assembly::quotes(tx, entries.iter().filter_map(|it| it.draft.reply_to)).await?;
    let (mut outcomes, mut rows) = (Vec::with_capacity(entries.len()), Vec::new());
    let (mut files, mut called) = (Vec::new(), Vec::new());
    for (id, entry) in (first_id..).zip(entries) {
        let (leave, draft) = (entry.leave, &entry.draft);
        let key = draft.client_msg_id.map(|it| (leave.actor(), it));
        if let Some(earlier) = key.and_then(|it| known.get(&it)) {
            outcomes.push(repeat_of(earlier, entry));
            continue;
        }
        let Some(head) = heads.get_mut(&leave.room()) else {
            outcomes.push(Outcome::Refused(Error::Missing(Thing::Room)));
            continue;
        };
        head.seq += 1;
        head.rev += 1;
        let moment = micros_after(first_moment, id - first_id);
        let row = row(MessageId(id), entry, head, moment);
        if let Some(key) = key {
            known.insert(key, row.clone());
        }
        if !entry.files.is_empty() {
            files.push((row.message_id, leave.room(), &entry.files));
        }
        if !entry.mentions.is_empty() {
            called.push((row.clone(), entry.mentions.as_slice()));
        }
        rows.push(store::message::Entry { row: row.clone(), leave });
        let quote = draft.reply_to.and_then(|it| quotes.get(&it)).cloned();
        outcomes.push(Outcome::Stored(row, quote));
    }
    if rows.is_empty() {
        return Ok(outcomes);
    }
    store::message::insert_all(tx, rows).await?;
    for (message, room, sent) in files {
        let ids: Vec<_> = sent.iter().map(|it| it.file_id).collect();
        store::attachment::send(tx, &ids, room, message).await?;
    }
    let called: Vec<_> = called.iter().map(|(row, users)| (row, *users)).collect();
    store::mention::insert(tx, &called).await?;
    Ok(outcomes)
}

/// The last numbers that were given away in a room.
struct Head {
    seq: i64,
    rev: i64,
}

/// Takes as many numbers in each room as it has new messages; the room is ours until the
/// transaction ends. Says where they begin.
async fn raise(
    tx: &DatabaseTransaction,
    entries: &[Entry],
    known: &HashMap<(UserId, Uuid), message::Model>,
) -> Result<HashMap<RoomId, Head>, DbErr> {
    let (mut counts, mut seen) = (BTreeMap::<RoomId, i64>::new(), HashSet::new());
    for Entry { leave, draft, .. } in entries {
        let key = draft.client_msg_id.map(|it| (leave.actor(), it));
        if key.is_none_or(|it| !known.contains_key(&it) && seen.insert(it)) {
            *counts.entry(leave.room()).or_default() += 1;
        }
    }
    if counts.is_empty() {
        return Ok(HashMap::new());
    }
    let raised: Vec<(RoomId, i64)> = counts.iter().map(|(room, count)| (*room, *count)).collect();
    let rooms = store::chatroom::advance(tx, &raised).await?;
    let before = |it: chatroom::Model| {
        let count = counts.get(&it.chatroom_id).copied().unwrap_or(0);
        (it.chatroom_id, Head { seq: it.last_seq - count, rev: it.rev - count })
    };
    Ok(rooms.into_iter().map(before).collect())
}

async fn repeated(
    tx: &DatabaseTransaction,
    entries: &[Entry],
) -> Result<HashMap<(UserId, Uuid), message::Model>, DbErr> {
    let keys: Vec<(UserId, Uuid)> =
        entries.iter().filter_map(|it| Some((it.leave.actor(), it.draft.client_msg_id?))).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store::message::repeated(tx, &keys).await?;
    Ok(rows.into_iter().filter_map(|it| Some(((it.sender_id, it.client_msg_id?), it))).collect())
}

/// The same send again is answered again; another one under its id is a mistake. What was
/// changed since cannot be compared.
fn repeat_of(earlier: &message::Model, entry: &Entry) -> Outcome {
    let Entry { leave, draft, .. } = entry;
    let is_same = earlier.deleted_at.is_some()
        || (earlier.content == draft.content || earlier.edited_at.is_some())
            && earlier.message_type == draft.kind
            && earlier.media_url == draft.media_url
            && earlier.reply_to_id == draft.reply_to
            && earlier.forwarded_from_id == entry.origin.as_ref().map(|it| it.id);
    if is_same && earlier.chatroom_id == leave.room() {
        Outcome::Repeated(earlier.clone())
    } else {
        Outcome::Refused(Error::Taken(Clash::ClientMessageId))
    }
}

fn row(id: MessageId, entry: &Entry, head: &Head, moment: Timestamp) -> message::Model {
    let draft = &entry.draft;
    message::Model {
        message_id: id,
        public_id: Uuid::now_v7(),
        chatroom_id: entry.leave.room(),
        sender_id: entry.leave.actor(),
        seq: head.seq,
        rev: head.rev,
        client_msg_id: draft.client_msg_id,
        content: draft.content.clone(),
        message_type: draft.kind,
        media_url: draft.media_url.clone(),
        timestamp: moment,
        reply_to_id: draft.reply_to,
        edited_at: None,
        deleted_at: None,
        forwarded_from_id: entry.origin.as_ref().map(|it| it.id),
    }
}

/// Another node was writing at the same moment; the next attempt sees what it wrote.
fn is_passing(error: &DbErr) -> bool {
    store::connection::is_collision(error) || store::connection::is_duplicate(error)
}

/// Trying each message by itself would only wait as many times.
fn is_outage(error: &DbErr) -> bool {
    matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
}
