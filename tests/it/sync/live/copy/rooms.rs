//! A room as one of its members sees it, with all that was said there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{LiveCopy, all, by, merge, number, text};
use crate::support::{people::Person, server::Server};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveRoom {
    pub item: Value,
    members: BTreeMap<i64, Value>,
    messages: BTreeMap<i64, Value>,
    /// A change was not told.
    has_gap: bool,
}

impl LiveRoom {
    pub async fn fetched(server: &Server, who: &Person, id: &str) -> Self {
        let members = all(server, &format!("/v1/rooms/{id}/members"), who).await;
        let said = server.get(&format!("/v1/rooms/{id}/messages?limit=100"), who).await;
        let mut item = server.get(&format!("/v1/rooms/{id}"), who).await;
        item["last_message"] = item["last_message"]["message_id"].clone();
        Self {
            item,
            members: by(members, &["user", "user_id"]),
            messages: by(said["messages"].as_array().unwrap().clone(), &["message_id"]),
            has_gap: false,
        }
    }

    pub fn shown(&self) -> Value {
        json!({"has_gap": self.has_gap, "item": self.item, "members": self.members, "messages": self.messages})
    }

    /// Wherever somebody is named.
    pub fn people_named(&mut self) -> impl Iterator<Item = &mut Value> {
        let people = self.members.values_mut().map(|it| &mut it["user"]);
        let authors = self.messages.values_mut().flat_map(|it| {
            let fields = it.as_object_mut().unwrap().iter_mut();
            fields.filter(|it| matches!(it.0.as_str(), "user" | "forwarded_from")).map(|it| it.1)
        });
        people.chain(authors).chain([&mut self.item["peer"]]).filter(|it| it.is_object())
    }

    /// What follows from the rest.
    pub fn settle(&mut self, me: i64, am_seen: bool) {
        let live = self.messages.values().rfind(|it| it["deleted_at"].is_null());
        self.item["last_message"] = live.map_or(Value::Null, |it| it["message_id"].clone());
        self.item["member_count"] = json!(self.members.len());
        let seen = self.members.iter().filter(|it| am_seen || *it.0 != me);
        let cursors: Vec<(i64, i64, i64)> = seen
            .filter_map(|(id, it)| {
                let delivered = it["last_delivered_seq"].as_i64()?;
                Some((*id, it["last_read_seq"].as_i64()?, delivered))
            })
            .collect();
        for message in self.messages.values_mut() {
            let others = || cursors.iter().filter(|it| message["sender_id"] != it.0);
            let seq = number(&message["seq"]);
            let have = |cursor: fn(&(i64, i64, i64)) -> i64| {
                others().next().is_some() && others().all(|it| cursor(it) >= seq)
            };
            let status = match (have(|it| it.1), have(|it| it.2)) {
                (true, _) => "read",
                (false, true) => "delivered",
                (false, false) => "unread",
            };
            message["read_status"] = json!(status);
        }
    }

    /// Whether this change is new. None is left out, and none comes before another.
    fn goes_on(&mut self, told: &Value) -> bool {
        let (held, rev) = (number(&self.item["rev"]), number(&told["rev"]));
        self.has_gap |= rev > held + 1;
        self.item["rev"] = json!(held.max(rev));
        rev > held
    }

    fn change(&mut self, event: &str, told: &Value, me: i64) {
        let id = told["message_id"].as_i64().unwrap_or_default();
        let user = told["user_id"].as_i64().unwrap_or_default();
        match event {
            "message:created" => self.take_in(&told["message"], me),
            "message:updated" => self.put(&told["message"]),
            "message:deleted" => {
                self.requote(&told["message_id"], &json!({"excerpt": "", "deleted": true}));
                let blank = json!({"content": "", "message_type": "text", "media_url": null,
                    "attachments": [], "reactions": [], "mentions": [], "pinned_at": null,
                    "edited_at": null, "rev": told["rev"], "deleted_at": told["deleted_at"]});
                self.alter(id, &blank);
                let left = self.messages.get_mut(&id).and_then(Value::as_object_mut);
                if let Some(left) = left {
                    left.retain(|name, _| name != "reply_to" && name != "forwarded_from");
                }
            }
            "reaction:added" | "reaction:removed" => {
                let change = json!({"reactions": told["reactions"], "rev": told["rev"]});
                self.alter(id, &change);
            }
            "room:created" | "room:updated" => {
                merge(&mut self.item, &told["chatroom"]);
                for ranked in told["roles"].as_array().into_iter().flatten() {
                    let user = number(&ranked["user_id"]);
                    self.alter_member(user, &json!({"role": ranked["role"]}));
                    if user == me {
                        self.item["role"] = ranked["role"].clone();
                    }
                }
            }
            "room:member_joined" => {
                self.members.insert(user, told["member"].clone());
                self.item["members_rev"] = told["rev"].clone();
            }
            _ => {
                self.members.remove(&user);
                self.item["members_rev"] = told["rev"].clone();
            }
        }
    }

    fn take_in(&mut self, message: &Value, me: i64) {
        self.put(message);
        self.item["last_seq"] = message["seq"].clone();
        self.item["settings"]["hidden"] = json!(false);
        if message["sender_id"] != me {
            self.item["unread_count"] = json!(number(&self.item["unread_count"]) + 1);
            let calls = message["mentions"].as_array().unwrap().contains(&json!(me));
            let mentions = number(&self.item["mention_count"]) + i64::from(calls);
            self.item["mention_count"] = json!(mentions);
        }
    }

    /// What was said up to here one has deleted for oneself.
    fn cleared(&self) -> i64 {
        number(&self.item["settings"]["cleared_seq"])
    }

    fn put(&mut self, message: &Value) {
        let excerpt: String = message["content"].as_str().unwrap().chars().take(120).collect();
        self.requote(&message["message_id"], &json!({"excerpt": excerpt}));
        if number(&message["seq"]) > self.cleared() {
            self.messages.insert(number(&message["message_id"]), message.clone());
        }
    }

    fn alter(&mut self, message: i64, change: &Value) {
        if let Some(message) = self.messages.get_mut(&message) {
            merge(message, change);
        }
    }

    fn alter_member(&mut self, user: i64, change: &Value) {
        if let Some(member) = self.members.get_mut(&user) {
            merge(member, change);
        }
    }

    /// A preview of an answered message follows the message itself.
    fn requote(&mut self, original: &Value, change: &Value) {
        for message in self.messages.values_mut() {
            if message["reply_to"]["message_id"] == *original {
                merge(&mut message["reply_to"], change);
            }
        }
    }

    fn reaches(&mut self, user: i64, read: &Value, delivered: &Value) {
        let Some(member) = self.members.get_mut(&user) else { return };
        for (cursor, seq) in [("last_read_seq", read), ("last_delivered_seq", delivered)] {
            if seq.as_i64() > member[cursor].as_i64() {
                member[cursor] = seq.clone();
            }
        }
    }
}

impl LiveCopy {
    pub(super) fn hear_of_room(&mut self, event: &str, told: &Value) {
        let me = self.my_id();
        let ids = [
            &told["chatroom_id"],
            &told["message"]["chatroom_id"],
            &told["chatroom"]["chatroom_id"],
        ];
        let id = text(ids.into_iter().find(|it| it.is_string()).unwrap());
        let is_me = told["user_id"] == me;
        if event == "room:deleted" || (event == "room:member_left" && is_me) {
            self.rooms.remove(&id);
            self.missing.rooms.remove(&id);
            return;
        }
        let Some(room) = self.rooms.get_mut(&id) else {
            if event == "room:member_joined" && is_me {
                self.missing.rooms.insert(id);
            }
            return;
        };
        let seq = &told["last_read_seq"];
        match event {
            "room:unread" => {
                for field in ["unread_count", "mention_count", "last_read_seq"] {
                    room.item[field] = told[field].clone();
                }
                room.reaches(me, seq, seq);
            }
            "room:settings_changed" => {
                room.item["settings"] = told["settings"].clone();
                let cleared = room.cleared();
                room.messages.retain(|_, it| number(&it["seq"]) > cleared);
            }
            "room:marks" => {
                for mark in told["marks"].as_array().unwrap() {
                    let (read, delivered) = (&mark["last_read_seq"], &mark["last_delivered_seq"]);
                    room.reaches(number(&mark["user_id"]), read, delivered);
                }
            }
            // One's own cursor is known to oneself, whoever else may see it.
            "room:cursor_changed" if is_me => {}
            "room:cursor_changed" => {
                let (read, delivered) = (seq, &told["last_delivered_seq"]);
                let cursor = json!({"last_read_seq": read, "last_delivered_seq": delivered});
                room.alter_member(number(&told["user_id"]), &cursor);
            }
            _ => {
                if room.goes_on(told) {
                    room.change(event, told, me);
                }
            }
        }
    }
}
