//! How people stand to each other, and what is left of one who goes for good.

use serde_json::json;

use super::{
    Step,
    Who::{Ann, Bob, Cat},
    play, step,
};
use crate::{on_every_database, support::server::Server};

on_every_database!(relations_are_told_whole, an_end_is_told_whole);

pub(super) const RELATIONS: &[Step] = &[
    step(Ann, "friend:request", |it| json!({"user_id": it.id(Bob)})),
    step(Ann, "PATCH /v1/me", |_| json!({"nickname": "Annie"})),
    step(Bob, "PATCH /v1/me", |_| json!({"status": "at the sea"})),
    step(Bob, "friend:accept", |it| json!({"user_id": it.id(Ann)})),
    step(Bob, "presence:set", |_| json!({"state": "idle"})),
    step(Ann, "friend:remove", |it| json!({"user_id": it.id(Bob)})),
    step(Ann, "PUT /v1/friends/{user_id}", |it| json!({"user_id": it.id(Bob)})),
    step(Ann, "friend:cancel", |it| json!({"user_id": it.id(Bob)})),
    step(Bob, "PUT /v1/friends/{user_id}", |it| json!({"user_id": it.id(Ann)})),
    // As in life, one is not told.
    step(Ann, "friend:reject", |it| json!({"user_id": it.id(Bob)})).untold(Bob),
    step(Bob, "PUT /v1/friends/{user_id}", |it| json!({"user_id": it.id(Ann)})),
    step(Ann, "DELETE /v1/friends/{user_id}", |it| json!({"user_id": it.id(Bob)})).untold(Bob),
    step(Bob, "PUT /v1/friends/{user_id}", |it| json!({"user_id": it.id(Ann)})),
    step(Ann, "PUT /v1/friends/{user_id}", |it| json!({"user_id": it.id(Bob)})),
    step(Ann, "room:create", |it| json!({"kind": "direct", "user_ids": [it.id(Bob)]})),
    step(Ann, "user:block", |it| json!({"user_id": it.id(Bob)})),
    step(Bob, "presence:set", |_| json!({"state": "dnd"})),
    step(Bob, "PATCH /v1/me", |_| json!({"nickname": "Bobby"})),
    step(Ann, "user:unblock", |it| json!({"user_id": it.id(Bob)})),
    step(Cat, "friend:request", |it| json!({"user_id": it.id(Ann)})),
    step(Ann, "PUT /v1/blocks/{user_id}", |it| json!({"user_id": it.id(Cat)})),
    step(Ann, "PUT /v1/blocks/{user_id}", |it| json!({"user_id": it.id(Cat)})),
    step(Cat, "PATCH /v1/me", |_| json!({"nickname": "Kitty"})),
    step(Ann, "DELETE /v1/blocks/{user_id}", |it| json!({"user_id": it.id(Cat)})),
];

pub(super) const END: &[Step] = &[
    step(Cat, "room:create", |it| json!({"kind": "group", "user_ids": [it.id(Ann), it.id(Bob)]}))
        .called("pub"),
    step(Cat, "room:create", |it| json!({"kind": "direct", "user_ids": [it.id(Ann)]}))
        .called("pair"),
    step(Cat, "POST /v1/servers", |_| json!({"name": "the sea"})).called("sea"),
    step(
        Bob,
        "PUT /v1/servers/{server_id}/members/me",
        |it| json!({"server_id": it.field("sea", "server_id")}),
    ),
    step(Cat, "friend:request", |it| json!({"user_id": it.id(Ann)})),
    step(Ann, "friend:accept", |it| json!({"user_id": it.id(Cat)})),
    step(Bob, "user:block", |it| json!({"user_id": it.id(Cat)})),
    step(
        Cat,
        "message:send",
        |it| json!({"chatroom_id": it.room("pub"), "content": "remember me"}),
    ),
    step(Cat, "message:send", |it| json!({"chatroom_id": it.room("pair"), "content": "and me"}))
        .called("last"),
    step(
        Ann,
        "message:forward",
        |it| json!({"message_id": it.message("last"), "chatroom_id": it.room("pub")}),
    ),
    step(Ann, "message:read", |it| json!({"chatroom_id": it.room("pub")})),
    step(Cat, "DELETE /v1/me", |_| json!({})),
];

async fn relations_are_told_whole(server: Server) {
    play(&server, RELATIONS).await;
}

async fn an_end_is_told_whole(server: Server) {
    play(&server, END).await;
}
