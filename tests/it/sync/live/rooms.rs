//! Rooms, and who belongs to them.

use serde_json::json;

use super::{
    Step,
    Who::{Ann, Bob, Cat},
    play, step,
};
use crate::{on_every_database, support::server::Server};

on_every_database!(rooms_are_told_whole);

pub(super) const ROOMS: &[Step] = &[
    step(
        Ann,
        "room:create",
        |it| json!({"kind": "group", "user_ids": [it.id(Bob)], "chatroom_name": "the pub"}),
    )
    .called("pub"),
    step(Bob, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "@ann?"})),
    step(
        Ann,
        "room:update",
        |it| json!({"chatroom_id": it.room("pub"), "chatroom_name": "the club"}),
    ),
    step(
        Ann,
        "PATCH /v1/rooms/{chatroom_id}",
        |it| json!({"chatroom_id": it.room("pub"), "description": "after work"}),
    ),
    step(
        Ann,
        "room:add_members",
        |it| json!({"chatroom_id": it.room("pub"), "user_ids": [it.id(Cat)]}),
    ),
    step(Bob, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "@cat!"})),
    step(
        Ann,
        "room:update",
        |it| json!({"chatroom_id": it.room("pub"), "user_id": it.id(Bob), "role": "admin"}),
    ),
    step(
        Bob,
        "room:remove_member",
        |it| json!({"chatroom_id": it.room("pub"), "user_id": it.id(Cat)}),
    ),
    step(
        Bob,
        "PUT /v1/rooms/{chatroom_id}/members/{user_id}",
        |it| json!({"chatroom_id": it.room("pub"), "user_id": it.id(Cat)}),
    ),
    step(
        Bob,
        "DELETE /v1/rooms/{chatroom_id}/members/{user_id}",
        |it| json!({"chatroom_id": it.room("pub"), "user_id": it.id(Cat)}),
    ),
    step(
        Ann,
        "PUT /v1/rooms/{chatroom_id}/members/{user_id}",
        |it| json!({"chatroom_id": it.room("pub"), "user_id": it.id(Cat), "role": "owner"}),
    ),
    // Whoever has been there longest, an admin before all others, has it then.
    step(Cat, "room:leave", |it| json!({"chatroom_id": it.room("pub")})),
    step(Bob, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "hm"})),
    step(
        Ann,
        "DELETE /v1/rooms/{chatroom_id}/members/me",
        |it| json!({"chatroom_id": it.room("pub")}),
    ),
    // A group goes with its last member.
    step(Bob, "room:leave", |it| json!({"chatroom_id": it.room("pub")})),
    step(Ann, "POST /v1/rooms", |it| json!({"kind": "direct", "user_ids": [it.id(Bob)]}))
        .called("pair"),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pair"), "content": "hello"})),
    step(Bob, "room:leave", |it| json!({"chatroom_id": it.room("pair")})),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pair"), "content": "still?"})),
    step(Bob, "room:settings", |it| json!({"chatroom_id": it.room("pair"), "cleared_seq": 2})),
    step(Bob, "room:create", |it| json!({"kind": "direct", "user_ids": [it.id(Ann)]})),
    step(Bob, "POST /v1/rooms", |_| json!({"kind": "public", "chatroom_name": "the square"}))
        .called("square"),
    step(
        Cat,
        "PUT /v1/rooms/{chatroom_id}/members/me",
        |it| json!({"chatroom_id": it.room("square")}),
    ),
    step(Cat, "message:send", |it| json!({"chatroom_id": it.room("square"), "content": "hi"})),
    step(
        Bob,
        "PUT /v1/rooms/{chatroom_id}/bans/{user_id}",
        |it| json!({"chatroom_id": it.room("square"), "user_id": it.id(Cat)}),
    ),
    step(
        Bob,
        "DELETE /v1/rooms/{chatroom_id}/bans/{user_id}",
        |it| json!({"chatroom_id": it.room("square"), "user_id": it.id(Cat)}),
    ),
    step(Bob, "DELETE /v1/rooms/{chatroom_id}", |it| json!({"chatroom_id": it.room("square")})),
];

async fn rooms_are_told_whole(server: Server) {
    play(&server, ROOMS).await;
}
