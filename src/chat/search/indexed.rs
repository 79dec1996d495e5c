//! The indexed messages: what the index suspects, looked at from the newest on.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use entity::message;

use crate::{
    chat::{engine::handle::Chat, search::sift},
    model::{
        error::Error,
        search::{SearchPosition, Wanted},
    },
    policy::MaySearch,
    store::search::{
        block::{self, Outline},
        key::{self, Clue},
        lookup::{self, Clues},
        posting, row,
    },
};

/// Outlines of blocks in one query.
const BLOCKS: u64 = 256;
/// Spans in one query: few at first, since what is common is found at once, then more.
const SPANS: usize = 16;
/// Messages looked at together.
const SUSPECTS: usize = 128;
/// What reading the lists of a span costs, beside looking at one message.
const SPAN_EFFORT: usize = 200;

pub struct IndexedReader {
    permit: Arc<MaySearch>,
    wanted: Arc<Wanted>,
    clues: Clues,
    /// Blocks whose lists have not been read, last first.
    blocks: VecDeque<Outline>,
    /// Blocks from here on are known; none when there are no more before.
    before: Option<i64>,
    spans: usize,
    /// Blocks with something to look at, last first.
    open: VecDeque<Open>,
    bound: Option<i64>,
    effort: usize,
}

/// A message that has what is looked up.
struct Suspect {
    message: i64,
    block: i64,
}

/// A block with its suspects.
struct Open {
    outline: Outline,
    /// How far into the block they are, the last one first.
    offsets: VecDeque<u32>,
    messages: Option<Vec<i64>>,
    /// The newest moment of all blocks before it, if there are any.
    floor: Option<i64>,
}

impl IndexedReader {
    pub fn open(permit: &Arc<MaySearch>, wanted: &Arc<Wanted>) -> Self {
        let rooms = permit.rooms().map(key::of_room).collect();
        let mut facts = vec![Clue::Any(rooms)];
        facts.extend(wanted.sender.map(|it| Clue::One(key::of_sender(it))));
        // There is no list of messages without a file: those are told apart when they are looked
        // at.
        facts.extend(wanted.has_file.filter(|it| *it).map(|_| Clue::One(key::FILE)));
        Self {
            permit: permit.clone(),
            wanted: wanted.clone(),
            clues: Clues { words: key::clues(&wanted.query), facts },
            blocks: VecDeque::new(),
            before: Some(i64::MAX),
            spans: 1,
            open: VecDeque::new(),
            bound: Some(wanted.newest()),
            effort: 0,
        }
    }

    /// The newest moment of what has not been looked at; none when everything has.
    pub fn bound(&self) -> Option<i64> {
        self.bound
    }

    pub fn effort(&self) -> usize {
        self.effort
    }

    /// Looks at the next suspects, or finds some.
    pub async fn read(&mut self, chat: &Chat) -> Result<Vec<message::Model>, Error> {
        if self.open.is_empty() {
            self.look_up(chat).await?;
        }
        let suspects = self.next(chat).await?;
        let ids: Vec<i64> = suspects.iter().map(|it| it.message).collect();
        self.effort += ids.len();
        let rows = row::suspects(&chat.db, &self.permit, &ids).await?;
        self.refill(chat).await?;
        self.bound = self.certain(&suspects, &rows);
        sift(rows, &self.wanted).await
    }

    /// Reads the lists of the next spans.
    async fn look_up(&mut self, chat: &Chat) -> Result<(), Error> {
        self.refill(chat).await?;
        let mut spans: Vec<i32> = Vec::new();
        let mut blocks = Vec::new();
        while let Some(block) = self.blocks.front() {
            let (span, _) = posting::split(block.place);
            if spans.last() != Some(&span) {
                if spans.len() == self.spans {
                    break;
                }
                spans.push(span);
            }
            blocks.extend(self.blocks.pop_front());
        }
        self.spans = (self.spans * 2).min(SPANS);
        self.effort += SPAN_EFFORT * spans.len();
        // The last of these blocks needs to know how new the one before it is.
        self.refill(chat).await?;
        if spans.is_empty() {
            return Ok(());
        }
        let places = lookup::places_with(&chat.db, &spans, &self.clues).await?;
        let places: HashMap<i32, Vec<u32>> = places.into_iter().collect();
        let lower = blocks.iter().skip(1).chain(self.blocks.front());
        let floors: Vec<Option<i64>> = lower.map(|it| Some(it.reach)).chain([None]).collect();
        for (outline, floor) in blocks.into_iter().zip(floors) {
            let (span, first) = posting::split(outline.place);
            let end = first + outline.length.unsigned_abs();
            let Some(places) = places.get(&span) else { continue };
            // They fall, so what lies behind the block comes first.
            let from = places.partition_point(|it| end <= *it);
            let to = places.partition_point(|it| first <= *it);
            let offsets = places[from..to].iter().map(|it| it - first).collect();
            self.open.push_back(Open { outline, offsets, messages: None, floor });
        }
        Ok(())
    }

    /// Makes sure that the next blocks are known.
    async fn refill(&mut self, chat: &Chat) -> Result<(), Error> {
        let Some(before) = self.before.filter(|_| self.blocks.is_empty()) else { return Ok(()) };
        let more = block::before(&chat.db, before, self.wanted.newest(), BLOCKS).await?;
        let is_last = (more.len() as u64) < BLOCKS;
        self.before = more.last().map(|it| it.place).filter(|_| !is_last);
        self.blocks.extend(more);
        Ok(())
    }

    /// The next messages to look at.
    async fn next(&mut self, chat: &Chat) -> Result<Vec<Suspect>, Error> {
        let mut blocks = Vec::new();
        let mut count = 0;
        for open in &self.open {
            if !open.offsets.is_empty() && open.messages.is_none() {
                blocks.push(open.outline.place);
            }
            count += open.offsets.len();
            if count >= SUSPECTS {
                break;
            }
        }
        let mut known: HashMap<i64, Vec<i64>> =
            block::messages(&chat.db, &blocks).await?.into_iter().collect();
        let mut suspects = Vec::new();
        while let Some(open) = self.open.front_mut() {
            if let Some(messages) = known.remove(&open.outline.place) {
                open.skip(&messages, self.wanted.cursor);
                open.messages = Some(messages);
            }
            // It was not among those that seemed to be enough before some were skipped.
            if open.messages.is_none() && !open.offsets.is_empty() {
                break;
            }
            let messages = open.messages.as_deref().unwrap_or_default();
            while suspects.len() < SUSPECTS
                && let Some(offset) = open.offsets.pop_front()
            {
                let block = open.outline.place;
                let message = messages.get(offset as usize);
                suspects.extend(message.map(|it| Suspect { message: *it, block }));
            }
            if !open.offsets.is_empty() {
                break;
            }
            self.open.pop_front();
            if suspects.len() >= SUSPECTS {
                break;
            }
        }
        Ok(suspects)
    }

    /// The newest moment of what is left, now that these have been looked at.
    fn certain(&self, suspects: &[Suspect], rows: &[message::Model]) -> Option<i64> {
        let newest = match self.open.front() {
            // In a block the messages are in order of time.
            Some(open) => {
                let here = suspects.iter().filter(|it| it.block == open.outline.place);
                let here: HashSet<i64> = here.map(|it| it.message).collect();
                let seen =
                    rows.iter().map(SearchPosition::of).filter(|it| here.contains(&it.message));
                let own = seen.map(|it| it.at).min().unwrap_or(open.outline.newest);
                own.max(open.floor.unwrap_or(i64::MIN))
            }
            None => self.blocks.front()?.reach,
        };
        // It only ever falls.
        let bound = newest.min(self.bound?);
        (bound >= self.wanted.oldest()).then_some(bound)
    }
}

impl Open {
    /// A page that goes on in the middle of a block does not look at its end again.
    fn skip(&mut self, messages: &[i64], cursor: Option<SearchPosition>) {
        let Some(cursor) = cursor else { return };
        if let Some(at) = messages.iter().position(|it| *it == cursor.message) {
            self.offsets.retain(|it| (*it as usize) < at);
        }
    }
}
