//! Every id of every surface, tried by somebody who may not see what it names.
mod rest;
mod sockets;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    dialect::crossing::channel,
    support::{
        clients::{ALL, Actress, Place, Surface},
        doors::Inside,
        people::Person,
        server::Server,
    },
};

/// What nobody but Ann and Bob may see, by all its ids.
pub struct Secret {
    pub ann: Actress,
    pub bob: Actress,
    pub eve: Actress,
    /// Somebody else who is in none of it.
    pub dan: Person,
    pub group: Place,
    pub direct: Place,
    pub channel: Place,
    pub sea: i64,
    /// One in each of the three.
    pub messages: [i64; 3],
    pub file: Value,
    pub session: String,
}

/// Nothing of this is ever told to Eve.
pub const WORDS: [&str; 5] =
    ["the cat is in the attic", "cat.png", "the conspiracy", "the grotto", "@example.com"];

impl Secret {
    pub async fn keep(server: &Server) -> Self {
        let (ann, bob) = (server.actress("ann").await, server.actress("bob").await);
        let (eve, dan) = (server.actress("eve").await, server.person("dan").await);
        let body = json!({"kind": "group", "user_ids": [bob.person.id],
            "chatroom_name": "the conspiracy"});
        server.ok(Method::POST, "/v1/rooms", &ann.person, Some(body)).await;
        let group = server.place(&ann.person, "the conspiracy").await;
        server.direct_room(&ann.person, &bob.person).await;
        let direct = server.place(&ann.person, "bob").await;
        let number = channel(server, [&ann, &bob], "the grotto").await;
        let channel = server.place(&ann.person, "the grotto").await;
        let path = format!("/channels/{number}");
        let sea = server.get(&path, &ann.person).await["server_id"].as_i64().unwrap();
        let mut messages = [0; 3];
        for (at, place) in [&group, &direct, &channel].into_iter().enumerate() {
            let said = server.say(&ann.person, &place.uuid, WORDS[0]).await;
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
        Self { ann, bob, eve, dan, group, direct, channel, sea, messages, file, session }
    }

    pub fn inside<'a>(&self, place: &'a Place) -> Inside<'a> {
        let at = self.places().iter().position(|it| it.uuid == place.uuid).unwrap();
        Inside {
            place,
            message: self.messages[at],
            sea: place.channel.map(|_| self.sea),
            member: self.bob.person.id,
            outsider: self.dan.id,
        }
    }

    pub fn places(&self) -> [&Place; 3] {
        [&self.group, &self.direct, &self.channel]
    }

    /// All that could have been changed, as those see it who may.
    pub async fn state(&self, server: &Server) -> Value {
        let mut state = Vec::new();
        for who in [&self.ann, &self.bob] {
            for place in self.places() {
                for surface in ALL {
                    if surface == Surface::Discord && place.uuid != self.channel.uuid {
                        continue;
                    }
                    let said = server.history(surface, &who.person, place).await;
                    state.push(json!(said));
                }
                let members = format!("/v1/rooms/{}/members", place.uuid);
                state.push(server.get(&members, &who.person).await);
                let room = format!("/v1/rooms/{}", place.uuid);
                state.push(server.get(&room, &who.person).await["chatroom_name"].take());
            }
            let path = format!("/servers/{}", self.sea);
            state.push(server.get(&path, &who.person).await);
            state.push(server.get("/v1/me", &who.person).await["nickname"].take());
        }
        Value::Array(state)
    }
}
