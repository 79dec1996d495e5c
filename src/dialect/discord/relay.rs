//! News from the core to this product's sockets: new messages, and nothing else.

use super::{ChannelRegistry, payload::Message};
use crate::{
    chat::engine::bus,
    model::{
        event::{Event, News, Topic, message::MessageNews},
        message as core,
    },
    wire::registry::frame,
};

pub(super) struct Relay {
    registry: ChannelRegistry,
}

impl Relay {
    pub(super) fn new(registry: ChannelRegistry) -> Self {
        Self { registry }
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Message(news) => match news {
                MessageNews::Created(created) => self.message(event.topic, &created.message),
                // The history shows what became of it; here it would be printed as another message.
                MessageNews::Updated(_) | MessageNews::Deleted(_) | MessageNews::Reacted(_) => {}
            },
            News::Member(_) | News::Room(_) | News::Session(_) => self.registry.follow(event),
            // This client would print whatever else it is told as a message.
            News::Cursor(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_) => {}
        }
    }
}

impl Relay {
    fn message(&self, to: Topic, message: &core::Message) {
        let entries = self.registry.of(to);
        // To all who listen in a room it has one number.
        let Some(channel) = entries.first().map(|it| it.state) else { return };
        let frame = frame(&Message::new(channel, message));
        for entry in entries {
            entry.say(frame.clone());
        }
    }
}
