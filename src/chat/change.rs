//! A change to the chat: rows now, news once they are safe.

use entity::id::{RoomId, SessionId, UserId};
use sea_orm::DatabaseTransaction;

use crate::{
    chat::handle::Chat,
    model::{
        error::Error,
        event::{Event, News, Topic},
    },
    store,
};

/// A transaction that remembers what to announce. Nobody hears of a change that did not
/// commit, because only [`Change::commit`] reaches the bus.
pub struct Change<'a> {
    pub db: DatabaseTransaction,
    chat: &'a Chat,
    news: Vec<Event>,
    rooms: Vec<RoomId>,
    people: Vec<UserId>,
    sessions: Vec<SessionId>,
}

impl<'a> Change<'a> {
    pub async fn begin(chat: &'a Chat) -> Result<Self, Error> {
        let db = store::connection::begin(&chat.db).await?;
        Ok(Self {
            db,
            chat,
            news: Vec::new(),
            rooms: Vec::new(),
            people: Vec::new(),
            sessions: Vec::new(),
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

    pub async fn commit(self) -> Result<(), Error> {
        let committed = self.db.commit().await;
        // Also after a failure: a commit whose answer was lost may have happened.
        for room in self.rooms {
            self.chat.roster.forget_room(room);
        }
        for user in self.people {
            self.chat.roster.forget_person(user);
        }
        for session in self.sessions {
            self.chat.living.forget(session);
        }
        committed?;
        for event in &self.news {
            self.chat.bus.publish(event);
        }
        Ok(())
    }
}
