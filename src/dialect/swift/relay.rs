//! News from the core to this product's sockets.

use tokio::sync::mpsc;

use super::{
    Number,
    frame::{self, ReactionChange},
    payload::{known, summary},
    typing,
};
use crate::{
    chat::engine::{bus, clock::Clock},
    model::{
        event::{Event, News, Topic},
        message::{Message, reaction::Reacted},
    },
    wire::registry::Registry,
};

pub(super) struct Relay {
    clock: Clock,
    registry: Registry<Number>,
    typing: mpsc::Sender<typing::List>,
}

impl Relay {
    pub(super) fn new(
        clock: Clock,
        registry: Registry<Number>,
        typing: mpsc::Sender<typing::List>,
    ) -> Self {
        Self { clock, registry, typing }
    }

    /// To the sender, too: its client learns the message's id from it.
    fn message(&self, to: Topic, message: &Message) {
        if let Some(number) = self.number(to) {
            self.registry.tell(to, || frame::message(number, message));
        }
    }

    /// One that gave way to another is no news of its own, and what this client does not
    /// know is none at all.
    fn reaction(&self, to: Topic, change: &Reacted) {
        let Some(number) = self.number(to) else { return };
        let added = change.added.as_deref().and_then(known).map(ReactionChange::Added);
        let removed =
            || change.removed.iter().find_map(|it| known(it)).map(ReactionChange::Removed);
        let Some(turn) = added.or_else(removed) else { return };
        let (name, now) = (&change.who.username, self.clock.now());
        let under = summary(&change.tallies);
        self.registry.tell(to, || frame::reaction(number, change.message, name, &turn, under, now));
    }

    fn number(&self, to: Topic) -> Option<i64> {
        self.registry.any_of(to).map(|it| it.state.0)
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::MessageCreated(created) => self.message(event.topic, &created.message),
            News::ReactionsChanged(change) => self.reaction(event.topic, change),
            News::Typing { room, people } => {
                let people = people.iter().map(|it| it.0).collect();
                // When too many wait, the room's next list tells the same.
                self.typing.try_send((*room, people)).ok();
            }
            News::Joined { .. }
            | News::Left { .. }
            | News::RoomDeleted { .. }
            | News::SessionEnded { .. } => self.registry.follow(event),
            // This client asks for its rooms every few seconds, and knows nothing of the rest.
            News::MessageUpdated(_)
            | News::MessageDeleted(_)
            | News::RoomCreated { .. }
            | News::RoomUpdated { .. }
            | News::Read { .. }
            | News::Delivered { .. }
            | News::CursorShown { .. }
            | News::Unread { .. }
            | News::SettingsChanged { .. }
            | News::FriendRequested { .. }
            | News::FriendAccepted { .. }
            | News::FriendCancelled { .. }
            | News::FriendRemoved { .. }
            | News::Blocked { .. }
            | News::Unblocked { .. }
            | News::ProfileChanged { .. }
            | News::OneselfChanged { .. }
            | News::Server(_)
            | News::PresenceChanged { .. } => {}
        }
    }
}
