//! News from the core to this product's sockets: new messages, and nothing else.

use super::payload::MessageList;
use crate::{
    chat::engine::bus,
    model::event::{Event, News, message::MessageNews},
    wire::seat::{Seats, frame},
};

pub(super) struct Relay {
    seats: Seats<()>,
}

impl Relay {
    pub(super) fn new(seats: Seats<()>) -> Self {
        Self { seats }
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Message(news) => match news {
                MessageNews::Created(created) => {
                    self.seats.tell(event.topic, || frame(&MessageList::live(&created.message)));
                }
                // This client has no words for what becomes of a message.
                MessageNews::Updated(_) | MessageNews::Deleted(_) | MessageNews::Reacted(_) => {}
            },
            News::Member(_) | News::Room(_) | News::Session(_) => self.seats.follow(event),
            // Nor for the rest.
            News::Cursor(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_) => {}
        }
    }
}
