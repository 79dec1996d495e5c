//! Every route of the document, asked by a stranger and by nobody with the ids of what they
//! may not see: nothing is told, nothing is changed, and nothing breaks.

use reqwest::Method;
use serde_json::{Value, json};

use super::ids::{PrivateRooms, WORDS};
use crate::{
    on_every_database,
    support::{
        clients::RoomIds,
        document::{Operation, operations},
        server::Server,
        texts::tells,
    },
};

on_every_database!(no_route_tells_a_stranger_anything);

/// What ends her own session or account, and sockets.
fn is_not_asked(path: &str) -> bool {
    let is_her_own = ["/v1/me", "/v1/sessions"].contains(&path) || path.starts_with("/v1/me/");
    is_her_own || ["logout", "password", "/ws"].iter().any(|it| path.contains(it))
}

async fn no_route_tells_a_stranger_anything(server: Server) {
    let private = PrivateRooms::create(&server).await;
    // An open server is there for everybody who knows its number.
    let path = format!("/v1/servers/{}", private.server_id);
    let closed = json!({"is_open": false});
    server.ok(Method::PATCH, &path, &private.ann.person, Some(closed)).await;
    let before = private.state(&server).await;
    let mut asked = 0;
    for operation in operations(&server.document().await) {
        if is_not_asked(&operation.path) {
            continue;
        }
        for room in private.rooms() {
            let url = filled(&operation, room, &private);
            for who in [Some(&private.eve.person), None] {
                let method = operation.method.clone();
                let body = (method != Method::GET).then(|| body(room, &private));
                let (status, answer) = server.call(method, &url, who, body).await;
                assert!(status.as_u16() < 500, "{operation}, {url}: {status} {answer}");
                for words in WORDS {
                    let told = tells(&but_her_own(&answer), words);
                    assert!(!told, "{operation}, {url} tells {words}: {answer}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
    assert_eq!(private.state(&server).await, before, "and nothing came of it");
}

fn filled(operation: &Operation, room: &RoomIds, private: &PrivateRooms) -> String {
    let tag = operation.tag.as_str();
    let channel = room.channel.filter(|_| tag == "discord");
    let number = channel.unwrap_or(room.number).to_string();
    let room_id = if matches!(tag, "swift" | "discord") { &number } else { &room.uuid };
    let at = private.rooms().iter().position(|it| it.uuid == room.uuid).unwrap();
    let numbers =
        [private.server_id, private.messages[at], private.ann.person.id].map(|it| it.to_string());
    let [server_id, message, ann] = &numbers;
    let url = operation.filled(|name| match name {
        "chatroom_id" | "room_id" => room_id,
        "channel_id" => &number,
        "chat_type" => ["group", "private", "group"][at],
        "chat_id" => [&room.uuid, &private.ann.public_id, &room.uuid][at],
        "server_id" => server_id,
        "message_id" => message,
        "user_id" => ann,
        "file_id" => private.file["url"].as_str().unwrap().rsplit('/').next().unwrap(),
        "filename" => "cat.png",
        "session_id" => &private.session,
        "code" => "guessed",
        "emoji" => "👍",
        unknown => panic!("{unknown} is an id that this test does not know"),
    });
    let names = operation.parameters("query");
    let query = names.filter_map(|it| {
        let value = match it["name"].as_str().unwrap() {
            "limit" => "50".to_owned(),
            "friend_id" | "user_ids" => private.ann.person.id.to_string(),
            "email" => "ann%40example.com".to_owned(),
            "query" => "ann".to_owned(),
            "direction" => "in".to_owned(),
            _ => return None,
        };
        Some(format!("{}={value}", it["name"].as_str().unwrap()))
    });
    let query: Vec<String> = query.collect();
    if query.is_empty() { url } else { format!("{url}?{}", query.join("&")) }
}

/// The answer without her own address.
fn but_her_own(answer: &Value) -> Value {
    match answer {
        Value::String(text) => json!(text.replace("eve@example.com", "")),
        Value::Array(all) => all.iter().map(but_her_own).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, it)| (name.clone(), but_her_own(it))).collect()
        }
        other => other.clone(),
    }
}

/// The keys of all that could be said at once; a surface that takes only its own is answered
/// in the table beside this.
fn body(room: &RoomIds, private: &PrivateRooms) -> Value {
    json!({"chatroom_id": room.uuid, "content": "intrusion", "message_type": "text",
        "read_status": "unread", "name": "mine", "server_id": private.server_id,
        "message_id": private.messages[0], "reaction_type": "👍", "nickname": "mine",
        "members_id": [private.eve.person.id], "room_name": "hers"})
}
