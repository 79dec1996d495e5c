//! Puts messages into the search index, behind the back of whoever sends them.
//!
//! It works in blocks, from what is committed, and until a block is full searches read its
//! messages directly; so nobody waits for it, and a server that was killed goes on where
//! the last block ended. Every transaction of its own is short, and while there is a rush
//! it stands back. Of several nodes one does this, whichever holds the lease.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use entity::{id::RoomId, message, search_posting};
use uuid::Uuid;

use crate::{
    chat::engine::handle::Chat,
    model::{error::Error, search::SearchPosition},
    store::{
        self,
        engine::transaction::Transaction,
        search::{
            block::{self, Outline},
            key, lease,
            posting::{self, SPAN},
            progress::{self, Stretch},
            row,
        },
    },
};

/// Messages in one block at most.
const BLOCK: i64 = 4_096;
/// Rows written, or read and joined, in one transaction: a few milliseconds.
const ROWS: usize = 500;
/// For so long nobody else takes the lease from a node that has gone silent.
const LEASE_SECONDS: i64 = 60;
/// Even when too little seems to be new: another node's messages may have lower numbers.
const ROUND: Duration = Duration::from_mins(1);
/// Over a shorter time nobody can tell how fast messages come.
const BEAT: Duration = Duration::from_millis(500);
/// Messages per second that are a rush.
const RUSH: i64 = 500;
/// What may pile up during one.
const PILE: i64 = 50_000;

struct Indexer {
    chat: Chat,
    /// This node, as the lease names it.
    me: Uuid,
    /// Whether everything in the index beyond its last block was swept away.
    swept: bool,
    /// Up to which number messages were looked through, to find the oldest ones.
    scanned: i64,
    pulse: Pulse,
    /// Since when it has been working without a rest.
    awake: Instant,
}

/// What the last look at the messages showed.
struct Pulse {
    /// When all rooms were last looked through, which newest number there was, and how many
    /// messages were left to wait.
    checked: Option<Instant>,
    newest: i64,
    left: i64,
    /// The newest number a beat ago; none before the first: what is there when the server
    /// starts did not come just now.
    beat: Option<(i64, Instant)>,
    per_second: i64,
}

/// A block on its way into the index.
struct BlockDraft {
    outline: Outline,
    /// By time.
    rows: Vec<message::Model>,
    postings: Vec<search_posting::Model>,
}

/// Works until the server stops.
pub async fn watch(chat: Chat) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    // A long piece of work is followed by a rest, and not by all the beats that it has missed.
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut indexer = Indexer::new(chat.clone());
    while chat.stop.run_until_cancelled(second.tick()).await.is_some() {
        if let Err(error) = indexer.work().await {
            // Part of a block may have been written, and the next one would begin at the same
            // place.
            indexer.swept = false;
            tracing::warn!(%error, "messages could not be indexed");
        }
    }
    // Another node need not wait until it runs out.
    if let Err(error) = lease::release(&chat.db, indexer.me).await {
        tracing::warn!(%error, "the index was not handed over");
    }
}

impl Indexer {
    fn new(chat: Chat) -> Self {
        let pulse = Pulse { checked: None, newest: 0, left: 0, beat: None, per_second: 0 };
        let awake = Instant::now();
        Self { chat, me: Uuid::new_v4(), swept: false, scanned: 0, pulse, awake }
    }

    /// Puts in what there is, as long as it fills blocks.
    async fn work(&mut self) -> Result<(), Error> {
        let newest = self.newest().await?;
        let enough = self.chat.rules.search_block;
        // Looking through all rooms is not for nothing, and numbers tell when it is.
        let may_wait = self.pulse.left + (newest - self.pulse.newest).max(0);
        if may_wait < enough && self.pulse.checked.is_some_and(|it| it.elapsed() < ROUND) {
            return Ok(());
        }
        self.pulse.newest = newest;
        self.awake = Instant::now();
        loop {
            let backlog = progress::backlog(&self.chat.db).await?;
            let waiting = backlog.iter().map(Stretch::length).sum();
            (self.pulse.checked, self.pulse.left) = (Some(Instant::now()), waiting);
            if waiting < enough || self.chat.stop.is_cancelled() {
                return Ok(());
            }
            let is_too_early = self.pulse.is_rush() && waiting < PILE;
            if is_too_early || !self.claim().await? {
                // There is enough to do, so it looks again at the next beat and not only after a
                // round.
                self.pulse.checked = None;
                return Ok(());
            }
            if self.put_in(backlog).await? {
                self.tidy().await?;
            }
            // A rush may have begun while the block was made.
            self.newest().await?;
        }
    }

    /// The number of the newest message, by which the pulse is felt.
    async fn newest(&mut self) -> Result<i64, Error> {
        let newest = store::message::newest(&self.chat.db).await?.map_or(0, |it| it.0);
        self.pulse.feel(newest);
        Ok(newest)
    }

    async fn claim(&mut self) -> Result<bool, Error> {
        let (now, until) = self.lease();
        if !lease::claim(&self.chat.db, self.me, now, until).await? {
            self.swept = false;
            return Ok(false);
        }
        if !self.swept {
            let Some(tx) = self.begin().await? else { return Ok(false) };
            let last = block::last(&tx).await?;
            // Another node, or this one before it was killed, may have left lists of a block that
            // it never finished.
            posting::sweep(&tx, last.map_or(0, |it| it.end())).await?;
            progress::prune(&tx).await?;
            tx.commit().await?;
            self.swept = true;
        }
        Ok(true)
    }

    /// Now, and until when the lease is ours.
    fn lease(&self) -> (i64, i64) {
        let micros = |it: entity::time::Timestamp| it.0.timestamp_micros();
        let clock = &self.chat.clock;
        (micros(clock.now()), micros(clock.in_seconds(LEASE_SECONDS)))
    }

    /// A transaction during which nobody else changes the index; none if the lease is
    /// another node's by now.
    async fn begin(&self) -> Result<Option<Transaction>, Error> {
        let tx = self.chat.writer.begin().await?;
        if lease::keep(&tx, self.me, self.lease().1).await? {
            return Ok(Some(tx));
        }
        tx.rollback().await?;
        Ok(None)
    }

    /// Puts one block in; `false` if that was given up.
    async fn put_in(&mut self, backlog: Vec<Stretch>) -> Result<bool, Error> {
        let last = block::last(&self.chat.db).await?;
        let place = last.map_or(0, |it| it.end());
        // A block ends where its span ends, because the lists that it writes are of one span.
        let stretches = self.oldest(backlog, BLOCK.min(SPAN - place % SPAN)).await?;
        let rows = row::to_index(&self.chat.db, &stretches).await?;
        let reach = last.map_or(i64::MIN, |it| it.reach);
        // Cutting thousands of texts into keys would hold up everybody else on this thread.
        let draft = tokio::task::spawn_blocking(move || BlockDraft::of(rows, place, reach)).await;
        let mut draft = draft.map_err(Error::internal)?;
        // Until the block is published, its lists belong to nothing.
        self.swept = false;
        for rows in std::mem::take(&mut draft.postings).chunks(ROWS) {
            let Some(tx) = self.begin().await? else { return Ok(false) };
            posting::insert(&tx, rows.to_vec()).await?;
            tx.commit().await?;
            if !self.rest().await {
                return Ok(false);
            }
        }
        let Some(tx) = self.begin().await? else { return Ok(false) };
        draft.publish(&tx, &stretches).await?;
        tx.commit().await?;
        self.swept = true;
        Ok(true)
    }

    /// At most so many of what waits, the oldest as far as numbers tell. Nothing depends
    /// on that but the speed of searches: those who come late have blocks of their own.
    async fn oldest(&mut self, backlog: Vec<Stretch>, limit: i64) -> Result<Vec<Stretch>, Error> {
        if backlog.iter().map(Stretch::length).sum::<i64>() <= limit {
            return Ok(backlog);
        }
        let waiting: HashMap<RoomId, Stretch> = backlog.iter().map(|it| (it.room, *it)).collect();
        loop {
            let page = row::scan(&self.chat.db, self.scanned, limit.unsigned_abs()).await?;
            let Some((last, ..)) = page.last() else { break };
            self.scanned = last.0;
            let mut next: HashMap<RoomId, Stretch> = HashMap::new();
            for (_, room, seq) in &page {
                if let Some(all) = waiting.get(room).filter(|it| it.first <= *seq) {
                    let last = next.get(room).map_or(*seq, |it| it.last.max(*seq));
                    next.insert(*room, Stretch { last: last.min(all.last), ..*all });
                }
            }
            if !next.is_empty() {
                return Ok(cut(next.into_values(), limit));
            }
        }
        // Whatever still waits has lower numbers than those looked through, so the next look begins
        // anew.
        self.scanned = 0;
        Ok(cut(backlog, limit))
    }

    /// Gives finished spans their final form, in which each key's list is in one piece.
    async fn tidy(&mut self) -> Result<(), Error> {
        let end = block::last(&self.chat.db).await?.map_or(0, |it| it.end());
        let mut span = lease::tidy(&self.chat.db).await?;
        while i64::from(span) < end / SPAN {
            let mut from = Some(i64::MIN);
            while let Some(key) = from {
                let Some(tx) = self.begin().await? else { return Ok(()) };
                from = posting::join(&tx, span, key, 2 * ROWS as u64).await?;
                if from.is_none() {
                    lease::set_tidy(&tx, span + 1).await?;
                }
                tx.commit().await?;
                if !self.rest().await {
                    return Ok(());
                }
            }
            span += 1;
        }
        Ok(())
    }

    /// Leaves the machine to others for a while; `false` when the server stops.
    async fn rest(&mut self) -> bool {
        // Otherwise it works half of the time, and in a rush about a twentieth.
        let share = if self.pulse.is_rush() { 20 } else { 1 };
        let pause = tokio::time::sleep(self.awake.elapsed() * share);
        let goes_on = self.chat.stop.run_until_cancelled(pause).await.is_some();
        self.awake = Instant::now();
        goes_on
    }
}

impl Pulse {
    /// From one beat to the next the numbers tell how fast messages come.
    fn feel(&mut self, newest: i64) {
        let now = Instant::now();
        if let Some((before, then)) = self.beat {
            let elapsed = now - then;
            if elapsed < BEAT {
                return;
            }
            let millis = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
            self.per_second = (newest - before).max(0).saturating_mul(1_000) / millis;
        }
        self.beat = Some((newest, now));
    }

    fn is_rush(&self) -> bool {
        self.per_second >= RUSH
    }
}

impl BlockDraft {
    fn of(mut rows: Vec<message::Model>, place: i64, reach: i64) -> Self {
        // Searches rely on this order: whatever stands before a place is older.
        rows.sort_unstable_by_key(SearchPosition::of);
        let (span, first) = posting::split(place);
        let mut lists: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        for (offset, row) in (first..).zip(&rows) {
            for key in key::of(row) {
                lists.entry(key).or_default().push(offset);
            }
        }
        let postings = lists.iter().map(|(key, it)| posting::row(span, *key, it)).collect();
        let at = |row: Option<&message::Model>| row.map_or(reach, |it| SearchPosition::of(it).at);
        let (oldest, newest) = (at(rows.first()), at(rows.last()));
        let length = i32::try_from(rows.len()).unwrap_or(0);
        let outline = Outline { place, length, oldest, newest, reach: reach.max(newest) };
        Self { outline, rows, postings }
    }

    /// From here on the block is part of the index. What was edited or deleted since it
    /// was read could not know that it is: so it is looked at once more.
    async fn publish(self, tx: &Transaction, stretches: &[Stretch]) -> Result<(), Error> {
        let changed = row::changed(tx, &self.rows).await?;
        for now in row::again(tx, &changed).await? {
            let places = (self.outline.place..).zip(&self.rows);
            for (place, was) in places.filter(|it| it.1.message_id == now.message_id) {
                store::search::exchange(tx, place, &key::of(was), &key::of(&now)).await?;
            }
        }
        block::insert(tx, self.outline, &self.rows).await?;
        // In the transaction of the block, so that there is no moment in which a message is found
        // by neither way.
        progress::raise(tx, stretches).await?;
        Ok(())
    }
}

/// The first of these, so many messages.
fn cut(stretches: impl IntoIterator<Item = Stretch>, limit: i64) -> Vec<Stretch> {
    let mut left = limit;
    let cut = stretches.into_iter().map_while(|it| {
        let last = it.last.min(it.first + left - 1);
        left -= last - it.first + 1;
        (it.first <= last).then_some(Stretch { last, ..it })
    });
    cut.collect()
}
