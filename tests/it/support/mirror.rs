//! What a client keeps of its rooms: filled by `sync`, kept up by events, and never in
//! doubt about whether it missed something, because every change carries the room's `rev`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// All that one device knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mirror {
    pub me: i64,
    pub rooms: BTreeMap<String, MirrorRoom>,
    pub user_rev: i64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct MirrorRoom {
    pub rev: i64,
    pub name: Option<String>,
    pub members: BTreeSet<i64>,
    pub messages: BTreeMap<i64, MirrorMessage>,
    /// How far I have read, on whichever device.
    pub read: i64,
    /// How far the others have.
    pub marks: BTreeMap<i64, i64>,
    /// What was said up to here I have deleted for myself.
    pub cleared: i64,
}

/// What a person sees of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MirrorMessage {
    pub id: i64,
    pub sender: i64,
    pub content: String,
    pub edited: bool,
    pub deleted: bool,
    pub pinned: bool,
    pub reply_to: Option<i64>,
    pub reactions: BTreeMap<String, BTreeSet<i64>>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Applied,
    /// Known already, or none of a mirror's business.
    Ignored,
    /// About a room that one has not got yet: `sync` brings it.
    Unknown,
    /// Something before it was missed: only `sync` helps.
    Gap,
}

impl Mirror {
    pub fn new(me: i64) -> Self {
        Self { me, ..Self::default() }
    }

    /// The `rooms` of a `sync`.
    pub fn revs(&self) -> BTreeMap<String, i64> {
        self.rooms.iter().map(|(id, room)| (id.clone(), room.rev)).collect()
    }

    /// Takes in one page of a `sync`; says whether there is more.
    pub fn synced(&mut self, page: &Value) -> bool {
        for gone in page["removed"].as_array().unwrap() {
            self.rooms.remove(gone.as_str().unwrap());
        }
        if let Some(rev) = page["user"]["rev"].as_i64() {
            self.user_rev = rev;
        }
        for set_up in page["user"]["settings"].as_array().into_iter().flatten() {
            if let Some(room) = self.rooms.get_mut(&text(&set_up["chatroom_id"])) {
                room.clear(&set_up["settings"]);
            }
        }
        let mut more = false;
        for part in page["rooms"].as_array().unwrap() {
            let room = self.rooms.entry(text(&part["chatroom_id"])).or_default();
            if part["reset"] == true {
                *room = MirrorRoom::default();
            }
            if part["chatroom"].is_object() {
                room.clear(&part["chatroom"]["settings"]);
                room.name = part["chatroom"]["chatroom_name"].as_str().map(str::to_owned);
            }
            room.put_all(part);
            if let Some(members) = part["members"].as_array() {
                room.members =
                    members.iter().map(|it| it["user"]["user_id"].as_i64().unwrap()).collect();
            }
            if let Some(cursors) = part["cursors"].as_array() {
                let mine = cursors.iter().find(|it| it["user_id"] == self.me);
                room.has_read(mine.map_or(0, |it| number(&it["last_read_seq"])));
                let others = cursors.iter().filter(|it| it["user_id"] != self.me);
                let mark = |it: &Value| (number(&it["user_id"]), number(&it["last_read_seq"]));
                room.marks = others.map(mark).collect();
            }
            room.rev = number(&part["rev"]);
            more |= part["has_more"] == true;
        }
        more
    }

    pub fn hear(&mut self, event: &str, payload: &Value) -> Outcome {
        match event {
            "room:unread" => self.hear_cursor(payload),
            "room:marks" => self.hear_marks(payload),
            "room:settings_changed" => {
                let Some(room) = self.rooms.get_mut(&room_of(payload)) else {
                    return Outcome::Unknown;
                };
                room.clear(&payload["settings"]);
                Outcome::Applied
            }
            "room:deleted" => {
                let gone = self.rooms.remove(&room_of(payload));
                if gone.is_some() { Outcome::Applied } else { Outcome::Ignored }
            }
            "room:member_left" if payload["user_id"] == self.me => {
                self.rooms.remove(&room_of(payload));
                Outcome::Applied
            }
            "message:created" | "message:updated" | "message:deleted" | "reaction:added"
            | "reaction:removed" | "room:created" | "room:updated" | "room:member_joined"
            | "room:member_left" => self.hear_change(event, payload),
            _ => Outcome::Ignored,
        }
    }

    /// Cursors have no `rev`: they only rise.
    fn hear_cursor(&mut self, payload: &Value) -> Outcome {
        let Some(room) = self.rooms.get_mut(&room_of(payload)) else { return Outcome::Unknown };
        room.has_read(number(&payload["last_read_seq"]));
        Outcome::Applied
    }

    fn hear_marks(&mut self, payload: &Value) -> Outcome {
        let Some(room) = self.rooms.get_mut(&room_of(payload)) else { return Outcome::Unknown };
        for mark in payload["marks"].as_array().unwrap() {
            let (user, seq) = (number(&mark["user_id"]), number(&mark["last_read_seq"]));
            if user == self.me {
                room.has_read(seq);
            } else if room.members.contains(&user) {
                let known = room.marks.entry(user).or_default();
                *known = seq.max(*known);
            }
        }
        Outcome::Applied
    }

    fn hear_change(&mut self, event: &str, payload: &Value) -> Outcome {
        let Some(room) = self.rooms.get_mut(&room_of(payload)) else { return Outcome::Unknown };
        let rev = number(&payload["rev"]);
        if rev <= room.rev {
            return Outcome::Ignored;
        }
        if rev > room.rev + 1 {
            return Outcome::Gap;
        }
        match event {
            "message:created" | "message:updated" => room.put(&payload["message"]),
            "message:deleted" => room.erase(number(&payload["seq"])),
            "reaction:added" | "reaction:removed" => {
                let id = number(&payload["message_id"]);
                if let Some(message) = room.messages.values_mut().find(|it| it.id == id) {
                    message.reactions = tallies(&payload["reactions"]);
                }
            }
            "room:updated" => {
                room.name = payload["chatroom"]["chatroom_name"].as_str().map(str::to_owned);
            }
            "room:member_joined" => {
                let user = number(&payload["user_id"]);
                room.members.insert(user);
                room.marks.insert(user, number(&payload["member"]["last_read_seq"]));
            }
            "room:member_left" => {
                room.members.remove(&number(&payload["user_id"]));
                room.marks.remove(&number(&payload["user_id"]));
            }
            other => panic!("{other} changes no room that one has"),
        }
        room.rev = rev;
        Outcome::Applied
    }
}

impl MirrorRoom {
    /// The first message that it has, unless that is the first of all.
    pub fn begins_at(&self) -> Option<i64> {
        self.messages.keys().next().copied().filter(|it| *it > self.cleared + 1)
    }

    fn clear(&mut self, settings: &Value) {
        self.cleared = number(&settings["cleared_seq"]);
        self.messages.retain(|seq, _| *seq > self.cleared);
    }

    pub fn put_all(&mut self, page: &Value) {
        for message in page["messages"].as_array().unwrap() {
            self.put(message);
        }
    }

    fn put(&mut self, message: &Value) {
        let seq = number(&message["seq"]);
        if seq > self.cleared {
            self.messages.insert(seq, MirrorMessage::from(message));
        }
    }

    /// What is left is the place.
    fn erase(&mut self, seq: i64) {
        if let Some(message) = self.messages.get_mut(&seq) {
            *message = MirrorMessage {
                id: message.id,
                sender: message.sender,
                deleted: true,
                ..MirrorMessage::default()
            };
        }
    }

    fn has_read(&mut self, seq: i64) {
        self.read = self.read.max(seq);
    }

    pub fn unread(&self, me: i64) -> usize {
        let counts = |message: &MirrorMessage| message.sender != me && !message.deleted;
        self.messages.range(self.read + 1..).filter(|it| counts(it.1)).count()
    }

    /// As people see it: they see no `rev`.
    pub fn seen(&self) -> Self {
        Self { rev: 0, ..self.clone() }
    }
}

impl From<&Value> for MirrorMessage {
    fn from(message: &Value) -> Self {
        let bare = Self {
            id: number(&message["message_id"]),
            sender: number(&message["sender_id"]),
            deleted: !message["deleted_at"].is_null(),
            ..Self::default()
        };
        if bare.deleted {
            assert_eq!(message["content"], "", "deleted words are gone: {message}");
            assert_eq!(message["attachments"], serde_json::json!([]), "{message}");
            return bare;
        }
        Self {
            content: text(&message["content"]),
            edited: !message["edited_at"].is_null(),
            pinned: !message["pinned_at"].is_null(),
            reply_to: message["reply_to"]["message_id"].as_i64(),
            reactions: tallies(&message["reactions"]),
            ..bare
        }
    }
}

fn tallies(reactions: &Value) -> BTreeMap<String, BTreeSet<i64>> {
    let people = |it: &Value| it["user_ids"].as_array().unwrap().iter().map(number).collect();
    let tallies = reactions.as_array().unwrap().iter();
    tallies.map(|it| (text(&it["emoji"]), people(it))).collect()
}

fn room_of(payload: &Value) -> String {
    let found = ["chatroom", "message"].iter().find_map(|it| payload[it]["chatroom_id"].as_str());
    found.or_else(|| payload["chatroom_id"].as_str()).expect("news of a room").to_owned()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
