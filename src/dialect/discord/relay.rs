//! News from the core to this product's sockets: new messages, and nothing else.

use super::{ChannelRegistry, payload::Message};
use crate::{
    chat::engine::bus,
    model::event::{Event, News},
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
            News::MessageCreated(created) => {
                let entries = self.registry.of(event.topic);
                // To all who sit in a room it has one number.
                let Some(channel) = entries.first().map(|it| it.state) else { return };
                let frame = frame(&Message::new(channel, &created.message));
                for entry in entries {
                    entry.say(frame.clone());
                }
            }
            News::Joined { .. }
            | News::Left { .. }
            | News::RoomDeleted { .. }
            | News::SessionEnded { .. } => self.registry.follow(event),
            // This client would print whatever else it is told as a message.
            News::MessageUpdated(_)
            | News::MessageDeleted(_)
            | News::ReactionsChanged(_)
            | News::RoomCreated { .. }
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
            | News::Server(_)
            | News::PresenceChanged { .. } => {}
        }
    }
}
