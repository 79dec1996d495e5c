//! `typing`: who began and who stopped, to the others who may hear that chat.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::id::{RoomId, UserId};
use serde::Serialize;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{
    address::{Address, ChatType},
    audience::{self, SocketState},
    payload::{Frame, Person},
};
use crate::{
    chat::{
        engine::handle::Chat,
        person::{presence, profile},
        room,
    },
    model::{
        error::{Error, Thing},
        event::presence::Typist,
        room::Identity,
    },
    wire::registry::{Registry, frame},
};

/// Takes the news without waiting: the core says who is typing now, and what that changes
/// is told by a task of its own. Of several lists of one room the last counts.
#[derive(Clone)]
pub(super) struct TypingRelay(Arc<Pending>);

#[derive(Default)]
struct Pending {
    rooms: Mutex<HashMap<RoomId, BTreeSet<UserId>>>,
    filled: Notify,
}

#[derive(Serialize)]
struct Change {
    user_id: Uuid,
    username: String,
    display_name: String,
    is_typing: bool,
    chat_type: ChatType,
    chat_id: String,
}

/// Whom the sockets believe to be typing.
struct Teller {
    chat: Chat,
    registry: Registry<SocketState>,
    told: HashMap<RoomId, BTreeSet<UserId>>,
}

impl TypingRelay {
    pub(super) fn open(chat: &Chat, registry: &Registry<SocketState>) -> Self {
        let relay = Self(Arc::default());
        let teller =
            Teller { chat: chat.clone(), registry: registry.clone(), told: HashMap::new() };
        chat.spawn(relay.clone().work(teller));
        relay
    }

    pub(super) fn note(&self, room: RoomId, people: &[Typist]) {
        self.tray().insert(room, people.iter().map(|it| it.user).collect());
        self.0.filled.notify_one();
    }

    async fn work(self, mut teller: Teller) {
        let chat = teller.chat.clone();
        let round = async {
            loop {
                self.0.filled.notified().await;
                let changed = std::mem::take(&mut *self.tray());
                for (room, people) in changed {
                    teller.tell(room, people).await;
                }
            }
        };
        chat.until_stopped(round).await;
    }

    fn tray(&self) -> MutexGuard<'_, HashMap<RoomId, BTreeSet<UserId>>> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Teller {
    async fn tell(&mut self, room: RoomId, people: BTreeSet<UserId>) {
        let before = self.told.remove(&room).unwrap_or_default();
        match self.tell_changes(room, &before, &people).await {
            Ok(()) if people.is_empty() => {}
            Ok(()) => drop(self.told.insert(room, people)),
            // It is gone, and so is whoever was typing there.
            Err(Error::Missing(Thing::Room)) => {}
            Err(error) => tracing::warn!(?error, "who is typing could not be told"),
        }
    }

    async fn tell_changes(
        &self,
        room: RoomId,
        before: &BTreeSet<UserId>,
        now: &BTreeSet<UserId>,
    ) -> Result<(), Error> {
        let room = room::identity(&self.chat, room).await?;
        let moved: Vec<UserId> = before.symmetric_difference(now).copied().collect();
        // Whoever must not see that somebody is there must not see them type.
        let hidden = presence::hidden_from(&self.chat, &moved).await?;
        for user in before.difference(now) {
            self.tell_one(&room, *user, false, &hidden).await?;
        }
        for user in now.difference(before) {
            self.tell_one(&room, *user, true, &hidden).await?;
        }
        Ok(())
    }

    async fn tell_one(
        &self,
        room: &Identity,
        user: UserId,
        is_typing: bool,
        hidden: &HashSet<(UserId, UserId)>,
    ) -> Result<(), Error> {
        let card = profile::card(&self.chat, user).await?;
        let Person { id, username, display_name, .. } = Person::from(&*card);
        // In a private chat the one who hears it is the other, who calls it by this one.
        let hearer = room.peer_of(user).map_or(user, |it| it.0);
        let Address { chat_type, chat_id } = Address::of(room, hearer);
        let data = Change { user_id: id, username, display_name, is_typing, chat_type, chat_id };
        let told = Frame::new("typing", data, self.chat.now());
        audience::tell_others(&self.registry, room, user, hidden, || frame(&told));
        Ok(())
    }
}
