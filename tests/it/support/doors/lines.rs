//! By socket.

use serde_json::json;

use super::RoomTarget;
use crate::support::{clients::RoomClient, people::Person, server::Server, websocket::End};

pub(super) async fn campus_keeps_out(client: &mut RoomClient, target: &RoomTarget<'_>) {
    for action in ["send_message", "get_message", "mark_room_read", "join_room"] {
        let frame = json!({"action_type": action, "chatroom_id": target.room.uuid,
            "content": "intrusion"});
        client.plain().send(&frame).await;
        let told = json!({"error": "You are not a member of this room"});
        assert_eq!(client.plain().hear().await, told, "{action}");
    }
}

pub(super) async fn chatroom_keeps_out(client: &mut RoomClient, target: &RoomTarget<'_>) {
    let uuid = &target.room.uuid;
    let words = json!({"chatroom_id": uuid, "content": "intrusion", "message_type": "text",
        "read_status": "unread"});
    for (event, payload) in [("join_room", json!(uuid)), ("send_message", words)] {
        client.socket().ask(event, payload).await;
        let fault = client.socket().hear("error").await;
        assert_eq!(fault["error"]["code"], "not_member", "{event}");
    }
}

pub(super) async fn chatsphere_keeps_out(client: &mut RoomClient, target: &RoomTarget<'_>) {
    let uuid = &target.room.uuid;
    for kind in ["group", "room", "private"] {
        let data = json!({"content": "intrusion", "chat_type": kind, "chat_id": uuid});
        client.plain().send(&json!({"type": "send_message", "data": data})).await;
        let error = client.plain().hear_where(|it| it["type"] == "error").await;
        assert_eq!(error["data"]["message"], "消息发送失败，请重试", "{kind}");
    }
    let here = json!({"room_id": uuid});
    let typing = json!({"chat_type": "group", "chat_id": uuid, "is_typing": true});
    let mut frames = vec![
        json!({"type": "join_room", "data": here}),
        json!({"type": "leave_room", "data": here}),
        json!({"type": "chat", "content": "intrusion", "room_id": uuid}),
    ];
    // That somebody types to nobody is passed over.
    if target.room.chat_type == "group" {
        frames.push(json!({"type": "typing", "data": typing}));
    }
    for frame in frames {
        client.plain().send(&frame).await;
        client.plain().hear_where(|it| it["type"] == "error").await;
    }
}

pub(super) async fn native_keeps_out(
    client: &mut RoomClient,
    target: &RoomTarget<'_>,
    who: &Person,
) {
    for (event, more) in [
        ("message:send", json!({"content": "intrusion"})),
        ("message:list", json!({})),
        ("message:read", json!({})),
        ("message:unread", json!({"seq": 1})),
        ("message:delivered", json!({"seq": 1})),
        ("typing:start", json!({})),
        ("room:update", json!({"chatroom_name": "mine"})),
        ("room:add_members", json!({"user_ids": [who.id]})),
        ("room:remove_member", json!({"user_id": target.member})),
    ] {
        let mut payload = more;
        payload["chatroom_id"] = json!(target.room.uuid);
        assert_eq!(client.socket().fault(event, payload).await, "not_member", "{event}");
    }
}

pub(super) async fn discord_keeps_out(server: &Server, who: &Person, target: &RoomTarget<'_>) {
    let channel = target.room.channel.unwrap_or(target.room.number);
    let path = format!("/ws/{channel}?token={}", who.token);
    let refused = server.try_plain(&path, &[]).await.err();
    assert_eq!(refused, Some((403, String::new())));
}

pub(super) async fn swift_keeps_out(server: &Server, who: &Person, target: &RoomTarget<'_>) {
    let path = format!("/ws/chat/{}", target.room.number);
    let mut line = server.plain_by_query(&path, &who.token).await;
    assert_eq!(line.hear().await, json!({"type": "error", "message": "Room not found"}));
    assert_eq!(line.expect_end().await, End::Closed(1_000, String::new()));
}
