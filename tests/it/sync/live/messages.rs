//! What is said, what becomes of it, and how far it was read.

use serde_json::json;

use super::{
    Step,
    Who::{Ann, Bob, Cat},
    play, step,
};
use crate::{on_every_database, support::server::Server};

on_every_database!(messages_are_told_whole, receipts_are_told_whole);

pub(super) const MESSAGES: &[Step] = &[
    step(Ann, "room:create", |it| json!({"kind": "group", "user_ids": [it.id(Bob), it.id(Cat)]}))
        .called("pub"),
    step(Ann, "PUT /v1/rooms/{chatroom_id}/members/{user_id}", |it| {
        json!({"chatroom_id": it.room("pub"), "user_id": it.id(Bob), "role": "admin"})
    }),
    step(Bob, "POST /v1/rooms", |it| json!({"kind": "direct", "user_ids": [it.id(Ann)]}))
        .called("pair"),
    step(Ann, "message:send", |it| {
        json!({"chatroom_id": it.room("pub"), "content": "hello, @bob"})
    })
    .called("hello"),
    step(Ann, "POST /v1/rooms/{chatroom_id}/messages", |it| {
        json!({"chatroom_id": it.room("pub"), "content": "shall we?"})
    })
    .called("question"),
    step(Ann, "POST /v1/files", |_| json!({"file": true})).called("file"),
    step(Ann, "message:send", |it| {
        json!({"chatroom_id": it.room("pub"), "attachment_ids": [it.field("file", "id")]})
    })
    .called("picture"),
    step(Ann, "message:edit", |it| {
        json!({"message_id": it.message("hello"), "content": "@bob and @cat!"})
    }),
    step(Ann, "PATCH /v1/messages/{message_id}", |it| {
        json!({"message_id": it.message("hello"), "content": "hello"})
    }),
    step(Bob, "reaction:add", |it| json!({"message_id": it.message("hello"), "emoji": "👍"})),
    step(Cat, "PUT /v1/messages/{message_id}/reactions/{emoji}", |it| {
        json!({"message_id": it.message("hello"), "emoji": "👍"})
    }),
    step(Cat, "reaction:add", |it| json!({"message_id": it.message("hello"), "emoji": "🦀"})),
    step(Bob, "reaction:remove", |it| json!({"message_id": it.message("hello"), "emoji": "👍"})),
    step(Cat, "DELETE /v1/messages/{message_id}/reactions/{emoji}", |it| {
        json!({"message_id": it.message("hello"), "emoji": "👍"})
    }),
    step(Bob, "message:pin", |it| json!({"message_id": it.message("hello")})),
    step(Bob, "PUT /v1/messages/{message_id}/pin", |it| {
        json!({"message_id": it.message("question")})
    }),
    step(Ann, "message:unpin", |it| json!({"message_id": it.message("hello")})),
    step(Ann, "DELETE /v1/messages/{message_id}/pin", |it| {
        json!({"message_id": it.message("hello")})
    }),
    step(Bob, "message:send", |it| {
        json!({"chatroom_id": it.room("pub"), "content": "yes, @ann", "reply_to_id": it.message("question")})
    })
    .called("answer"),
    step(Ann, "message:edit", |it| {
        json!({"message_id": it.message("question"), "content": "so?"})
    }),
    step(Ann, "DELETE /v1/messages/{message_id}", |it| {
        json!({"message_id": it.message("question")})
    }),
    step(Bob, "message:forward", |it| {
        json!({"message_id": it.message("hello"), "chatroom_id": it.room("pair")})
    })
    .called("passed"),
    step(Ann, "POST /v1/messages/{message_id}/forward", |it| {
        json!({"message_id": it.message("passed"), "chatroom_id": it.room("pub")})
    }),
    step(Bob, "POST /v1/messages/{message_id}/forward", |it| {
        json!({"message_id": it.message("picture"), "chatroom_id": it.room("pair")})
    }),
    step(Bob, "message:delete", |it| json!({"message_id": it.message("picture")})),
    step(Bob, "message:delete", |it| json!({"message_id": it.message("picture")})),
    step(Bob, "message:delete", |it| json!({"message_id": it.message("answer")})),
];

pub(super) const RECEIPTS: &[Step] = &[
    step(
        Ann,
        "POST /v1/rooms",
        |it| json!({"kind": "group", "user_ids": [it.id(Bob), it.id(Cat)]}),
    )
    .called("pub"),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "one, @bob"}))
        .called("one"),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "two, @bob"}))
        .called("two"),
    step(Bob, "message:delivered", |it| json!({"chatroom_id": it.room("pub"), "seq": 1})),
    step(Cat, "message:delivered", |it| json!({"chatroom_id": it.room("pub"), "seq": 2})),
    step(Bob, "message:read", |it| json!({"chatroom_id": it.room("pub"), "seq": 1})),
    step(Cat, "PUT /v1/rooms/{chatroom_id}/read", |it| json!({"chatroom_id": it.room("pub")})),
    step(Ann, "message:delete", |it| json!({"message_id": it.message("two")})),
    // Whoever does not let it be seen is told of it on their other devices alone.
    step(Bob, "PATCH /v1/me", |_| json!({"sends_receipts": false})),
    step(Ann, "message:send", |it| json!({"chatroom_id": it.room("pub"), "content": "three"})),
    step(Bob, "message:delivered", |it| json!({"chatroom_id": it.room("pub"), "seq": 3})),
    step(Bob, "message:read", |it| json!({"chatroom_id": it.room("pub")})),
    step(Bob, "PATCH /v1/me", |_| json!({"sends_receipts": true})),
    step(Bob, "room:settings", |it| json!({"chatroom_id": it.room("pub"), "marked_unread": true})),
    step(Bob, "message:read", |it| json!({"chatroom_id": it.room("pub")})),
    step(Bob, "message:unread", |it| json!({"chatroom_id": it.room("pub"), "seq": 2})),
    step(Bob, "message:read", |it| json!({"chatroom_id": it.room("pub"), "seq": 2})),
    step(
        Bob,
        "PUT /v1/rooms/{chatroom_id}/unread",
        |it| json!({"chatroom_id": it.room("pub"), "seq": 1}),
    ),
    step(Bob, "message:read", |it| json!({"chatroom_id": it.room("pub")})),
    step(Bob, "room:leave", |it| json!({"chatroom_id": it.room("pub")})),
    step(
        Ann,
        "room:add_members",
        |it| json!({"chatroom_id": it.room("pub"), "user_ids": [it.id(Bob)]}),
    ),
];

async fn messages_are_told_whole(server: Server) {
    play(&server, MESSAGES).await;
}

async fn receipts_are_told_whole(server: Server) {
    play(&server, RECEIPTS).await;
}
