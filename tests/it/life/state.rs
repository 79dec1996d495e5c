//! A client that had the state before and hears what is told has the state after. Whoever
//! adds an operation that changes messages adds a step here.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{server::Server, socket::Socket},
};

use super::Group;

on_every_database!(state_before_and_what_is_told_make_the_state_after);

/// Something that somebody does.
struct Step {
    who: Who,
    event: &'static str,
    payload: fn(&World) -> Value,
}

#[derive(Clone, Copy)]
enum Who {
    Ann,
    Max,
    Bob,
}

/// Ids that the steps speak of.
struct World {
    group: Group,
    /// A room of Bob and Ann.
    other: String,
    /// By number, in the order in which they were said.
    messages: Vec<i64>,
    /// A message of the other room.
    elsewhere: i64,
}

const STEPS: [Step; 21] = [
    step(Who::Ann, "message:edit", |it| json!({"message_id": it.messages[0], "content": "@bob!"})),
    step(Who::Ann, "message:edit", |it| json!({"message_id": it.messages[0], "content": "bob"})),
    step(Who::Bob, "reaction:add", |it| json!({"message_id": it.messages[0], "emoji": "👍"})),
    step(Who::Max, "reaction:add", |it| json!({"message_id": it.messages[0], "emoji": "👍"})),
    step(Who::Max, "reaction:add", |it| json!({"message_id": it.messages[0], "emoji": "🦀"})),
    step(Who::Bob, "reaction:remove", |it| json!({"message_id": it.messages[0], "emoji": "👍"})),
    step(Who::Bob, "message:pin", |it| json!({"message_id": it.messages[0]})),
    step(Who::Bob, "message:pin", |it| json!({"message_id": it.messages[1]})),
    step(Who::Ann, "message:unpin", |it| json!({"message_id": it.messages[0]})),
    step(
        Who::Bob,
        "message:send",
        |it| json!({"chatroom_id": it.group.room, "content": "yes, @ann", "reply_to_id": it.messages[1]}),
    ),
    step(Who::Ann, "message:edit", |it| json!({"message_id": it.messages[1], "content": "so?"})),
    step(Who::Ann, "message:delete", |it| json!({"message_id": it.messages[1]})),
    step(
        Who::Bob,
        "message:forward",
        |it| json!({"message_id": it.messages[0], "chatroom_id": it.group.room}),
    ),
    step(
        Who::Bob,
        "message:forward",
        |it| json!({"message_id": it.elsewhere, "chatroom_id": it.group.room}),
    ),
    step(Who::Max, "message:delete", |it| json!({"message_id": it.messages[0]})),
    step(Who::Max, "message:delete", |it| json!({"message_id": it.messages[0]})),
    step(Who::Ann, "message:edit", |it| json!({"message_id": it.messages[2], "content": "x"})),
    step(Who::Ann, "message:delete", |it| json!({"message_id": it.messages[2]})),
    step(
        Who::Ann,
        "room:update",
        |it| json!({"chatroom_id": it.group.room, "chatroom_name": "the pub"}),
    ),
    step(
        Who::Ann,
        "room:add_members",
        |it| json!({"chatroom_id": it.group.room, "user_ids": [it.group.eve.id]}),
    ),
    step(Who::Ann, "message:send", |it| json!({"chatroom_id": it.group.room, "content": "@eve"})),
];

const fn step(who: Who, event: &'static str, payload: fn(&World) -> Value) -> Step {
    Step { who, event, payload }
}

/// What a client keeps of a room.
#[derive(Debug, Default, PartialEq)]
struct Copy {
    rev: i64,
    messages: BTreeMap<i64, Value>,
}

impl Copy {
    async fn fetched(server: &Server, group: &Group) -> Self {
        let rev = server.room(&group.room, &group.max).await["rev"].as_i64().unwrap();
        let messages = server.messages(&group.room, &group.max).await;
        let by_id = |it: Value| (it["message_id"].as_i64().unwrap(), it);
        Self { rev, messages: messages.into_iter().map(by_id).collect() }
    }

    /// As any client does it.
    fn hear(&mut self, event: &str, told: &Value) {
        self.rev += 1;
        assert_eq!(told["rev"], self.rev, "{event}");
        let id = told["message_id"].as_i64();
        match event {
            "message:created" | "message:updated" => {
                let message = told["message"].clone();
                let excerpt: String =
                    message["content"].as_str().unwrap().chars().take(120).collect();
                self.requote(&message["message_id"], &json!({"excerpt": excerpt}));
                self.messages.insert(message["message_id"].as_i64().unwrap(), message);
            }
            "message:deleted" => {
                self.requote(&told["message_id"], &json!({"excerpt": "", "deleted": true}));
                let blank = json!({"content": "", "message_type": "text", "media_url": null,
                    "attachments": [], "reply_to": null, "reactions": [], "mentions": [],
                    "pinned_at": null, "edited_at": null, "forwarded_from": null,
                    "rev": told["rev"], "deleted_at": told["deleted_at"]});
                merge(self.messages.get_mut(&id.unwrap()).unwrap(), &blank);
            }
            "reaction:added" | "reaction:removed" => {
                let change = json!({"reactions": told["reactions"], "rev": told["rev"]});
                merge(self.messages.get_mut(&id.unwrap()).unwrap(), &change);
            }
            // They change the room, and no message.
            "room:updated" | "room:member_joined" => {}
            other => panic!("nobody knows what {other} does to messages"),
        }
    }

    fn requote(&mut self, original: &Value, change: &Value) {
        for message in self.messages.values_mut() {
            if message["reply_to"]["message_id"] == *original {
                merge(&mut message["reply_to"], change);
            }
        }
    }
}

fn merge(value: &mut Value, change: &Value) {
    for (key, changed) in change.as_object().unwrap() {
        value[key] = changed.clone();
    }
}

async fn state_before_and_what_is_told_make_the_state_after(server: Server) {
    let group = server.group_of_three().await;
    let other = server.direct_room(&group.bob, &group.ann).await;
    let elsewhere = server.picture(&group.ann, &other, "look").await;
    let elsewhere = elsewhere["message_id"].as_i64().unwrap();
    let mut messages = Vec::new();
    for words in ["hello, @bob", "shall we?"] {
        messages.push(server.said(&group.ann, &group.room, words).await);
    }
    let picture = server.picture(&group.ann, &group.room, "").await;
    messages.push(picture["message_id"].as_i64().unwrap());
    let world = World { group, other, messages, elsewhere };
    assert_ne!(world.other, world.group.room);
    let group = &world.group;
    let mut sockets = [
        server.socket(&group.ann).await,
        server.socket(&group.max).await,
        server.socket(&group.bob).await,
    ];
    let mut ear: Socket = server.socket(&group.max).await;
    let mut copy = Copy::fetched(&server, group).await;
    for step in STEPS {
        sockets[step.who as usize].ok(step.event, (step.payload)(&world)).await;
        let fresh = Copy::fetched(&server, group).await;
        while copy.rev < fresh.rev {
            let (event, told) = ear.hear_change().await;
            copy.hear(&event, &told);
        }
        assert_eq!(copy, fresh, "after {}", step.event);
    }
    assert_eq!(ear.overhear("message:updated").await.len(), 0, "nothing is told twice");
}
