//! News from the core to this product's sockets: new messages, and nothing else.

use super::payload::MessageList;
use crate::{
    chat::engine::bus,
    model::event::{Event, News, message::MessageNews},
    wire::registry::{Registry, frame},
};

pub(super) struct Relay {
    registry: Registry<()>,
}

impl Relay {
    pub(super) fn new(registry: Registry<()>) -> Self {
        Self { registry }
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Message(news) => match news {
                MessageNews::Created(created) => {
                    self.registry.tell(event.topic, || frame(&MessageList::live(&created.message)));
                }
                // This client has no words for what becomes of a message.
                MessageNews::Updated(_) | MessageNews::Deleted(_) | MessageNews::Reacted(_) => {}
            },
            // The client is told nothing of these; they decide what its sockets hear.
            News::Member(_) | News::Room(_) | News::Session(_) => self.registry.follow(event),
            // Nor for the rest.
            News::Cursor(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_) => {}
        }
    }
}
