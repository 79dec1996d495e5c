//! `typing`: who began and who stopped, to the others who may hear that chat.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::id::{RoomId, UserId};
use serde::Serialize;
use tokio::{sync::Notify, time::sleep};
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
        person::Card,
        room::Identity,
    },
    wire::registry::{Registry, frame},
};

/// How long what could not be told waits before it is tried again: nobody else would say that
/// somebody has stopped.
const PAUSE: Duration = Duration::from_secs(1);

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

/// Whom the sockets believe to be typing, as they were told of them.
type Told = BTreeMap<UserId, Arc<Card>>;

struct Teller {
    chat: Chat,
    registry: Registry<SocketState>,
    told: HashMap<RoomId, Told>,
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
                let mut is_late = false;
                for (room, people) in changed {
                    match teller.tell(room, &people).await {
                        Ok(()) => {}
                        Err(Error::Unavailable { .. }) => {
                            // Unless there is a newer list by now.
                            self.tray().entry(room).or_insert(people);
                            is_late = true;
                        }
                        Err(error) => tracing::warn!(?error, "who is typing could not be told"),
                    }
                }
                if is_late {
                    sleep(PAUSE).await;
                    self.0.filled.notify_one();
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
    /// Fails when something could not be told now, which is told when this is tried again.
    async fn tell(&mut self, room: RoomId, people: &BTreeSet<UserId>) -> Result<(), Error> {
        let mut told = self.told.remove(&room).unwrap_or_default();
        let done = self.tell_changes(room, &mut told, people).await;
        if let Err(Error::Missing(Thing::Room)) = done {
            // It is gone, and so is whoever was typing there.
            return Ok(());
        }
        if !told.is_empty() {
            self.told.insert(room, told);
        }
        done
    }

    async fn tell_changes(
        &self,
        room: RoomId,
        told: &mut Told,
        now: &BTreeSet<UserId>,
    ) -> Result<(), Error> {
        let room = room::identity(&self.chat, room).await?;
        let before: BTreeSet<UserId> = told.keys().copied().collect();
        let moved: Vec<UserId> = before.symmetric_difference(now).copied().collect();
        // Whoever must not see that somebody is there must not see them type.
        let hidden = presence::hidden_from(&self.chat, &moved).await?;
        for user in before.difference(now) {
            // The end needs no looking up, so that it is told whatever has become of them.
            if let Some(card) = told.remove(user) {
                self.tell_one(&room, &card, false, &hidden);
            }
        }
        let mut done = Ok(());
        for user in now.difference(&before) {
            match profile::card(&self.chat, *user).await {
                Ok(card) => {
                    self.tell_one(&room, &card, true, &hidden);
                    told.insert(*user, card);
                }
                // Somebody without a name has just been deleted.
                Err(Error::Missing(_)) => {}
                Err(error) => done = Err(error),
            }
        }
        done
    }

    fn tell_one(
        &self,
        room: &Identity,
        card: &Card,
        is_typing: bool,
        hidden: &HashSet<(UserId, UserId)>,
    ) {
        let user = card.id;
        let Person { id, username, display_name, .. } = Person::from(card);
        // In a private chat the one who hears it is the other, who calls it by this one.
        let hearer = room.peer_of(user).map_or(user, |it| it.0);
        let Address { chat_type, chat_id } = Address::of(room, hearer);
        let data = Change { user_id: id, username, display_name, is_typing, chat_type, chat_id };
        let told = Frame::new("typing", data, self.chat.now());
        audience::tell_others(&self.registry, room, user, hidden, || frame(&told));
    }
}
