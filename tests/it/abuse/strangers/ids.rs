//! Every id of every surface, tried by somebody who may not see what it names.
mod rest;
mod sockets;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    dialect::crossing::channel,
    support::{
        clients::{ALL, Identity, RoomIds, Surface},
        doors::RoomTarget,
        people::Person,
        server::Server,
    },
};

/// What nobody but Ann and Bob may see, by all its ids.
pub struct PrivateRooms {
    pub ann: Identity,
    pub bob: Identity,
    pub eve: Identity,
    /// Somebody else who is in none of it.
    pub dan: Person,
    pub group: RoomIds,
    pub direct: RoomIds,
    pub channel: RoomIds,
    pub server_id: i64,
    /// One in each of the three.
    pub messages: [i64; 3],
    pub file: Value,
    pub session: String,
}

/// Nothing of this is ever told to Eve.
pub const WORDS: [&str; 5] =
    ["the cat is in the attic", "cat.png", "the conspiracy", "the grotto", "@example.com"];

impl PrivateRooms {
    pub async fn create(server: &Server) -> Self {
        let (ann, bob) = (server.identity("ann").await, server.identity("bob").await);
        let (eve, dan) = (server.identity("eve").await, server.person("dan").await);
        let body = json!({"kind": "group", "user_ids": [bob.person.id],
            "chatroom_name": "the conspiracy"});
        server.ok(Method::POST, "/v1/rooms", &ann.person, Some(body)).await;
        let group = server.room_ids(&ann.person, "the conspiracy").await;
        server.direct_room(&ann.person, &bob.person).await;
        let direct = server.room_ids(&ann.person, "bob").await;
        let number = channel(server, [&ann, &bob], "the grotto").await;
        let channel = server.room_ids(&ann.person, "the grotto").await;
        let path = format!("/channels/{number}");
        let server_id = server.get(&path, &ann.person).await["server_id"].as_i64().unwrap();
        let mut messages = [0; 3];
        for (at, room) in [&group, &direct, &channel].into_iter().enumerate() {
            let said = server.say(&ann.person, &room.uuid, WORDS[0]).await;
            messages[at] = said["message_id"].as_i64().unwrap();
        }
        let part =
            reqwest::multipart::Part::bytes(crate::support::files::png(2, 2)).file_name("cat.png");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/v1/files")).bearer_auth(&ann.person.token);
        let file: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
        let body = json!({"attachment_ids": [file["id"]]});
        let path = format!("/v1/rooms/{}/messages", group.uuid);
        server.ok(Method::POST, &path, &ann.person, Some(body)).await;
        let sessions = server.get("/v1/sessions", &ann.person).await;
        let session = sessions["items"][0]["session_id"].as_str().unwrap().to_owned();
        Self { ann, bob, eve, dan, group, direct, channel, server_id, messages, file, session }
    }

    pub fn target<'a>(&self, room: &'a RoomIds) -> RoomTarget<'a> {
        let at = self.rooms().iter().position(|it| it.uuid == room.uuid).unwrap();
        RoomTarget {
            room,
            message: self.messages[at],
            server_id: room.channel.map(|_| self.server_id),
            member: self.bob.person.id,
            outsider: self.dan.id,
        }
    }

    pub fn rooms(&self) -> [&RoomIds; 3] {
        [&self.group, &self.direct, &self.channel]
    }

    /// All that could have been changed, as those see it who may.
    pub async fn state(&self, server: &Server) -> Value {
        let mut state = Vec::new();
        for who in [&self.ann, &self.bob] {
            for room in self.rooms() {
                for surface in ALL {
                    if surface == Surface::Discord && room.uuid != self.channel.uuid {
                        continue;
                    }
                    let said = server.history(surface, &who.person, room).await;
                    state.push(json!(said));
                }
                let members = format!("/v1/rooms/{}/members", room.uuid);
                state.push(server.get(&members, &who.person).await);
                let path = format!("/v1/rooms/{}", room.uuid);
                state.push(server.get(&path, &who.person).await["chatroom_name"].take());
            }
            let path = format!("/servers/{}", self.server_id);
            state.push(server.get(&path, &who.person).await);
            state.push(server.get("/v1/me", &who.person).await["nickname"].take());
        }
        Value::Array(state)
    }
}
