//! The one ordered writer of messages.
//!
//! Concurrent sends are batched into one transaction (group commit), which gives each its
//! `seq` and `rev`; then they are published and answered in that order, so the order of
//! commits is the order in which everybody hears. Nothing is answered before it is safe.

mod batch;
mod sequence;

use std::{
    collections::HashMap,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use entity::{attachment, id::UserId, message, time::Timestamp};
use sea_orm::DbErr;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    chat::{
        engine::{
            bus::{Bus, Turn},
            clock::{Clock, micros_after},
            ledger::batch::Outcome,
            queue::gather,
            roster::Roster,
        },
        message::view,
    },
    model::{
        error::Error,
        event::{
            Event, Topic,
            message::{Created, MessageNews},
        },
        message::{Draft, Message, Quote, Sent},
        outage,
        person::Card,
        room::Identity,
    },
    policy::{Facts, message::MayPost},
    store::{
        self,
        engine::{pool::Pool, transaction::Transaction},
    },
};

/// How many sends may wait. Beyond that the database cannot keep up, and saying so is
/// better than letting people wait.
const QUEUE: usize = 8_192;
/// Messages in one transaction.
const BATCH: usize = 1_024;
/// Message ids fetched at once; a restart wastes the rest of a block, which is nothing
/// beside the 2^53 that there are.
const IDS: i64 = 16_384;
const ATTEMPTS: u32 = 5;

#[derive(Clone)]
pub struct Ledger(mpsc::Sender<Job>);

/// Something allowed, waiting to be stored.
pub struct LedgerEntry {
    pub permit: MayPost,
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
    entry: LedgerEntry,
    answer: Answer,
}

/// What became of a batch.
enum Written {
    All(Vec<Outcome>, Turn),
    /// Nothing yet, because these may not be stored any more.
    Nothing(HashMap<usize, Error>),
}

struct Writer {
    db: Pool,
    bus: Bus,
    clock: Clock,
    roster: Roster,
    ids: Range<i64>,
    /// The last message's moment: no two share one, and none goes back in time, so that
    /// paging by time misses nothing.
    last: Timestamp,
    stop: CancellationToken,
}

impl Ledger {
    pub fn open(
        db: Pool,
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
    pub fn submit(&self, entry: LedgerEntry, answer: Answer) {
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
                // The signal stays once it is given: without this condition it would be heard again
                // and again.
                () = self.stop.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            };
            if count == 0 {
                return;
            }
            while gather(&mut queue, &mut jobs, BATCH).await {}
            let (entries, answers) = jobs.drain(..).map(|it| (it.entry, it.answer)).unzip();
            self.settle(entries, answers).await;
        }
    }

    /// Stores a batch; if that fails, each by itself, so that one that cannot be stored
    /// does not take others along. In an outage that would only take as many times longer.
    async fn settle(&mut self, entries: Vec<LedgerEntry>, answers: Vec<Answer>) {
        match self.store(&entries).await {
            Ok(Written::All(outcomes, turn)) => {
                self.answer(entries, answers, outcomes, turn).await;
            }
            Ok(Written::Nothing(refused)) => self.refuse(entries, answers, refused).await,
            Err(error) if entries.len() == 1 || outage::is_outage(&error) => {
                tracing::error!(%error, messages = entries.len(), "messages could not be stored");
                for answer in answers {
                    answer(Err(Error::unavailable()));
                }
            }
            Err(_) => {
                for (entry, answer) in entries.into_iter().zip(answers) {
                    Box::pin(self.settle(vec![entry], vec![answer])).await;
                }
            }
        }
    }

    /// Answers those, and stores the others.
    async fn refuse(
        &mut self,
        entries: Vec<LedgerEntry>,
        answers: Vec<Answer>,
        mut refused: HashMap<usize, Error>,
    ) {
        let (mut left, mut waiting) = (Vec::new(), Vec::new());
        for (n, (entry, answer)) in entries.into_iter().zip(answers).enumerate() {
            if let Some(error) = refused.remove(&n) {
                answer(Err(error));
            } else {
                left.push(entry);
                waiting.push(answer);
            }
        }
        if !left.is_empty() {
            Box::pin(self.settle(left, waiting)).await;
        }
    }

    /// Tries again when another writer was in the way, but not for ever.
    async fn store(&mut self, entries: &[LedgerEntry]) -> Result<Written, DbErr> {
        let (mut attempt, begun) = (0, Instant::now());
        loop {
            attempt += 1;
            let result = self.try_store(entries).await;
            // Attempts that wait for locks take long. All of them together take no longer than one
            // statement may.
            let is_early = attempt < ATTEMPTS && begun.elapsed() < self.db.condition().limit;
            match result {
                Err(error) if is_early && is_passing(&error) => {
                    tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                }
                result => return result,
            }
        }
    }

    async fn try_store(&mut self, entries: &[LedgerEntry]) -> Result<Written, DbErr> {
        // Before our own transaction begins: SQLite has one connection for those who write, and
        // taking a block of ids is a transaction, too.
        let first_id = self.reserve(entries.len()).await?;
        let tx = self.db.begin().await?;
        let first_moment = self.clock.now().max(micros_after(self.last, 1));
        // Also when this fails: a commit whose answer was lost may have used these moments.
        self.last = micros_after(first_moment, i64::try_from(entries.len()).unwrap_or(0));
        let result = batch::write(&tx, entries, first_id, first_moment).await;
        match result {
            Ok(outcomes) => {
                // First the rows, then the turn, like every change: the other way round two of them
                // could wait for each other. So late, nobody waits for our writing either.
                let rooms = entries.iter().map(|it| Topic::Room(it.permit.room()));
                let turn = self.bus.turn(rooms).await;
                let refused = self.outdated(&tx, entries).await;
                if refused.is_empty() {
                    return tx.commit().await.map(|()| Written::All(outcomes, turn));
                }
                tx.rollback().await.map(|()| Written::Nothing(refused))
            }
            Err(error) => {
                // The first error is the one that tells something. A connection that does
                // not roll back is not used again.
                tx.rollback().await.ok();
                Err(error)
            }
        }
    }

    /// Those who may not send any more: somebody was removed or blocked while this waited. In
    /// our turn nobody else commits such a change, and what is remembered is as committed.
    async fn outdated(&self, tx: &Transaction, entries: &[LedgerEntry]) -> HashMap<usize, Error> {
        let wanted = entries.iter().map(|it| (it.permit.actor(), it.permit.room()));
        let facts = self.roster.facts_of_each(tx, wanted).await;
        let allowed = facts.into_iter().map(|it| it.and_then(Facts::may_post)).enumerate();
        allowed.filter_map(|(n, it)| Some((n, it.err()?))).collect()
    }

    /// As many message ids as needed, from a block of our own.
    async fn reserve(&mut self, count: usize) -> Result<i64, DbErr> {
        let count = i64::try_from(count).unwrap_or(IDS);
        if self.ids.end - self.ids.start < count {
            let tx = self.db.begin().await?;
            let start = store::engine::counter::take(&tx, "messages", IDS).await?;
            tx.commit().await?;
            self.ids = start..start + IDS;
        }
        let first = self.ids.start;
        self.ids.start += count;
        Ok(first)
    }

    async fn answer(
        &self,
        entries: Vec<LedgerEntry>,
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

    fn publish(&self, row: message::Model, quote: Option<Quote>, entry: LedgerEntry) -> Sent {
        let LedgerEntry { author, room: identity, draft, mut files, mentions, origin, .. } = entry;
        for file in &mut files {
            file.chatroom_id = Some(row.chatroom_id);
            file.message_id = Some(row.message_id);
        }
        let room = row.chatroom_id;
        let plain = Message::plain(row, author, files);
        let message = Arc::new(Message { quote, origin, mentions, ..plain });
        let created = Created { message: message.clone(), room: identity, sent_at: draft.sent_at };
        let news = MessageNews::Created(created);
        self.bus.publish(&Event::new(Topic::Room(room), news));
        Sent { message, duplicate: false }
    }

    /// As it is by now: it may have been edited or deleted since it was first sent.
    async fn repeat(&self, row: message::Model) -> Result<Sent, Error> {
        // From the database, since the row in the batch has neither files nor reactions nor quotes.
        let message = view::gather(&self.roster, &self.db, vec![row]).await?.pop();
        let message = message.ok_or_else(|| Error::internal("a message without its author"))?;
        Ok(Sent { message: Arc::new(message), duplicate: true })
    }
}

/// Another node was writing at the same moment; the next attempt sees what it wrote.
fn is_passing(error: &DbErr) -> bool {
    store::engine::connection::is_collision(error) || store::engine::connection::is_duplicate(error)
}
