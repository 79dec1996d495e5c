//! A server, and who is on it. Its channels are rooms.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{LiveCopy, all, by, merge, number};
use crate::support::{people::Person, server::Server};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveServer {
    pub item: Value,
    pub members: BTreeMap<i64, Value>,
}

impl LiveServer {
    pub async fn fetched(server: &Server, who: &Person, id: i64) -> Self {
        let members = all(server, &format!("/v1/servers/{id}/members"), who).await;
        Self {
            item: server.get(&format!("/v1/servers/{id}"), who).await,
            members: by(members, &["user", "user_id"]),
        }
    }

    pub fn shown(&self) -> Value {
        json!({"item": self.item, "members": self.members})
    }
}

impl LiveCopy {
    pub(super) fn hear_of_server(&mut self, event: &str, told: &Value) {
        let id = told["server_id"].as_i64().unwrap_or_else(|| number(&told["server"]["server_id"]));
        let user = told["user_id"].as_i64().unwrap_or_default();
        let is_me = user == self.my_id();
        if event == "server:created" || (event == "server:member_joined" && is_me) {
            self.missing.servers.insert(id);
            return;
        }
        if event == "server:deleted" || (event == "server:member_left" && is_me) {
            self.servers.remove(&id);
            return;
        }
        // One that is yet to be fetched.
        let Some(server_copy) = self.servers.get_mut(&id) else { return };
        match event {
            "server:updated" => merge(&mut server_copy.item, &told["server"]),
            "server:member_joined" => {
                server_copy.members.insert(user, told["member"].clone());
                server_copy.item["member_count"] = told["member_count"].clone();
            }
            "server:member_left" => {
                server_copy.members.remove(&user);
                server_copy.item["member_count"] = told["member_count"].clone();
            }
            _ => {
                if let Some(member) = server_copy.members.get_mut(&user) {
                    member["role"] = told["role"].clone();
                }
                if is_me {
                    server_copy.item["role"] = told["role"].clone();
                }
            }
        }
    }
}
