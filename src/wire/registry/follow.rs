//! Who comes and goes changes what a socket hears.

use entity::id::RoomId;

use super::{Entry, Registry, Scope};
use crate::model::event::{
    Event, News, Topic, member::MemberNews, room::RoomNews, session::SessionNews,
};

impl<S> Registry<S> {
    /// What every dialect does about news of comings and goings. Call it before rendering
    /// to have those who come hear of it, and after it for those who go.
    pub fn follow(&self, event: &Event) {
        match &event.news {
            News::Member(MemberNews::Joined { room, user, .. }) => {
                for entry in self.of(Topic::User(*user)) {
                    // A socket that is for one room must not follow its user into others.
                    if entry.scope == Scope::Everything {
                        self.join(&entry, Topic::Room(*room));
                    }
                }
            }
            News::Member(MemberNews::Left { room, user, .. }) => {
                for entry in self.of(Topic::User(*user)) {
                    self.shut_out(&entry, *room);
                }
            }
            News::Room(news) => match news {
                RoomNews::Deleted { room, .. } => {
                    for entry in self.of(Topic::Room(*room)) {
                        self.shut_out(&entry, *room);
                    }
                }
                RoomNews::Created(_)
                | RoomNews::Updated { .. }
                | RoomNews::SettingsChanged { .. } => {}
            },
            News::Session(SessionNews::Ended(_)) => {
                for entry in self.of(event.topic) {
                    entry.close(self.0.closings.session_ended);
                }
            }
            News::Message(_)
            | News::Cursor(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_) => {}
        }
    }

    fn shut_out(&self, entry: &Entry<S>, room: RoomId) {
        self.leave(entry, Topic::Room(room));
        if entry.scope == Scope::Room(room) {
            entry.close(self.0.closings.room_left);
        }
    }
}
