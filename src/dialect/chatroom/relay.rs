//! News from the core to this product's sockets: `receive_message`, and nothing else.

use std::{collections::HashMap, time::Duration};

use axum::http::HeaderMap;
use entity::id::{RoomId, UserId};
use serde_json::json;
use socketioxide::SocketIo;

use super::payload::{Received, names_us};
use crate::{
    chat::{
        engine::{bus, handle::Chat},
        session::pairing::{self, subscription},
    },
    model::event::{
        Event, News, Topic,
        member::MemberNews,
        message::{Created, MessageNews},
        session::SessionNews,
    },
    wire::{
        links::Links,
        socketio::{cut_off_the_slow, emit, is_heard, kick, sockets},
    },
};

/// How often sockets without a credential are looked at though nothing happened.
const ROUND: Duration = Duration::from_secs(30);

pub(super) struct Relay {
    io: SocketIo,
    chat: Chat,
}

/// Looks at the sockets without a credential from time to time, until the server stops.
pub(super) async fn watch(chat: Chat) {
    let mut round = tokio::time::interval(ROUND);
    while chat.until_stopped(round.tick()).await.is_some() {
        let look = async {
            // Sessions also end by themselves, of which there is no news.
            subscription::recheck(&chat, None).await;
            pairing::tidy(&chat).await;
        };
        chat.until_stopped(look).await;
    }
}

impl Relay {
    pub(super) fn new(io: SocketIo, chat: Chat) -> Self {
        Self { io, chat }
    }

    fn tell(&self, to: Topic, created: &Created) {
        let render = |it: &Links| Received::all(&created.message, created.sent_at.as_deref(), it);
        if names_us(&created.message) {
            self.tell_each(to, render);
            return;
        }
        // Without addresses of ours it reads the same for everybody.
        let links = Links::of(&HeaderMap::new(), self.chat.rules());
        let say = |it: &Received| emit(&self.io, "/", to, "receive_message", it);
        // Everything is said, even after something was missed.
        if render(&links).iter().filter(|it| !say(it)).count() == 0 {
            return;
        }
        // The event only finds out who is slow; this client does not know it.
        cut_off_the_slow(&self.io, "/", to, &json!({}));
    }

    /// With addresses that begin with the name by which each client has called us.
    fn tell_each(&self, to: Topic, render: impl Fn(&Links) -> Vec<Received>) {
        let mut rendered = HashMap::new();
        for socket in sockets(&self.io, "/", to) {
            let links = Links::of(&socket.req_parts().headers, self.chat.rules());
            let words = rendered.entry(links).or_insert_with_key(&render);
            // Whoever has missed one comes back, and finds it in the history.
            if words.iter().any(|it| socket.emit("receive_message", it).is_err()) {
                kick(&socket);
            }
        }
    }
}

impl bus::Listener for Relay {
    fn hear(&self, event: &Event) {
        match &event.news {
            News::Message(news) => match news {
                MessageNews::Created(created) => {
                    if is_heard(&self.io, "/", event.topic) {
                        self.tell(event.topic, created);
                    }
                }
                // There are no events for these: the client sees it when it asks for the
                // history again.
                MessageNews::Updated(_) | MessageNews::Deleted(_) | MessageNews::Reacted(_) => {}
            },
            News::Member(news) => match news {
                MemberNews::Left { room, user, .. } => self.move_out(*room, *user),
                // This client joins its rooms by itself,
                MemberNews::Joined { .. } => {}
            },
            News::Session(SessionNews::Ended(_)) => self.end(event.topic),
            // and knows nothing of the rest.
            News::Room(_)
            | News::Cursor(_)
            | News::Friend(_)
            | News::Person(_)
            | News::Presence(_)
            | News::Server(_) => {}
        }
    }
}

impl Relay {
    fn move_out(&self, room: RoomId, user: UserId) {
        // A socket joins a room by name and would hear it for as long as it lives.
        for socket in sockets(&self.io, "/", Topic::User(user)) {
            socket.leave(Topic::Room(room).to_string());
        }
        subscription::person_left(&self.chat, room, user);
    }

    fn end(&self, topic: Topic) {
        for socket in sockets(&self.io, "/", topic) {
            kick(&socket);
        }
        if let Topic::Session(session) = topic {
            subscription::session_ended(&self.chat, session);
        }
    }
}
