//! Servers, their channels, and who is on them.

use serde_json::json;

use super::{
    Step,
    Who::{Ann, Bob, Cat},
    play, step,
};
use crate::{on_every_database, support::server::Server};

on_every_database!(servers_are_told_whole);

pub(super) const SERVERS: &[Step] = &[
    step(Ann, "POST /v1/servers", |_| json!({"name": "the sea"})).called("sea"),
    step(Bob, "PUT /v1/servers/{server_id}/members/me", |it| {
        json!({"server_id": it.field("sea", "server_id")})
    }),
    // They have no room in common yet.
    step(Bob, "PATCH /v1/me", |_| json!({"nickname": "Bobby"})),
    step(Ann, "PATCH /v1/servers/{server_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "name": "the ocean", "is_open": false})
    }),
    step(Ann, "POST /v1/servers/{server_id}/channels", |it| {
        json!({"server_id": it.field("sea", "server_id"), "chatroom_name": "general"})
    })
    .called("general"),
    step(Ann, "room:create", |it| {
        json!({"kind": "channel", "server_id": it.field("sea", "server_id"), "chatroom_name": "ships"})
    })
    .called("ships"),
    step(Bob, "message:send", |it| json!({"chatroom_id": it.room("ships"), "content": "ahoy"})),
    step(Ann, "PATCH /v1/rooms/{chatroom_id}", |it| {
        json!({"chatroom_id": it.room("ships"), "chatroom_name": "boats"})
    }),
    step(Ann, "POST /v1/servers/{server_id}/invites", |it| {
        json!({"server_id": it.field("sea", "server_id"), "max_uses": 2})
    })
    .called("invite"),
    step(Cat, "POST /v1/invites/{code}", |it| json!({"code": it.field("invite", "code")})),
    step(Ann, "DELETE /v1/servers/{server_id}/invites/{code}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "code": it.field("invite", "code")})
    }),
    step(Ann, "PUT /v1/servers/{server_id}/members/{user_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "user_id": it.id(Bob), "role": "admin"})
    }),
    step(Bob, "DELETE /v1/servers/{server_id}/members/{user_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "user_id": it.id(Cat)})
    }),
    step(Ann, "PATCH /v1/servers/{server_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "is_open": true})
    }),
    step(Cat, "PUT /v1/servers/{server_id}/members/me", |it| {
        json!({"server_id": it.field("sea", "server_id")})
    }),
    step(Bob, "PUT /v1/servers/{server_id}/bans/{user_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "user_id": it.id(Cat), "reason": "spam"})
    }),
    step(Bob, "DELETE /v1/servers/{server_id}/bans/{user_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "user_id": it.id(Cat)})
    }),
    step(Cat, "PUT /v1/servers/{server_id}/members/me", |it| {
        json!({"server_id": it.field("sea", "server_id")})
    }),
    step(Ann, "PUT /v1/servers/{server_id}/members/{user_id}", |it| {
        json!({"server_id": it.field("sea", "server_id"), "user_id": it.id(Bob), "role": "owner"})
    }),
    step(Ann, "DELETE /v1/servers/{server_id}/members/me", |it| {
        json!({"server_id": it.field("sea", "server_id")})
    }),
    step(Bob, "DELETE /v1/rooms/{chatroom_id}", |it| json!({"chatroom_id": it.room("ships")})),
    step(Cat, "message:send", |it| json!({"chatroom_id": it.room("general"), "content": "bye"})),
    step(Bob, "DELETE /v1/servers/{server_id}", |it| {
        json!({"server_id": it.field("sea", "server_id")})
    }),
];

async fn servers_are_told_whole(server: Server) {
    play(&server, SERVERS).await;
}
