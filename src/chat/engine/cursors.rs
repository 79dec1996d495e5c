//! The one ordered writer of cursors: how far members have read and received.
//!
//! As with messages, those that come in together are one transaction, and nobody is answered
//! before theirs is safe. The reader's own devices are told at once, the room now and then, see
//! [`teller`].

mod batch;
mod teller;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use entity::id::{RoomId, UserId};
use sea_orm::DbErr;
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep_until,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    chat::engine::{
        bus::{Bus, Turn},
        clock::Clock,
        cursors::{
            batch::{Effect, Moved},
            teller::Teller,
        },
        queue::gather,
        roster::Roster,
    },
    model::{
        error::{Ban, Error},
        event::{
            Event, Topic,
            cursor::{CursorNews, Mark},
        },
    },
    policy::message::MayMark,
    store::{self, engine::pool::Pool},
};

/// How many may wait. Whoever comes back has a mark for each of their rooms.
const QUEUE: usize = 16_384;
/// Marks in one transaction.
const BATCH: usize = 2_048;
const ATTEMPTS: u32 = 5;

#[derive(Clone)]
pub struct Cursors(mpsc::Sender<Job>);

/// How far a member says they have read or received; `i64::MAX` is everything. What is read has
/// arrived.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub permit: MayMark,
    pub read: Option<i64>,
    pub delivered: Option<i64>,
}

/// Where a member's cursors are by now.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    pub read: i64,
    pub delivered: i64,
    /// Counted only for those who read.
    pub unread: u64,
    /// Whether they had not read so far before.
    pub rose: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub enum Raised {
    To(Position),
    /// They count the room as unread, and that is settled first.
    MarkedUnread,
}

struct Job {
    wanted: Wanted,
    answer: oneshot::Sender<Result<Raised, Error>>,
}

impl Cursors {
    /// In rooms with more members than `told` nobody else is told.
    pub fn open(
        db: Pool,
        bus: Bus,
        clock: Clock,
        roster: Roster,
        told: usize,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (sender, queue) = mpsc::channel(QUEUE);
        let teller = Arc::new(Teller::default());
        // Whoever leaves or hides from others must not be told of a moment later.
        bus.listen(teller.clone());
        tasks.spawn(Writer { db, bus, clock, roster, teller, told, stop }.work(queue));
        Self(sender)
    }

    /// The answer comes after the commit.
    pub async fn raise(&self, wanted: Wanted) -> Result<Raised, Error> {
        let (answer, answered) = oneshot::channel();
        let busy = |_| Error::Busy { retry_after: Duration::from_secs(1) };
        self.0.try_send(Job { wanted, answer }).map_err(busy)?;
        answered.await.map_err(|_| Error::unavailable())?
    }
}

struct Writer {
    db: Pool,
    bus: Bus,
    clock: Clock,
    roster: Roster,
    teller: Arc<Teller>,
    told: usize,
    stop: CancellationToken,
}

impl Writer {
    async fn work(self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        loop {
            let due = self.teller.due();
            let wait = sleep_until(due.unwrap_or_else(Instant::now).into());
            let count = tokio::select! {
                count = queue.recv_many(&mut jobs, BATCH) => count,
                () = wait, if due.is_some() => {
                    self.tell_due(Instant::now()).await;
                    continue;
                }
                () = self.stop.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            };
            if count == 0 {
                // Nobody waits for the rest of their second when the server stops.
                return self.tell_due(Instant::now() + teller::PAUSE).await;
            }
            while gather(&mut queue, &mut jobs, BATCH).await {}
            self.settle(std::mem::take(&mut jobs)).await;
        }
    }

    async fn settle(&self, jobs: Vec<Job>) {
        let wanted = merged(&jobs);
        match self.store(&wanted).await {
            Ok((effects, turn)) => {
                self.publish(&effects);
                drop(turn);
                for Job { wanted, answer } in jobs {
                    // Who asked may have gone meanwhile.
                    answer.send(answer_of(&effects, wanted.permit)).ok();
                }
            }
            Err(error) => {
                tracing::error!(%error, marks = wanted.len(), "cursors could not be stored");
                for job in jobs {
                    job.answer.send(Err(Error::unavailable())).ok();
                }
            }
        }
    }

    /// Tries again when another writer was in the way, but not for ever.
    async fn store(&self, wanted: &[Wanted]) -> Result<(Effects, Turn), DbErr> {
        let (mut attempt, begun) = (0, Instant::now());
        loop {
            attempt += 1;
            let is_early = attempt < ATTEMPTS && begun.elapsed() < self.db.condition().limit;
            match self.try_store(wanted).await {
                Err(error) if is_early && store::engine::connection::is_collision(&error) => {
                    tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                }
                result => return result,
            }
        }
    }

    async fn try_store(&self, wanted: &[Wanted]) -> Result<(Effects, Turn), DbErr> {
        let quiet = self.too_large(wanted).await;
        let tx = self.db.begin().await?;
        let raised = batch::raise(&tx, wanted, self.clock.now(), |it| quiet.contains(&it)).await;
        let result = match raised {
            Ok(raised) => {
                // First the rows, then the turn, like every change. What is counted is counted in
                // our turn: a message more or less than was told would be a ghost in the counts.
                let members = wanted
                    .iter()
                    .flat_map(|it| [Topic::Room(it.permit.room()), Topic::User(it.permit.actor())]);
                let turn = self.bus.turn(members).await;
                batch::count(&tx, raised).await.map(|effects| (effects, turn))
            }
            Err(error) => Err(error),
        };
        match result {
            Ok(done) => tx.commit().await.map(|()| done),
            Err(error) => {
                // The first error is the one that tells something.
                tx.rollback().await.ok();
                Err(error)
            }
        }
    }

    /// The rooms in which one person's mark would be told to too many.
    async fn too_large(&self, wanted: &[Wanted]) -> Vec<RoomId> {
        let mut rooms: Vec<RoomId> = wanted.iter().map(|it| it.permit.room()).collect();
        rooms.dedup();
        let mut large = Vec::new();
        for room in rooms {
            // A room that is gone has no members left to be told.
            let size = self.roster.size(&self.db, room).await.unwrap_or(0);
            if size > self.told {
                large.push(room);
            }
        }
        large
    }

    /// To be called in our turn.
    fn publish(&self, effects: &Effects) {
        for ((room, user), effect) in effects {
            let Effect::Moved(moved) = effect else { continue };
            if let Some(counted) = moved.counted.filter(|_| moved.rise.read.is_some()) {
                let last_read_seq = moved.own;
                let (unread, mentions) = (counted.messages, counted.mentions);
                let news = CursorNews::Unread { room: *room, unread, mentions, last_read_seq };
                self.bus.publish(&Event::new(Topic::User(*user), news));
            }
            let mark = Mark { user: *user, reached: moved.reached };
            if !moved.rises() {
                continue;
            }
            if moved.is_shown {
                self.teller.note(*room, mark);
            } else if moved.rise.read.is_none() {
                // Their own devices know that it has arrived, and nobody else does.
                let news = CursorNews::Marks { room: *room, marks: Arc::new([mark]) };
                self.bus.publish(&Event::new(Topic::User(*user), news));
            }
        }
        let mut rooms: Vec<RoomId> = effects.keys().map(|it| it.0).collect();
        rooms.dedup();
        self.tell(&rooms, Instant::now());
    }

    async fn tell_due(&self, now: Instant) {
        let rooms = self.teller.due_rooms(now);
        let _turn = self.bus.turn(rooms.iter().map(|it| Topic::Room(*it))).await;
        self.tell(&rooms, now);
    }

    /// To be called in their turn, so that nobody hides from others in between.
    fn tell(&self, rooms: &[RoomId], now: Instant) {
        for (room, marks) in self.teller.take(rooms, now) {
            let news = CursorNews::Marks { room, marks: marks.into() };
            self.bus.publish(&Event::new(Topic::Room(room), news));
        }
    }
}

/// By whose membership it is; in order, so that what is told is in order, too.
type Effects = BTreeMap<(RoomId, UserId), Effect>;

/// The furthest that each member wants, in the order of rooms and people.
fn merged(jobs: &[Job]) -> Vec<Wanted> {
    let mut furthest = HashMap::<(RoomId, UserId), Wanted>::new();
    for Job { wanted, .. } in jobs {
        let key = (wanted.permit.room(), wanted.permit.actor());
        let known = furthest.entry(key).or_insert(*wanted);
        known.read = known.read.max(wanted.read);
        known.delivered = known.delivered.max(wanted.delivered);
    }
    let mut all: Vec<Wanted> = furthest.into_values().collect();
    all.sort_unstable_by_key(|it| (it.permit.room(), it.permit.actor()));
    all
}

fn answer_of(effects: &Effects, permit: MayMark) -> Result<Raised, Error> {
    match effects.get(&(permit.room(), permit.actor())) {
        Some(Effect::Moved(moved)) => Ok(Raised::To(position(moved))),
        Some(Effect::MarkedUnread) => Ok(Raised::MarkedUnread),
        // They were removed, or the room was, while this waited.
        None => Err(Error::Forbidden(Ban::NotMember)),
    }
}

fn position(moved: &Moved) -> Position {
    Position {
        read: moved.own,
        delivered: moved.reached.delivered,
        unread: moved.counted.map_or(0, |it| it.messages),
        rose: moved.rise.read.is_some(),
    }
}
