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

/// A transaction that remembers what to announce. Nobody hears of a change that did not
/// commit, because only [`Change::commit`] reaches the bus.
pub struct Change<'a> {
    pub db: Transaction,
    chat: &'a Chat,
    news: Vec<Event>,
    rooms: Vec<RoomId>,
    people: Vec<UserId>,
    sessions: Vec<SessionId>,
    files: Vec<String>,
}

/// How often an operation is tried when another one is in its way.
const ATTEMPTS: u32 = 7;
/// Where locks are waited for, few attempts take long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Databases that lock rows break off one of two transactions that wait for each other,
/// and expect it to be tried again.
pub async fn patiently<T, W>(work: impl Fn() -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    let begun = Instant::now();
    for attempt in 0..ATTEMPTS {
        match work().await {
            Err(error) if is_collision(&error) && begun.elapsed() < PATIENCE => {
                let jitter = rand::random::<u64>() % 10;
                tokio::time::sleep(Duration::from_millis((5 << attempt) + jitter)).await;
            }
            Err(error) if is_collision(&error) => break,
            result => return result,
        }
    }
    Err(Error::unavailable())
}

fn is_collision(error: &Error) -> bool {
    let Error::Internal(cause) = error else { return false };
    cause.downcast_ref::<DbErr>().is_some_and(store::engine::connection::is_collision)
}

impl<'a> Change<'a> {
    pub async fn begin(chat: &'a Chat) -> Result<Self, Error> {
        let db = chat.writer.begin().await?;
        Ok(Self {
            db,
            chat,
            news: Vec::new(),
            rooms: Vec::new(),
            people: Vec::new(),
            sessions: Vec::new(),
            files: Vec::new(),
        })
    }

    pub fn announce(&mut self, topic: Topic, news: News) {
        self.news.push(Event { topic, news });
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
    pub async fn commit(self) -> Result<(), Error> {
        let chat = self.chat.clone();
        let Self { db, news, rooms, people, sessions, files, .. } = self;
        let work = async move {
            let turn = if news.is_empty() { None } else { Some(chat.bus.turn().await) };
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
            for event in &news {
                chat.bus.publish(event);
            }
            // The disk is slow, and nobody else is to wait for it.
            drop(turn);
            discard::remove(&chat, files).await;
            Ok(())
        };
        self.chat.tasks.spawn(work).await.map_err(Error::internal)?
    }
}
