//! Carries news from the core to whoever is listening, in the order of the commits.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::model::event::{Event, News, member::MemberNews, server::ServerNews};

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
    turns: Arc<Mutex<()>>,
}

/// Nobody else tells of a change while this is held.
pub type Turn = OwnedMutexGuard<()>;

impl Bus {
    pub fn listen(&self, listener: Arc<dyn Listener>) {
        self.0.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Nobody listens any longer. Surfaces hold the chat, and the chat holds them by its
    /// bus: unless they let go of each other, neither ends.
    pub fn close(&self) {
        self.0.listeners.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// To be held from before a change is committed until it is told: otherwise two changes
    /// could be heard in another order than they happened in, and a client's copy would be
    /// wrong in the end. Whoever holds it waits for nothing but a transaction that it began
    /// before.
    pub async fn turn(&self) -> Turn {
        self.0.turns.clone().lock_owned().await
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
