//! Every door to a room and to what was said there, on each surface: how it is tried, and what
//! somebody is told there who is not in it. The one list of them: who may pass natively, who never
//! was in the room, and who has left it, is tried at these.

mod lines;
mod requests;

use reqwest::Method;
use serde_json::Value;

use crate::support::{
    clients::{RoomClient, RoomIds, Surface},
    people::Person,
    server::Server,
};

pub use requests::of;

/// A room, and what its doors are called by.
pub struct RoomTarget<'a> {
    pub room: &'a RoomIds,
    /// One that was said there.
    pub message: i64,
    /// The server of a channel.
    pub server_id: Option<i64>,
    /// Somebody who is in it, and somebody who is not.
    pub member: i64,
    pub outsider: i64,
}

pub struct Door {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    /// What the owner and a member of a group are answered, where that is the same for all groups.
    pub ranks: Option<[u16; 2]>,
    /// What somebody is answered who is not in it: the body, or our own code in it.
    pub status: u16,
    pub told: Value,
}

impl Door {
    /// The body of an answer, or our own code where there is one.
    pub fn code_or_whole(answer: Value) -> Value {
        if answer["code"].is_string() { answer["code"].clone() } else { answer }
    }

    /// Somebody who is not in the room, and nobody at all, are told so.
    pub async fn keeps_out(&self, server: &Server, who: &Person) {
        let Self { method, path, body, .. } = self;
        let (status, answer) = server.call(method.clone(), path, Some(who), body.clone()).await;
        assert_eq!(status.as_u16(), self.status, "{method} {path}: {answer}");
        assert_eq!(Self::code_or_whole(answer), self.told, "{method} {path}");
        let (status, answer) = server.call(method.clone(), path, None, body.clone()).await;
        let is_shut = matches!(status.as_u16(), 401 | 403);
        assert!(is_shut, "{method} {path} by nobody: {status} {answer}");
    }
}

/// Everything that this client of somebody can still try, who is not in the room.
pub async fn keep_out(server: &Server, who: &Person, surface: Surface, target: &RoomTarget<'_>) {
    for door in of(surface, target) {
        door.keeps_out(server, who).await;
    }
    match surface {
        Surface::Discord => lines::discord_keeps_out(server, who, target).await,
        Surface::Swift => lines::swift_keeps_out(server, who, target).await,
        Surface::Campus | Surface::Chatroom | Surface::ChatSphere | Surface::Native => (),
    }
}

/// The same over a line that lives on.
pub async fn keep_out_of_line(
    server: &Server,
    who: &Person,
    client: &mut RoomClient,
    target: &RoomTarget<'_>,
) {
    match client.surface {
        Surface::Campus => lines::campus_keeps_out(client, target).await,
        Surface::Chatroom => lines::chatroom_keeps_out(client, target).await,
        Surface::ChatSphere => lines::chatsphere_keeps_out(client, target).await,
        Surface::Native => lines::native_keeps_out(client, target, who).await,
        // There a line is for one room, and ends with it.
        Surface::Discord | Surface::Swift => (),
    }
    keep_out(server, who, client.surface, target).await;
}
