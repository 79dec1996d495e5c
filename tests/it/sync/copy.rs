//! What a client of ours would hold: it applies what it is told and never looks itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{people::Person, server::Server};

#[derive(Clone, Debug, Default)]
pub struct SyncedCopy {
    pub user_rev: Option<i64>,
    pub since: Option<String>,
    pub user: Value,
    pub rooms: BTreeMap<String, SyncedRoom>,
    pub people: BTreeMap<i64, Value>,
    /// Messages of one room at once.
    pub limit: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct SyncedRoom {
    pub rev: i64,
    pub chatroom: Value,
    pub messages: BTreeMap<i64, Value>,
    pub members: BTreeMap<i64, Value>,
    pub cursors: BTreeMap<i64, (i64, i64)>,
}

/// A room as everybody can look it up.
#[derive(Debug, PartialEq)]
pub struct RoomTruth {
    pub chatroom: Value,
    pub messages: Vec<Value>,
    pub members: BTreeMap<i64, Value>,
    pub cursors: BTreeMap<i64, (i64, i64)>,
}

impl SyncedCopy {
    pub fn question(&self) -> Value {
        let rooms: BTreeMap<&String, i64> = self.rooms.iter().map(|it| (it.0, it.1.rev)).collect();
        let mut question = json!({"rooms": rooms});
        for (name, value) in [
            ("user_rev", json!(self.user_rev)),
            ("since", json!(self.since)),
            ("limit", json!(self.limit)),
        ] {
            if !value.is_null() {
                question[name] = value;
            }
        }
        question
    }

    /// Asks until there is no more, and returns how often that was.
    pub async fn sync(&mut self, server: &Server, who: &Person) -> usize {
        for round in 1..1_000 {
            let answer =
                server.ok(reqwest::Method::POST, "/v1/sync", who, Some(self.question())).await;
            self.apply(&answer);
            if answer["has_more"] == false {
                return round;
            }
        }
        panic!("there is always more");
    }

    pub fn apply(&mut self, answer: &Value) {
        for room in answer["removed"].as_array().unwrap() {
            self.rooms.remove(room.as_str().unwrap());
        }
        for room in answer["rooms"].as_array().unwrap() {
            let id = room["chatroom_id"].as_str().unwrap().to_owned();
            self.rooms.entry(id).or_default().apply(room);
        }
        if let Some(user) = answer.get("user") {
            self.user_rev = user["rev"].as_i64();
            self.user = user.clone();
        }
        for person in answer["people"].as_array().unwrap() {
            self.people.insert(person["user_id"].as_i64().unwrap(), person.clone());
            for room in self.rooms.values_mut() {
                introduce(&mut room.chatroom, person);
                room.messages.values_mut().for_each(|it| introduce(it, person));
            }
            introduce(&mut self.user, person);
        }
        self.since = answer["since"].as_str().map(str::to_owned);
    }

    /// Looks everything up and compares.
    pub async fn check(&self, server: &Server, who: &Person) {
        let listed = server.get("/v1/rooms?limit=100", who).await;
        let listed: BTreeMap<String, Value> = items(&listed)
            .map(|it| (it["chatroom_id"].as_str().unwrap().to_owned(), it.clone()))
            .collect();
        let known: Vec<&String> = self.rooms.keys().collect();
        assert_eq!(known, listed.keys().collect::<Vec<_>>(), "the rooms of {}", who.name);
        for (id, chatroom) in listed {
            let held = &self.rooms[&id];
            let truth = truth(server, who, &id, chatroom).await;
            assert_eq!(held.as_truth(), truth, "{id} as {} has it", who.name);
        }
        let me = server.get("/v1/me", who).await;
        assert_eq!(self.user_rev, me["rev"].as_i64(), "the rev of {}", who.name);
        for (name, value) in me.as_object().unwrap() {
            assert_eq!(&self.user[name], value, "{name} of {}", who.name);
        }
        for (name, path) in
            [("friends", "/v1/friends?limit=100"), ("blocks", "/v1/blocks?limit=100")]
        {
            let truth = server.get(path, who).await;
            assert_eq!(sorted(&self.user[name]), sorted(&truth["items"]), "{name} of {}", who.name);
        }
        let mut asked: Vec<Value> = Vec::new();
        for direction in ["in", "out"] {
            let path = format!("/v1/friends/requests?direction={direction}&limit=100");
            asked.extend(items(&server.get(&path, who).await).cloned());
        }
        assert_eq!(sorted(&self.user["requests"]), sorted(&json!(asked)), "of {}", who.name);
    }
}

impl SyncedRoom {
    fn apply(&mut self, room: &Value) {
        if room["reset"] == true {
            self.messages.clear();
        }
        for message in room["messages"].as_array().unwrap() {
            let held = self.messages.get(&seq(message));
            if held.is_none_or(|it| it["rev"].as_i64() <= message["rev"].as_i64()) {
                self.messages.insert(seq(message), message.clone());
            }
        }
        if let Some(members) = room.get("members") {
            self.members = members.as_array().unwrap().iter().map(member).collect();
        }
        self.cursors = room["cursors"].as_array().unwrap().iter().map(cursor).collect();
        self.chatroom = room["chatroom"].clone();
        self.rev = room["rev"].as_i64().unwrap();
    }

    fn as_truth(&self) -> RoomTruth {
        assert_eq!(self.chatroom["rev"].as_i64(), Some(self.rev));
        RoomTruth {
            chatroom: plain(self.chatroom.clone()),
            messages: self.messages.values().cloned().map(plain).collect(),
            members: self.members.clone(),
            cursors: self.cursors.clone(),
        }
    }
}

async fn truth(server: &Server, who: &Person, id: &str, chatroom: Value) -> RoomTruth {
    let mut messages = Vec::new();
    loop {
        let after = messages.last().map_or(0, seq);
        let path = format!("/v1/rooms/{id}/messages?after_seq={after}&limit=100");
        let page = server.get(&path, who).await;
        messages.extend(page["messages"].as_array().unwrap().iter().cloned().map(plain));
        if page["has_more_after"] == false {
            break;
        }
    }
    let members = server.get(&format!("/v1/rooms/{id}/members?limit=100"), who).await;
    RoomTruth {
        chatroom: plain(chatroom),
        messages,
        members: items(&members).map(member).collect(),
        cursors: items(&members)
            .filter(|it| !it["last_read_seq"].is_null())
            .map(|it| {
                let (id, read) = (&it["user"]["user_id"], &it["last_read_seq"]);
                cursor(&json!({
                    "user_id": id,
                    "last_read_seq": read,
                    "last_delivered_seq": it["last_delivered_seq"],
                }))
            })
            .collect(),
    }
}

/// Without what follows from the cursors.
fn plain(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.remove("read_status");
        if let Some(last) = object.remove("last_message") {
            object.insert("last_message".to_owned(), plain(last));
        }
    }
    value
}

/// Wherever this person stands in what is held, they stand as they are now.
fn introduce(held: &mut Value, person: &Value) {
    match held {
        Value::Object(object) => {
            if object.contains_key("username") && object.get("user_id") == person.get("user_id") {
                for (name, value) in person.as_object().unwrap() {
                    if object.contains_key(name) {
                        object.insert(name.clone(), value.clone());
                    }
                }
                if person["deleted"] == true {
                    object.insert("deleted".to_owned(), true.into());
                }
            }
            object.values_mut().for_each(|it| introduce(it, person));
        }
        Value::Array(list) => list.iter_mut().for_each(|it| introduce(it, person)),
        _ => {}
    }
}

pub fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().unwrap().iter()
}

fn sorted(list: &Value) -> Vec<String> {
    let mut all: Vec<String> = list.as_array().unwrap().iter().map(ToString::to_string).collect();
    all.sort();
    all
}

fn seq(message: &Value) -> i64 {
    message["seq"].as_i64().unwrap()
}

fn member(member: &Value) -> (i64, Value) {
    let id = member["user"]["user_id"].as_i64().unwrap();
    (id, json!({"role": member["role"], "joined_at": member["joined_at"]}))
}

fn cursor(cursor: &Value) -> (i64, (i64, i64)) {
    let number = |name: &str| cursor[name].as_i64().unwrap();
    (number("user_id"), (number("last_read_seq"), number("last_delivered_seq")))
}
