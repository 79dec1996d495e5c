//! News from the core to the sockets: each rendered once, heard by whole Socket.IO rooms.

mod server;

use std::sync::Arc;

use entity::id::{RoomId, UserId};
use serde::Serialize;
use serde_json::json;
use socketioxide::SocketIo;

use crate::{
    chat::engine::bus::Listener,
    dialect::native::{
        payload,
        socket::{NAMESPACES, Sockets},
    },
    model::{
        event::{
            Event, News, Topic,
            cursor::CursorNews,
            friend::FriendNews,
            member::MemberNews,
            message::MessageNews,
            person::PersonNews,
            presence::{PresenceNews, Typist},
            room::RoomNews,
            session::{Ending, SessionNews},
        },
        message::{Message, reaction::Reacted},
        person::{Card, friendship::Relation},
    },
    wire::{
        socketio::{cut_off_the_slow, emit, is_heard, kick, sockets},
        spelling::rfc3339_millis,
    },
};

pub(super) struct Relay {
    io: SocketIo,
    sockets: Arc<Sockets>,
}

impl Relay {
    pub(super) fn new(io: SocketIo, sockets: Arc<Sockets>) -> Self {
        Self { io, sockets }
    }

    fn message(&self, to: Topic, event: &str, message: &Arc<Message>) {
        match self.sockets.renders.told(message) {
            Ok(told) => self.tell(to, event, &told),
            Err(error) => tracing::error!(%error, "a message could not be rendered"),
        }
    }

    /// To every namespace that speaks of this noun. Whoever cannot keep up is cut off, so
    /// that they come back and catch up, instead of missing something in silence.
    fn tell<T: Serialize>(&self, to: Topic, event: &str, data: &T) {
        for namespace in NAMESPACES.iter().filter(|it| it.speaks_of(event)) {
            // Nearly everybody is in the main namespace.
            if !namespace.is_main() && !is_heard(&self.io, namespace.path, to) {
                continue;
            }
            if !emit(&self.io, namespace.path, to, event, data) {
                // Empty heads are no news to a client, and find out who cannot take even those.
                cut_off_the_slow(&self.io, namespace.path, to, &json!({"rooms": {}}));
            }
        }
    }

    /// The sockets of this person follow: into the room before it hears of them.
    fn move_in(&self, user: UserId, topic: Topic) {
        for namespace in NAMESPACES {
            for socket in sockets(&self.io, namespace.path, Topic::User(user)) {
                socket.join(topic.to_string());
            }
        }
    }

    fn move_out(&self, user: UserId, topic: Topic) {
        for namespace in NAMESPACES {
            for socket in sockets(&self.io, namespace.path, Topic::User(user)) {
                socket.leave(topic.to_string());
            }
        }
    }

    fn end(&self, topic: Topic, reason: Ending) {
        self.tell(topic, "auth:revoked", &json!({"reason": ending(reason)}));
        for namespace in NAMESPACES {
            for socket in sockets(&self.io, namespace.path, topic) {
                kick(&socket);
            }
        }
    }
}

impl Listener for Relay {
    fn hear(&self, event: &Event) {
        let to = event.topic;
        match &event.news {
            News::Message(news) => self.of_message(to, news),
            News::Room(news) => self.of_room(to, news),
            News::Member(news) => self.of_member(to, news),
            News::Cursor(news) => self.of_cursor(to, news),
            News::Friend(news) => self.of_friend(to, news),
            News::Person(news) => self.of_person(to, news),
            News::Presence(news) => self.of_presence(to, news),
            News::Server(news) => self.server(to, news),
            News::Session(SessionNews::Ended(reason)) => self.end(to, *reason),
        }
    }
}

impl Relay {
    fn of_message(&self, to: Topic, news: &MessageNews) {
        match news {
            MessageNews::Created(it) => self.message(to, "message:created", &it.message),
            MessageNews::Updated(it) => self.message(to, "message:updated", &it.message),
            MessageNews::Deleted(deleted) => {
                self.tell(to, "message:deleted", &payload::message::Gone::from(deleted));
            }
            MessageNews::Reacted(change) => self.reactions(to, change),
        }
    }

    fn of_room(&self, to: Topic, news: &RoomNews) {
        match news {
            RoomNews::Created(room) => {
                let rev = room.rev;
                let chatroom = payload::room::Room::from(room);
                self.tell(to, "room:created", &json!({"chatroom": chatroom, "rev": rev}));
            }
            RoomNews::Updated { room, roles } => {
                self.tell(to, "room:updated", &payload::room::Updated::new(room, roles));
            }
            RoomNews::Deleted { room, rev } => {
                let chatroom = json!({"chatroom_id": room.0});
                self.tell(to, "room:deleted", &json!({"chatroom": chatroom, "rev": rev}));
            }
            RoomNews::SettingsChanged { room, settings, user_rev } => {
                let settings = payload::room::Settings::from(settings);
                let data =
                    json!({"chatroom_id": room.0, "settings": settings, "user_rev": user_rev});
                self.tell(to, "room:settings_changed", &data);
            }
        }
    }

    fn of_member(&self, to: Topic, news: &MemberNews) {
        match news {
            MemberNews::Joined { room, user, member, rev } => {
                self.move_in(*user, Topic::Room(*room));
                let joined = payload::room::Joined::new(*room, member, *rev);
                self.tell(to, "room:member_joined", &joined);
            }
            MemberNews::Left { room, user, rev } => {
                let data = json!({"chatroom_id": room.0, "user_id": user.0, "rev": rev});
                // Told before they are moved out, so that whoever leaves hears of it on
                // every device.
                self.tell(to, "room:member_left", &data);
                self.move_out(*user, Topic::Room(*room));
            }
        }
    }

    fn of_cursor(&self, to: Topic, news: &CursorNews) {
        match news {
            CursorNews::Marks { room, marks } => {
                self.tell(to, "room:marks", &payload::room::Marks::new(*room, marks));
            }
            CursorNews::Shown { room, user, cursor } => {
                let mark = payload::room::Mark::new(*room, *user, *cursor);
                self.tell(to, "room:cursor_changed", &mark);
            }
            CursorNews::Unread { room, unread, mentions, last_read_seq } => {
                let data = json!({
                    "chatroom_id": room.0,
                    "unread_count": unread,
                    "mention_count": mentions,
                    "last_read_seq": last_read_seq,
                });
                self.tell(to, "room:unread", &data);
            }
        }
    }

    fn of_friend(&self, to: Topic, news: &FriendNews) {
        match news {
            FriendNews::Requested(relation) => self.relation(to, "friend:requested", relation),
            FriendNews::Accepted(relation) => self.relation(to, "friend:accepted", relation),
            FriendNews::Cancelled(relation) => self.relation(to, "friend:cancelled", relation),
            FriendNews::Removed(relation) => self.relation(to, "friend:removed", relation),
        }
    }

    fn of_person(&self, to: Topic, news: &PersonNews) {
        match news {
            PersonNews::Blocked(card) => self.person(to, "user:blocked", card),
            PersonNews::Unblocked(card) => self.person(to, "user:unblocked", card),
            PersonNews::ProfileChanged(card) => self.person(to, "user:updated", card),
            // Only one's own devices keep all that there is of oneself.
            PersonNews::OneselfChanged(me) => {
                self.tell(to, "user:updated", &json!({"user": payload::user::Me::from(&**me)}));
            }
        }
    }

    fn of_presence(&self, to: Topic, news: &PresenceNews) {
        match news {
            PresenceNews::Changed(presences) => {
                let presences: Vec<_> =
                    presences.iter().map(payload::presence::Presence::from).collect();
                self.tell(to, "presence:changed", &json!({"presences": presences}));
            }
            PresenceNews::Typing { room, people } => self.typing(to, *room, people),
        }
    }

    /// A reaction that gave way to another one is gone before the other is there.
    fn reactions(&self, to: Topic, change: &Reacted) {
        let removed = change.removed.iter().map(|it| ("reaction:removed", it));
        let added = change.added.iter().map(|it| ("reaction:added", it));
        for (event, emoji) in removed.chain(added) {
            self.tell(to, event, &payload::reaction::Changed::new(change, emoji));
        }
    }

    fn typing(&self, to: Topic, room: RoomId, people: &[Typist]) {
        let lease =
            |it: &Typist| json!({"user_id": it.user.0, "expires_at": rfc3339_millis(it.until)});
        let users: Vec<_> = people.iter().map(lease).collect();
        self.tell(to, "typing:changed", &json!({"chatroom_id": room.0, "users": users}));
    }

    fn person(&self, to: Topic, event: &str, card: &Card) {
        self.tell(to, event, &json!({"user": payload::user::User::from(card)}));
    }

    fn relation(&self, to: Topic, event: &str, relation: &Relation) {
        let relation = payload::friend::Relation::from(relation);
        self.tell(to, event, &json!({"relation": relation, "user": relation.user}));
    }
}

fn ending(reason: Ending) -> &'static str {
    match reason {
        Ending::LoggedOut => "logged_out",
        Ending::Revoked => "revoked",
        Ending::PasswordChanged => "password_changed",
        Ending::AccountDeleted => "account_deleted",
        Ending::TokenReused => "token_reused",
    }
}
