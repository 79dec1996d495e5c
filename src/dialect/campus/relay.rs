//! News from the core to this product's sockets: new messages, and nothing else.

use super::payload::MessageList;
use crate::{
    chat::engine::bus,
    model::event::{Event, News},
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
            News::MessageCreated(created) => {
                self.registry.tell(event.topic, || frame(&MessageList::live(&created.message)));
            }
            News::Joined { .. }
            | News::Left { .. }
            | News::RoomDeleted { .. }
            | News::SessionEnded { .. } => self.registry.follow(event),
            // This client has no words for the rest.
            News::RoomCreated { .. }
            | News::RoomUpdated { .. }
            | News::Read { .. }
            | News::Delivered { .. }
            | News::CursorShown { .. }
            | News::Unread { .. }
            | News::SettingsChanged { .. }
            | News::Typing { .. }
            | News::FriendRequested { .. }
            | News::FriendAccepted { .. }
            | News::FriendCancelled { .. }
            | News::FriendRemoved { .. }
            | News::Blocked { .. }
            | News::Unblocked { .. }
            | News::ProfileChanged { .. }
            | News::OneselfChanged { .. }
            | News::MessageUpdated(_)
            | News::MessageDeleted(_)
            | News::ReactionsChanged(_)
            | News::Server(_)
            | News::PresenceChanged { .. } => {}
        }
    }
}
