//! Who comes and goes changes what a socket hears.

use super::{Registry, Scope};
use crate::model::event::{Event, News, Topic};

impl<S> Registry<S> {
    /// What every dialect does about news of comings and goings. Call it before rendering
    /// to have those who come hear of it, and after it for those who go.
    pub fn follow(&self, event: &Event) {
        match &event.news {
            News::Joined { room, user, .. } => {
                for entry in self.of(Topic::User(*user)) {
                    if entry.scope == Scope::Everything {
                        self.join(&entry, Topic::Room(*room));
                    }
                }
            }
            News::Left { room, user, .. } => {
                for entry in self.of(Topic::User(*user)) {
                    self.leave(&entry, Topic::Room(*room));
                    if entry.scope == Scope::Room(*room) {
                        entry.close(self.0.closings.room_left);
                    }
                }
            }
            News::RoomDeleted { room, .. } => {
                for entry in self.of(Topic::Room(*room)) {
                    self.leave(&entry, Topic::Room(*room));
                    if entry.scope == Scope::Room(*room) {
                        entry.close(self.0.closings.room_left);
                    }
                }
            }
            News::SessionEnded { .. } => {
                for entry in self.of(event.topic) {
                    entry.close(self.0.closings.session_ended);
                }
            }
            News::MessageCreated(_)
            | News::MessageUpdated(_)
            | News::MessageDeleted(_)
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
            | News::ReactionsChanged(_)
            | News::Server(_)
            | News::PresenceChanged { .. } => {}
        }
    }
}
