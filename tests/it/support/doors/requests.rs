//! By request.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Door, RoomTarget};
use crate::support::clients::Surface;

/// Those that end something come last.
pub fn of(surface: Surface, target: &RoomTarget<'_>) -> Vec<Door> {
    match surface {
        Surface::Campus => vec![],
        Surface::Chatroom => on_chatroom(target),
        Surface::ChatSphere => on_chatsphere(target),
        Surface::Discord => on_discord(target),
        Surface::Native => natively(target),
        Surface::Swift => on_swift(target),
    }
}

fn door(method: Method, path: String, body: Option<Value>, status: u16, told: Value) -> Door {
    Door { method, path, body, ranks: None, status, told }
}

fn detail(words: &str) -> Value {
    json!({"detail": words})
}

fn natively(target: &RoomTarget<'_>) -> Vec<Door> {
    let (get, put, delete) = (|| Method::GET, || Method::PUT, || Method::DELETE);
    let RoomTarget { room, member, outsider, .. } = target;
    let at = |path: &str| format!("/v1/rooms/{}{path}", room.uuid);
    let whom = |user: &i64| at(&format!("/members/{user}"));
    let ban = at(&format!("/bans/{outsider}"));
    let search = format!("/v1/search?query=hello&chatroom_id={}", room.uuid);
    let words = Some(json!({"content": "intrusion"}));
    let name = Some(json!({"chatroom_name": "mine"}));
    let admin = Some(json!({"role": "admin"}));
    let ranked = [
        (get(), at(""), None, [200, 200]),
        (get(), at("/messages"), None, [200, 200]),
        (Method::POST, at("/messages"), words, [201, 201]),
        (get(), at("/members"), None, [200, 200]),
        (put(), at("/read"), Some(json!({})), [200, 200]),
        (Method::PATCH, at(""), name, [200, 403]),
        (delete(), whom(outsider), None, [404, 403]),
        (put(), at("/members/me"), None, [200, 200]),
        (put(), whom(member), admin, [200, 403]),
        (get(), search, None, [200, 200]),
        // A group keeps nobody out: it is closed.
        (get(), at("/bans"), None, [403, 403]),
        (put(), ban.clone(), None, [403, 403]),
        (delete(), ban, None, [403, 403]),
        // They go by themselves, so there is nobody whom the owner could send away.
        (delete(), whom(member), None, [404, 204]),
        (delete(), at(""), None, [204, 403]),
    ];
    let ranked = ranked.into_iter().map(|(method, path, body, ranks)| {
        let ranks = Some(ranks);
        Door { ranks, ..door(method, path, body, 403, json!("not_member")) }
    });
    ranked.collect()
}

fn on_chatroom(target: &RoomTarget<'_>) -> Vec<Door> {
    let uuid = &target.room.uuid;
    let path = |rest: &str| format!("/chatrooms/{uuid}{rest}");
    let told = detail("You are not a member of this chatroom");
    let words = json!({"chatroom_id": uuid, "content": "intrusion", "message_type": "text",
        "read_status": "unread"});
    vec![
        door(Method::GET, path(""), None, 403, told.clone()),
        door(Method::GET, path("/messages?limit=5"), None, 403, told.clone()),
        door(Method::POST, path("/message"), Some(words), 403, told),
    ]
}

/// What one may not see is not there.
fn on_swift(target: &RoomTarget<'_>) -> Vec<Door> {
    let (room, message) = (target.room.number, target.message);
    let room_doors = [
        (Method::GET, format!("/api/rooms/{room}")),
        (Method::GET, format!("/api/messages/{room}")),
        (Method::GET, format!("/api/messages/{room}/recent?limit=3")),
        (Method::POST, format!("/api/rooms/{room}/mark-read")),
        (Method::GET, format!("/api/reactions/room/{room}/messages")),
        (Method::GET, format!("/api/reactions/stats/{room}")),
    ];
    let no_room = |(method, path)| door(method, path, None, 404, detail("Room not found"));
    let no_message =
        |method, path: String, body| door(method, path, body, 404, detail("Message not found"));
    let add = Some(json!({"message_id": message, "reaction_type": "👍"}));
    let remove = format!("/api/reactions/remove/{message}");
    let mut doors: Vec<Door> = room_doors.into_iter().map(no_room).collect();
    doors.push(no_message(Method::GET, format!("/api/reactions/message/{message}"), None));
    doors.push(no_message(Method::POST, "/api/reactions/add".to_owned(), add));
    doors.push(door(Method::DELETE, remove, None, 404, detail("Reaction not found")));
    doors
}

fn on_discord(target: &RoomTarget<'_>) -> Vec<Door> {
    let (Some(channel), Some(server_id)) = (target.room.channel, target.server_id) else {
        // It has a number, and is no channel.
        let at = |rest: &str| format!("/channels/{}{rest}", target.room.number);
        let no_channel = || detail("Channel not found");
        return ["", "/messages"]
            .map(|rest| door(Method::GET, at(rest), None, 404, no_channel()))
            .into();
    };
    let (of_server, of) = (format!("/servers/{server_id}"), format!("/channels/{channel}"));
    let no_member = || detail("You are not a member of this server");
    let only = |action: &str| detail(&format!("Only the server owner can {action}"));
    let name = || Some(json!({"name": "mine"}));
    let new = Some(json!({"name": "mine", "server_id": server_id}));
    vec![
        door(Method::GET, of_server.clone(), None, 403, no_member()),
        door(Method::PUT, of_server.clone(), name(), 403, only("update the server")),
        door(Method::POST, format!("{of_server}/leave"), None, 400, no_member()),
        door(Method::POST, "/channels/".to_owned(), new, 403, only("create channels")),
        door(Method::GET, of.clone(), None, 403, no_member()),
        door(Method::GET, format!("{of}/messages"), None, 403, no_member()),
        door(Method::PUT, of.clone(), name(), 403, only("update channels")),
        door(Method::DELETE, of, None, 403, only("delete channels")),
        door(Method::DELETE, of_server, None, 403, only("delete the server")),
    ]
}

fn on_chatsphere(target: &RoomTarget<'_>) -> Vec<Door> {
    let uuid = &target.room.uuid;
    let refused = json!({"code": 50_000, "message": "您不是该会话的成员", "data": null});
    let nothing = json!({"messages": [], "total": 0, "has_more": false});
    let read = json!({"success": true, "message": "会话不存在或已是最新状态"});
    let mut doors = Vec::new();
    for prefix in ["/api/v1", "/chat"] {
        for kind in ["group", "room", "private"] {
            let path = format!("{prefix}/messages/{kind}/{uuid}");
            // Two people have no number of their own there: they are called by each other's.
            let is_there = kind == "group" && target.room.chat_type == "group";
            let (status, told) = if is_there { (403, &refused) } else { (200, &nothing) };
            doors.push(door(Method::GET, path, None, status, told.clone()));
        }
        if target.room.chat_type == "group" {
            let path = format!("{prefix}/conversations/group/{uuid}/mark-read");
            doors.push(door(Method::POST, path, None, 200, read.clone()));
        }
    }
    let path = format!("/api/v1/rooms/{uuid}/online-count");
    let nobody = json!({"room_id": uuid, "online_count": 0, "online_users": []});
    doors.push(door(Method::GET, path, None, 200, nobody));
    doors
}
