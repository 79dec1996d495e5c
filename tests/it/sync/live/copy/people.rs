//! Oneself, and what one knows of others.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LiveCopy, merge, number, rooms::LiveRoom};

impl LiveCopy {
    pub(super) fn hear_of_person(&mut self, event: &str, told: &Value) {
        match event {
            "user:blocked" => {
                self.blocks.insert(number(&told["user"]["user_id"]), told["user"].clone());
            }
            "user:unblocked" => {
                self.blocks.remove(&number(&told["user"]["user_id"]));
            }
            "user:updated" => self.rename(&told["user"]),
            "presence:changed" => {
                for presence in told["presences"].as_array().unwrap() {
                    self.presences.insert(number(&presence["user_id"]), presence.clone());
                }
            }
            _ => self.relate(&told["relation"]),
        }
    }

    fn relate(&mut self, relation: &Value) {
        let other = number(&relation["user_id"]);
        if relation["state"] == "none" {
            self.relations.remove(&other);
        } else {
            self.relations.insert(other, relation.clone());
        }
    }

    /// They stand in many places, and only one's own devices hear all that there is.
    fn rename(&mut self, user: &Value) {
        if number(&user["user_id"]) == self.my_id() {
            merge(&mut self.me, user);
            self.me["rev"].take();
        }
        let relations = self.relations.values_mut().map(|it| &mut it["user"]);
        let members = self.servers.values_mut().flat_map(|it| it.members.values_mut());
        let members = members.map(|it| &mut it["user"]);
        let all = relations.chain(members).chain(self.blocks.values_mut());
        let all = all.chain(self.rooms.values_mut().flat_map(LiveRoom::people_named));
        for shown in all.filter(|it| it["user_id"] == user["user_id"]) {
            // A message names its author without their status.
            for (key, value) in shown.as_object_mut().unwrap() {
                *value = user[key].clone();
            }
            if user["deleted"] == true {
                shown["deleted"] = true.into();
            }
        }
    }

    /// Those of whose presence one is told.
    pub(super) fn watched(&self) -> BTreeSet<i64> {
        let friends = self.relations.iter().filter(|it| it.1["state"] == "friends");
        let peers = self.rooms.values().filter_map(|it| it.item["peer"]["user_id"].as_i64());
        friends.map(|it| *it.0).chain(peers).collect()
    }
}
