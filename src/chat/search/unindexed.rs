//! The newest messages, which no index knows yet: read one by one.

use std::sync::Arc;

use entity::{chatroom, message};

use crate::{
    chat::{engine::handle::Chat, search::sift},
    model::{
        error::Error,
        search::{SearchPosition, Wanted},
    },
    policy::MaySearch,
    store::{
        self,
        search::{
            progress::{self, Stretch},
            row,
        },
    },
};

/// Rooms, and messages of each, in one query.
const ROOMS: usize = 64;
const ROWS: i64 = 512;
/// The clocks of two nodes may differ by so many microseconds, and `seq` follows neither.
const SKEW: i64 = 5_000_000;

pub struct UnindexedReader {
    permit: Arc<MaySearch>,
    wanted: Arc<Wanted>,
    /// What is left to read, the most promising last.
    rooms: Vec<Rest>,
    effort: usize,
}

/// What is left of one room.
struct Rest {
    stretch: Stretch,
    /// Nothing in it is newer, in microseconds.
    bound: i64,
}

impl UnindexedReader {
    pub async fn open(
        chat: &Chat,
        permit: &Arc<MaySearch>,
        wanted: &Arc<Wanted>,
        rooms: &[chatroom::Model],
    ) -> Result<Self, Error> {
        let ids: Vec<_> = rooms.iter().map(|it| it.chatroom_id).collect();
        let done = progress::of(&chat.db, &ids).await?;
        let mut reader =
            Self { permit: permit.clone(), wanted: wanted.clone(), rooms: Vec::new(), effort: 0 };
        for room in rooms {
            let first = done.get(&room.chatroom_id).map_or(1, |it| it + 1);
            let stretch = Stretch { room: room.chatroom_id, first, last: room.last_seq };
            let stretch = reader.shortened(chat, stretch).await?;
            if stretch.length() > 0 {
                reader.rooms.push(Rest { stretch, bound: wanted.newest() });
            }
        }
        Ok(reader)
    }

    /// The newest moment of what has not been read; none when everything has.
    pub fn bound(&self) -> Option<i64> {
        self.rooms.last().map(|it| it.bound)
    }

    pub fn effort(&self) -> usize {
        self.effort
    }

    /// Reads on where the newest are.
    pub async fn read(&mut self, chat: &Chat) -> Result<Vec<message::Model>, Error> {
        let some = self.rooms.split_off(self.rooms.len().saturating_sub(ROOMS));
        let step = |it: &Rest| {
            let Stretch { room, first, last } = it.stretch;
            Stretch { room, first: first.max(last - ROWS + 1), last }
        };
        let stretches: Vec<Stretch> = some.iter().map(step).collect();
        let rows = row::in_stretches(&chat.db, &self.permit, &stretches).await?;
        self.effort += rows.len();
        for (rest, read) in some.into_iter().zip(stretches) {
            let here = rows.iter().filter(|it| it.chatroom_id == read.room);
            let oldest = here.map(|it| SearchPosition::of(it).at).min().unwrap_or(rest.bound);
            let bound = rest.bound.min(oldest.saturating_add(SKEW));
            let stretch = Stretch { last: read.first - 1, ..rest.stretch };
            if stretch.length() > 0 && bound >= self.wanted.oldest() {
                self.rooms.push(Rest { stretch, bound });
            }
        }
        self.rooms.sort_by_key(|it| it.bound);
        sift(rows, &self.wanted).await
    }

    /// Without what is newer than anything wanted: a long tail is not read from its end
    /// again for every page. Time rises with the numbers, so halving finds the place.
    async fn shortened(&self, chat: &Chat, whole: Stretch) -> Result<Stretch, Error> {
        let newest = self.wanted.newest().saturating_add(SKEW);
        let Some(permit) = self.permit.room(whole.room) else {
            return Ok(Stretch { last: whole.first - 1, ..whole });
        };
        // So many are read with one question, and halving takes several.
        if whole.length() <= ROWS || newest == i64::MAX {
            return Ok(whole);
        }
        let (mut low, mut high) = (whole.first, whole.last + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let moment = store::message::moment_of(&chat.db, permit, middle).await?;
            if moment.is_none_or(|it| it.0.timestamp_micros() <= newest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(Stretch { last: low - 1, ..whole })
    }
}
