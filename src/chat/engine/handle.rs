//! The handle that every surface holds. It is closed: what the chat is made of is for `chat`
//! alone, and everybody else asks for operations.

use std::{ops::Deref, sync::Arc, time::Duration};

use entity::time::Timestamp;
use tokio::{task::JoinHandle, time::timeout};

use crate::{
    chat::engine::{bus::Listener, clock::Clock, handle::parts::Parts, rules::Rules},
    store::{engine::pool::Pool, file::disk::Disk},
};

/// Cheap to clone; all clones are the same chat.
#[derive(Clone)]
pub struct Chat(Arc<Parts>);

impl Chat {
    /// Tokens are signed with `secret`. It is no rule, since rules are for everybody to read.
    pub fn new(
        db: Pool,
        writer: Pool,
        disk: Disk,
        secret: &[u8],
        rules: Rules,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Parts::new(db, writer, disk, secret, rules, clock)))
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub fn rules(&self) -> &Rules {
        &self.0.rules
    }

    /// From now on it hears all news.
    pub fn listen(&self, listener: Arc<dyn Listener>) {
        self.0.bus.listen(listener);
    }

    /// Work that must be done before the server may exit.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.0.tasks.spawn(work)
    }

    /// The work, unless the server stops before it is done.
    pub async fn until_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.0.stop.run_until_cancelled(work).await
    }

    /// Ends the background work, and waits until what was accepted is stored.
    pub async fn finish(&self) {
        // The background work is among the tasks that are waited for, so it is told to end first.
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Nobody listens any longer. Surfaces hold the chat, and the chat holds them by its bus:
    /// unless they let go of each other, neither ends.
    pub fn forget_listeners(&self) {
        self.0.bus.close();
    }

    /// The last thing that is done with it. For each of its ways to the database it waits so long.
    pub async fn close_database(&self, patience: Duration) {
        for way in [&self.0.writer, &self.0.db] {
            // Nothing is lost when this fails: what was acknowledged is committed. So it never
            // keeps the server from stopping.
            match timeout(patience, way.close()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the database did not close"),
                Err(_) => tracing::warn!("the database did not close in time"),
            }
        }
    }

    /// The connections that this chat itself writes through, for tests that break them and
    /// benchmarks that look at what is stored.
    #[doc(hidden)]
    pub fn writer_for_tests(&self) -> &Pool {
        &self.0.writer
    }
}

/// Within `chat` the handle is its parts. Outside they have neither a name nor an open field.
impl Deref for Chat {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

mod parts;
