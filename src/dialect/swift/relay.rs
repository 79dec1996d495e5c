//! News from the core to this product's sockets.

use tokio::sync::mpsc;

use super::{
    Number,
    frame::{self, ReactionChange},
    payload::{known, summary},
    typing,
};
use crate::{
    chat::engine::{bus, handle::Chat},
    model::{
        event::{Event, News, Topic, message::MessageNews, presence::PresenceNews},
        message::{Message, reaction::Reacted},
    },
    wire::registry::Registry,
};

pub(super) struct Relay {
    chat: Chat,
    registry: Registry<Number>,
    typing: mpsc::Sender<typing::List>,
}

impl Relay {
    pub(super) fn new(
        chat: Chat,
        registry: Registry<Number>,
        typing: mpsc::Sender<typing::List>,
    ) -> Self {
        Self { chat, registry, typing }
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
        let (name, now) = (&change.who.username, self.chat.now());
        let under = summary(&change.tallies);
        self.registry.tell(to, || frame::reaction(number, change.message, name, &turn, under, now));
    }

    fn number(&self, to: Topic) -> Option<i64> {
        // To all who listen in a room it has one number.
        self.registry.any_of(to).map(|it| it.state.0)
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Message(news) => match news {
                MessageNews::Created(created) => self.message(event.topic, &created.message),
                MessageNews::Reacted(change) => self.reaction(event.topic, change),
                // There are no frames for these: the app sees it when it asks for the
                // history again.
                MessageNews::Updated(_) | MessageNews::Deleted(_) => {}
            },
            News::Presence(news) => match news {
                PresenceNews::Typing { room, people } => {
                    let people = people.iter().map(|it| it.user).collect();
                    // When too many wait, the room's next list tells the same.
                    self.typing.try_send((*room, people)).ok();
                }
                PresenceNews::Changed(_) => {}
            },
            News::Member(_) | News::Room(_) | News::Session(_) => self.registry.follow(event),
            // This client asks for its rooms every few seconds, and knows nothing of the rest.
            News::Cursor(_) | News::Friend(_) | News::Person(_) | News::Server(_) => {}
        }
    }
}
