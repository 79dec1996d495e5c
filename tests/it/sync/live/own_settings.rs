//! How one sets up rooms for oneself, and presents oneself: one's other devices know.

use serde_json::json;

use super::{
    Step,
    Who::{Ann, Bob, Cat},
    play, step,
};
use crate::{on_every_database, support::server::Server};

on_every_database!(ones_own_is_told_to_ones_own);

pub(super) const OWN: &[Step] = &[
    step(Ann, "room:create", |it| json!({"kind": "group", "user_ids": [it.id(Bob), it.id(Cat)]}))
        .called("pub"),
    step(Bob, "room:create", |it| json!({"kind": "direct", "user_ids": [it.id(Ann)]}))
        .called("pair"),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "hello"})),
    step(
        Bob,
        "room:settings",
        |it| json!({"chatroom_id": it.room("pub"), "muted_until": "2037-11-20T23:49:58Z", "pinned": true}),
    ),
    step(
        Bob,
        "PUT /v1/rooms/{chatroom_id}/settings",
        |it| json!({"chatroom_id": it.room("pub"), "muted_until": null, "hidden": true, "marked_unread": true}),
    ),
    step(Bob, "room:draft", |it| json!({"chatroom_id": it.room("pub"), "text": "well"})),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "Bob?"})),
    step(
        Bob,
        "PUT /v1/rooms/{chatroom_id}/draft",
        |it| json!({"chatroom_id": it.room("pub"), "text": ""}),
    ),
    step(Bob, "message:read", |it| json!({"chatroom_id": it.room("pub")})),
    step(Ann, "PATCH /v1/me", |_| json!({"nickname": "Annie", "bio": "sails"})),
    step(Ann, "PUT /v1/me/avatar", |_| json!({"file": true})),
    step(Ann, "DELETE /v1/me/avatar", |_| json!({})),
    step(Bob, "presence:set", |_| json!({"state": "dnd", "status_text": "at work"})),
    step(Bob, "presence:set", |_| json!({"state": "invisible"})),
    step(Bob, "presence:set", |_| json!({"state": "online"})),
];

async fn ones_own_is_told_to_ones_own(server: Server) {
    play(&server, OWN).await;
}
