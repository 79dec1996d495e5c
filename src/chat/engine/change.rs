//! A change to the chat: rows now, news once they are safe.

use std::time::{Duration, Instant};

use entity::id::{RoomId, SessionId, UserId};
use sea_orm::DbErr;

use crate::{
    chat::{engine::handle::Chat, file::discard},
    model::{
        error::Error,
        event::{Event, News, Topic},
    },
    store::{self, engine::transaction::Transaction},
};

/// A transaction that remembers what to announce. [`Chat::change`] begins it and ends it.
pub struct Change {
    pub db: Transaction,
    chat: Chat,
    news: Vec<Event>,
    rooms: Vec<RoomId>,
    people: Vec<UserId>,
    sessions: Vec<SessionId>,
    files: Vec<String>,
}

/// What the work found has changed while it waited for what it holds now: it is done again, and
/// holds things in their order.
#[derive(Debug, thiserror::Error)]
#[error("the work is to be done again")]
struct Again;

/// See [`Again`].
pub fn again() -> Error {
    Error::internal(Again)
}

/// How often an operation is tried when another one is in its way.
const ATTEMPTS: u32 = 7;
/// Where locks are waited for, few attempts take long.
const PATIENCE: Duration = Duration::from_secs(10);

impl Chat {
    /// Does the work in one transaction and commits it; only then is its news heard. An `Err`
    /// takes everything back, and nobody hears anything.
    ///
    /// Databases that lock rows break off one of two transactions that wait for each other,
    /// and expect it to be tried again. So the work may be done more than once: what it does
    /// besides writing through the change must bear that, and what shall be done once stands
    /// behind the change.
    pub(in crate::chat) async fn change<T, W>(&self, work: W) -> Result<T, Error>
    where
        W: AsyncFn(&mut Change) -> Result<T, Error> + for<'c> Work<'c, T>,
    {
        let begun = Instant::now();
        for attempt in 0..ATTEMPTS {
            match once(self, &work).await {
                Err(error) if is_collision(&error) && begun.elapsed() < PATIENCE => {
                    // Two that were in each other's way would be so again if both waited for the
                    // same time.
                    let jitter = rand::random::<u64>() % 10;
                    tokio::time::sleep(Duration::from_millis((5 << attempt) + jitter)).await;
                }
                Err(error) if is_collision(&error) => break,
                result => return result,
            }
        }
        // Nothing is broken, and whoever tries again later may succeed: so it is no internal error.
        Err(Error::unavailable())
    }
}

/// What [`AsyncFn`] leaves unsaid: that the future of the closure may move between threads, as
/// those of handlers do.
pub trait Work<'c, T>: Fn(&'c mut Change) -> Self::Future {
    type Future: Future<Output = Result<T, Error>> + Send;
}

impl<'c, T, F, W> Work<'c, T> for W
where
    F: Future<Output = Result<T, Error>> + Send,
    W: Fn(&'c mut Change) -> F,
{
    type Future = F;
}

async fn once<T, W: for<'c> Work<'c, T>>(chat: &Chat, work: &W) -> Result<T, Error> {
    let mut change = Change::begin(chat).await?;
    let value = work(&mut change).await?;
    change.commit().await?;
    Ok(value)
}

fn is_collision(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    cause.is::<Again>()
        || cause.downcast_ref::<DbErr>().is_some_and(store::engine::connection::is_collision)
}

impl Change {
    async fn begin(chat: &Chat) -> Result<Self, Error> {
        let db = chat.writer.begin().await?;
        Ok(Self {
            db,
            chat: chat.clone(),
            news: Vec::new(),
            rooms: Vec::new(),
            people: Vec::new(),
            sessions: Vec::new(),
            files: Vec::new(),
        })
    }

    pub fn announce(&mut self, topic: Topic, news: impl Into<News>) {
        self.news.push(Event::new(topic, news));
    }

    /// What is remembered of this room's members will be wrong.
    pub fn outdates_room(&mut self, room: RoomId) {
        self.rooms.push(room);
    }

    /// What is remembered of this person will be wrong.
    pub fn outdates_person(&mut self, user: UserId) {
        self.people.push(user);
    }

    /// This session will have ended.
    pub fn outdates_session(&mut self, session: SessionId) {
        self.sessions.push(session);
    }

    /// These files belong to nothing any more. They are gone from the disk when the change is
    /// answered, or, when we are killed before that, before anybody can ask for them.
    pub async fn discard(&mut self, files: Vec<String>) -> Result<(), Error> {
        store::file::discarded::insert(&self.db, &files).await?;
        self.files.extend(files);
        Ok(())
    }

    /// Comes to its end even when whoever asked for it has gone meanwhile: what is
    /// committed is told.
    async fn commit(self) -> Result<(), Error> {
        let Self { db, chat, news, rooms, people, sessions, files } = self;
        let tasks = chat.tasks.clone();
        let work = async move {
            // Also the rooms whose members change without a word: in their turn it is decided who
            // may still send. What concerns nobody waits for nobody.
            let rooms_changed = rooms.iter().map(|it| Topic::Room(*it));
            let turn = chat.bus.turn(news.iter().map(|it| it.topic).chain(rooms_changed)).await;
            let committed = db.commit().await;
            // Also after a failure: a commit whose answer was lost may have happened.
            for room in rooms {
                chat.roster.forget_room(room);
            }
            for user in people {
                chat.roster.forget_person(user);
            }
            for session in sessions {
                chat.live_sessions.forget(session);
            }
            committed?;
            // Only now that nothing old is remembered: whoever hears of it and asks at once is
            // answered by the database.
            for event in &news {
                chat.bus.publish(event);
            }
            // The disk is slow, and nobody else is to wait for it.
            drop(turn);
            discard::remove(&chat, files).await;
            Ok(())
        };
        tasks.spawn(work).await.map_err(Error::internal)?
    }
}
