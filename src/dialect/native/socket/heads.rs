//! From time to time, sockets are told where those of their rooms stand that have changed: a
//! lost event shows as a gap when the next one comes, and this is the next one.
//!
//! It asks the database and not the events, which could be what was lost.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::id::{RoomId, UserId};
use serde_json::{Value, json};
use socketioxide::{SocketIo, operators::BroadcastOperators};

use super::Sockets;
use crate::dialect::native::socket::token_expiry::SocketSession;
use crate::{
    chat::{engine::handle::Chat, sync},
    model::{error::Error, event::Topic, person::account::Account, sync::Head},
    wire::socketio::emit,
};

/// What was last told of each room and person that anybody here listens to.
#[derive(Default)]
pub(in crate::dialect::native) struct LastTold(Mutex<Told>);

#[derive(Clone, Default)]
struct Told {
    rooms: HashMap<RoomId, i64>,
    users: HashMap<UserId, i64>,
}

impl LastTold {
    /// Whoever is greeted is told where everything stands.
    pub fn note(&self, account: &Account, heads: &[Head]) {
        let mut told = self.told();
        // What is there stays: the others here may not have heard of what came since.
        told.users.entry(account.id).or_insert(account.rev);
        for head in heads {
            told.rooms.entry(head.room).or_insert(head.rev);
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until the server stops.
pub(in crate::dialect::native) async fn watch(io: SocketIo, chat: Chat, sockets: Arc<Sockets>) {
    while chat.until_stopped(tokio::time::sleep(pause(&chat))).await.is_some() {
        if let Some(Err(error)) = chat.until_stopped(tell(&io, &chat, &sockets.heads)).await {
            tracing::warn!(%error, "sockets could not be told where their rooms stand");
        }
    }
}

/// A fifth more or less, so that nodes do not all ask at once.
fn pause(chat: &Chat) -> Duration {
    let wanted = Duration::from_secs(chat.rules().heads_seconds);
    wanted * (800 + rand::random::<u32>() % 400) / 1_000
}

async fn tell(io: &SocketIo, chat: &Chat, heads: &LastTold) -> Result<(), Error> {
    let listeners = listeners(io);
    let rooms: HashSet<RoomId> = listeners.values().flatten().copied().collect();
    let rooms: Vec<RoomId> = rooms.into_iter().collect();
    let users: Vec<UserId> = listeners.keys().copied().collect();
    let now = Told {
        users: sync::revs_of_people(chat, &users).await?,
        rooms: sync::revs_of_rooms(chat, &rooms).await?,
    };
    // What nobody here listens to any more is forgotten by this.
    let before = std::mem::replace(&mut *heads.told(), now.clone());
    for (user, rooms) in listeners {
        let Some(user_rev) = now.users.get(&user) else { continue };
        let news: serde_json::Map<String, Value> = rooms
            .iter()
            .filter_map(|it| Some((it, now.rooms.get(it)?)))
            .filter(|(room, rev)| before.rooms.get(room) != Some(rev))
            .map(|(room, rev)| (room.to_string(), json!(rev)))
            .collect();
        if !news.is_empty() || before.users.get(&user) != Some(user_rev) {
            let data = json!({"rooms": news, "user_rev": user_rev});
            // Whoever cannot take it is found out by the next broadcast.
            emit(io, "/", Topic::User(user), "heads", &data);
            // There may be many of them, and none of this is urgent.
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}

/// Everybody who has a socket here, and the rooms that it hears.
fn listeners(io: &SocketIo) -> HashMap<UserId, Vec<RoomId>> {
    let sockets = io.of("/").map(BroadcastOperators::sockets).unwrap_or_default();
    let mut found = HashMap::new();
    for socket in sockets {
        let Some(session) = SocketSession::of(&socket) else { continue };
        // All sockets of one person are in the same rooms, so the first will do.
        found.entry(session.me().id).or_insert_with(|| {
            let id = |it: &str| it.strip_prefix("room:").and_then(|it| it.parse().ok()).map(RoomId);
            socket.rooms().iter().filter_map(|it| id(it)).collect()
        });
    }
    found
}
