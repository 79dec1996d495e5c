//! What a client keeps: fetched over REST once, and from then on changed by events alone.
//!
//! Only what one newly comes to is fetched: a room or a server that one enters, for nobody
//! announces a history, and the presence of whoever one did not know.
mod people;
mod rooms;
mod servers;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use rooms::LiveRoom;
use servers::LiveServer;

use crate::support::{people::Person, server::Server};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveCopy {
    me: Value,
    rooms: BTreeMap<String, LiveRoom>,
    servers: BTreeMap<i64, LiveServer>,
    /// Friends, and who asks or was asked.
    relations: BTreeMap<i64, Value>,
    blocks: BTreeMap<i64, Value>,
    /// Of friends, and of those with whom one has a room for two.
    presences: BTreeMap<i64, Value>,
    missing: Missing,
}

/// What one has come to and does not have yet.
#[derive(Clone, Debug, Default, PartialEq)]
struct Missing {
    rooms: BTreeSet<String>,
    servers: BTreeSet<i64>,
}

impl LiveCopy {
    pub async fn fetched(server: &Server, who: &Person) -> Self {
        let mut copy = Self { me: server.get("/v1/me", who).await, ..Self::default() };
        copy.me["rev"].take();
        for room in all(server, "/v1/rooms", who).await {
            copy.missing.rooms.insert(text(&room["chatroom_id"]));
        }
        for server_copy in all(server, "/v1/servers", who).await {
            copy.missing.servers.insert(number(&server_copy["server_id"]));
        }
        for path in [
            "/v1/friends",
            "/v1/friends/requests?direction=in",
            "/v1/friends/requests?direction=out",
        ] {
            copy.relations.extend(by(all(server, path, who).await, &["user_id"]));
        }
        copy.blocks = by(all(server, "/v1/blocks", who).await, &["user_id"]);
        copy.fetch_missing(server, who).await;
        copy
    }

    pub async fn fetch_missing(&mut self, server: &Server, who: &Person) {
        for id in std::mem::take(&mut self.missing.rooms) {
            let room = LiveRoom::fetched(server, who, &id).await;
            self.rooms.insert(id, room);
        }
        for id in std::mem::take(&mut self.missing.servers) {
            self.servers.insert(id, LiveServer::fetched(server, who, id).await);
        }
        let mut watched = self.watched();
        self.presences.retain(|id, _| watched.contains(id));
        watched.retain(|id| !self.presences.contains_key(id));
        for id in watched {
            let page = server.get(&format!("/v1/presence?user_ids={id}"), who).await;
            self.presences.insert(id, page["items"][0].clone());
        }
        let is_seen = self.me["sends_receipts"] == true;
        for room in self.rooms.values_mut() {
            room.settle(number(&self.me["user_id"]), is_seen);
        }
    }

    pub fn hear(&mut self, event: &str, told: &Value) {
        match event {
            "message:created"
            | "message:updated"
            | "message:deleted"
            | "reaction:added"
            | "reaction:removed"
            | "room:created"
            | "room:updated"
            | "room:deleted"
            | "room:member_joined"
            | "room:member_left"
            | "room:unread"
            | "room:settings_changed"
            | "room:cursor_changed"
            | "room:marks" => self.hear_of_room(event, told),
            "friend:requested" | "friend:accepted" | "friend:cancelled" | "friend:removed"
            | "user:blocked" | "user:unblocked" | "user:updated" | "presence:changed" => {
                self.hear_of_person(event, told);
            }
            "server:created"
            | "server:updated"
            | "server:deleted"
            | "server:member_joined"
            | "server:member_left"
            | "server:member_updated" => self.hear_of_server(event, told),
            // Of these nothing is kept.
            "typing:changed" | "heads" | "auth:expiring" | "auth:revoked" => {}
            other => panic!("nobody knows what {other} changes: {told}"),
        }
    }

    /// For showing what is wrong with it.
    pub fn lines(&self) -> Vec<String> {
        let whole = [
            ("me", json!(self.me)),
            ("relations", json!(self.relations)),
            ("blocks", json!(self.blocks)),
            ("presences", json!(self.presences)),
        ];
        let rooms = self.rooms.iter().map(|(id, it)| (id.as_str(), it.shown()));
        let servers = self.servers.values().map(|it| ("server", it.shown()));
        let mut lines = Vec::new();
        for (name, value) in whole.into_iter().chain(rooms).chain(servers) {
            spell(name, &value, &mut lines);
        }
        lines
    }

    fn my_id(&self) -> i64 {
        number(&self.me["user_id"])
    }
}

fn spell(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, it)| spell(&format!("{path}.{key}"), it, lines));
        }
        other => lines.push(format!("{path} = {other}")),
    }
}

/// All pages of a list.
async fn all(server: &Server, path: &str, who: &Person) -> Vec<Value> {
    let page = server.get(path, who).await;
    assert_eq!(page["next"], Value::Null, "{path} fits on one page");
    page["items"].as_array().unwrap().clone()
}

/// By the number at this place in them.
fn by(items: Vec<Value>, path: &[&str]) -> BTreeMap<i64, Value> {
    let key = |it: &Value| number(path.iter().fold(it, |it, name| &it[*name]));
    items.into_iter().map(|it| (key(&it), it)).collect()
}

/// Takes over the fields of a change.
fn merge(value: &mut Value, change: &Value) {
    for (key, changed) in change.as_object().unwrap() {
        value[key] = changed.clone();
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
