//! Carries news from the core to whoever is listening, in the order of the commits.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::model::event::{Event, News, Topic, member::MemberNews, server::ServerNews};

/// A surface that renders events for its own connections. It is called by the one who
/// publishes, so that order is kept and a slow surface slows its senders instead of
/// filling a queue; it must not wait for anybody.
pub trait Listener: Send + Sync {
    fn hear(&self, event: &Event);
}

#[derive(Clone, Default)]
pub struct Bus(Arc<BusState>);

#[derive(Default)]
struct BusState {
    listeners: RwLock<Vec<Arc<dyn Listener>>>,
    /// Counts joins and leaves, see [`Bus::comings_and_goings`].
    moves: AtomicU64,
    lanes: Lanes,
}

/// What is told to one topic is told in one lane, and there is order in a lane. Rooms that have
/// nothing to do with each other seldom share one, and commit side by side.
struct Lanes([Arc<Mutex<()>>; LANES]);

/// As many as a byte counts.
const LANES: usize = 256;

impl Default for Lanes {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Arc::default()))
    }
}

/// Nobody else tells of a change to these topics while this is held.
pub struct Turn {
    _lanes: Vec<OwnedMutexGuard<()>>,
}

impl Bus {
    pub fn listen(&self, listener: Arc<dyn Listener>) {
        self.0.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Nobody listens any longer. Surfaces hold the chat, and the chat holds them by its
    /// bus: unless they let go of each other, neither ends.
    pub fn close(&self) {
        self.0.listeners.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// To be held from before a change is committed until it is told to these topics: otherwise
    /// two changes could be heard in another order than they happened in, and a client's copy
    /// would be wrong in the end. Whoever holds it waits for nothing but a transaction that it
    /// began before.
    pub async fn turn(&self, topics: impl IntoIterator<Item = Topic>) -> Turn {
        let mut wanted: Vec<usize> = topics.into_iter().map(lane).collect();
        // Always in this order, so that no two wait for each other.
        wanted.sort_unstable();
        wanted.dedup();
        let mut lanes = Vec::with_capacity(wanted.len());
        for lane in wanted {
            lanes.push(self.0.lanes.0[lane].clone().lock_owned().await);
        }
        Turn { _lanes: lanes }
    }

    pub fn publish(&self, event: &Event) {
        if is_move(&event.news) {
            // Counted before it is heard: a connection that enters its rooms after the news has
            // passed must find the number risen.
            self.0.moves.fetch_add(1, Ordering::SeqCst);
        }
        // A surface that panicked has left the list as it was, and must not make the others deaf.
        for listener in self.0.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener.hear(event);
        }
    }

    /// Rises whenever somebody joins or leaves a room or a server. A connection that reads its
    /// memberships compares it before and after: if it rose, it reads them once more.
    pub fn comings_and_goings(&self) -> u64 {
        self.0.moves.load(Ordering::SeqCst)
    }
}

fn lane(topic: Topic) -> usize {
    let mut hasher = DefaultHasher::new();
    topic.hash(&mut hasher);
    usize::from(hasher.finish().to_le_bytes()[0])
}

fn is_move(news: &News) -> bool {
    match news {
        News::Member(MemberNews::Joined { .. } | MemberNews::Left { .. }) => true,
        News::Server(news) => match news {
            // Its maker is on it from the beginning, and no other news says so.
            ServerNews::Created(_) | ServerNews::Joined { .. } | ServerNews::Left { .. } => true,
            ServerNews::Updated { .. } | ServerNews::Deleted(_) | ServerNews::Ranked { .. } => {
                false
            }
        },
        // Of a room that begins or ends, its members hear `Joined` and `Left`, so the room's own
        // news count for nothing here.
        News::Message(_)
        | News::Room(_)
        | News::Cursor(_)
        | News::Friend(_)
        | News::Person(_)
        | News::Presence(_)
        | News::Session(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use entity::id::{RoomId, UserId};
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn room(n: u128) -> Topic {
        Topic::Room(RoomId(Uuid::from_u128(n)))
    }

    /// Two rooms that do not share a lane.
    fn two() -> [Topic; 2] {
        let other = (2..1_000).map(room).find(|it| lane(*it) != lane(room(1)));
        [room(1), other.unwrap()]
    }

    #[tokio::test]
    async fn one_room_does_not_wait_for_another() {
        let (bus, [one, other]) = (Bus::default(), two());
        let held = bus.turn([one]).await;
        assert!(bus.turn([other]).now_or_never().is_some());
        assert!(bus.turn([one]).now_or_never().is_none());
        assert!(bus.turn([other, one]).now_or_never().is_none());
        drop(held);
        assert!(bus.turn([other, one, other]).now_or_never().is_some());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_needs_several_never_waits_crosswise() {
        let bus = Bus::default();
        let takers = (0..8).map(|n| {
            let bus = bus.clone();
            tokio::spawn(async move {
                for round in 0..500 {
                    let user = Topic::User(UserId(round));
                    let mut topics = vec![room(1), room(2), room(3), user];
                    topics.rotate_left(n % 4);
                    drop(bus.turn(topics).await);
                }
            })
        });
        for taker in takers.collect::<Vec<_>>() {
            taker.await.unwrap();
        }
    }
}
