//! By REST: what the stranger is told, and that nothing comes of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::Secret;
use crate::{
    on_every_database,
    support::{clients::Place, server::Server},
};

on_every_database!(a_stranger_is_refused_in_each_surfaces_words);

async fn a_stranger_is_refused_in_each_surfaces_words(server: Server) {
    let secret = Secret::keep(&server).await;
    let before = secret.state(&server).await;
    let rooms = [&secret.group, &secret.direct, &secret.channel];
    let mut doors = Vec::new();
    for (place, message) in rooms.into_iter().zip(secret.messages) {
        doors.extend(on_chatroom(place));
        doors.extend(on_swift(place, message));
        doors.extend(natively(place, &secret));
    }
    doors.extend(on_discord(&secret));
    doors.extend(on_chatsphere(&secret));
    doors.extend(of_people(&secret));
    for (method, path, body, status, told) in doors {
        let (found, answer) =
            server.call(method.clone(), &path, Some(&secret.eve.person), body.clone()).await;
        assert_eq!(found.as_u16(), status, "{method} {path}: {answer}");
        let answer = match &answer["code"] {
            Value::String(code) => json!(code),
            _ => answer,
        };
        assert_eq!(answer, told, "{method} {path}");
        let (found, answer) = server.call(method.clone(), &path, None, body).await;
        let is_open = matches!(found.as_u16(), 401 | 403);
        assert!(is_open, "{method} {path} by nobody: {found} {answer}");
    }
    assert_eq!(secret.state(&server).await, before, "and nothing came of it");
}

/// Method, path, body; the status, and the body or our own code in it.
type Door = (Method, String, Option<Value>, u16, Value);

fn detail(words: &str) -> Value {
    json!({"detail": words})
}

fn on_chatroom(place: &Place) -> Vec<Door> {
    let path = |rest: &str| format!("/chatrooms/{}{rest}", place.uuid);
    let told = detail("You are not a member of this chatroom");
    let words = json!({"chatroom_id": place.uuid, "content": "intrusion",
        "message_type": "text", "read_status": "unread"});
    vec![
        (Method::GET, path(""), None, 403, told.clone()),
        (Method::GET, path("/messages?limit=5"), None, 403, told.clone()),
        (Method::POST, path("/message"), Some(words), 403, told),
    ]
}

/// What one may not see is not there.
fn on_swift(place: &Place, message: i64) -> Vec<Door> {
    let (room, get) = (place.number, || Method::GET);
    let no_room = || detail("Room not found");
    let no_message = || detail("Message not found");
    let body = json!({"message_id": message, "reaction_type": "👍"});
    vec![
        (get(), format!("/api/rooms/{room}"), None, 404, no_room()),
        (get(), format!("/api/messages/{room}"), None, 404, no_room()),
        (get(), format!("/api/messages/{room}/recent?limit=3"), None, 404, no_room()),
        (Method::POST, format!("/api/rooms/{room}/mark-read"), None, 404, no_room()),
        (get(), format!("/api/reactions/room/{room}/messages"), None, 404, no_room()),
        (get(), format!("/api/reactions/stats/{room}"), None, 404, no_room()),
        (get(), format!("/api/reactions/message/{message}"), None, 404, no_message()),
        (Method::POST, "/api/reactions/add".to_owned(), Some(body), 404, no_message()),
        (
            Method::DELETE,
            format!("/api/reactions/remove/{message}"),
            None,
            404,
            detail("Reaction not found"),
        ),
    ]
}

fn natively(place: &Place, secret: &Secret) -> Vec<Door> {
    let path = |rest: &str| format!("/v1/rooms/{}{rest}", place.uuid);
    let bob = secret.bob.person.id;
    let words = Some(json!({"content": "intrusion"}));
    let doors = [
        (Method::GET, path(""), None),
        (Method::PATCH, path(""), Some(json!({"chatroom_name": "mine"}))),
        (Method::DELETE, path(""), None),
        (Method::GET, path("/members"), None),
        (Method::PUT, path("/members/me"), None),
        (Method::PUT, path(&format!("/members/{bob}")), Some(json!({"role": "admin"}))),
        (Method::DELETE, path(&format!("/members/{bob}")), None),
        (Method::GET, path("/messages"), None),
        (Method::POST, path("/messages"), words),
        (Method::PUT, path("/read"), Some(json!({}))),
    ];
    doors
        .into_iter()
        .map(|(method, path, body)| (method, path, body, 403, json!("not_member")))
        .collect()
}

fn on_discord(secret: &Secret) -> Vec<Door> {
    let (sea, channel) = (secret.sea, secret.channel.channel.unwrap());
    let no_member = || detail("You are not a member of this server");
    let only = |deed: &str| detail(&format!("Only the server owner can {deed}"));
    let name = || Some(json!({"name": "mine"}));
    let new = Some(json!({"name": "mine", "server_id": sea}));
    let mut doors = vec![
        (Method::GET, format!("/servers/{sea}"), None, 403, no_member()),
        (Method::PUT, format!("/servers/{sea}"), name(), 403, only("update the server")),
        (Method::DELETE, format!("/servers/{sea}"), None, 403, only("delete the server")),
        (Method::POST, format!("/servers/{sea}/leave"), None, 400, no_member()),
        (Method::POST, "/channels/".to_owned(), new, 403, only("create channels")),
        (Method::GET, format!("/channels/{channel}"), None, 403, no_member()),
        (Method::GET, format!("/channels/{channel}/messages"), None, 403, no_member()),
        (Method::PUT, format!("/channels/{channel}"), name(), 403, only("update channels")),
        (Method::DELETE, format!("/channels/{channel}"), None, 403, only("delete channels")),
    ];
    for room in [&secret.group, &secret.direct] {
        for rest in ["", "/messages"] {
            let path = format!("/channels/{}{rest}", room.number);
            doors.push((Method::GET, path, None, 404, detail("Channel not found")));
        }
    }
    doors
}

fn on_chatsphere(secret: &Secret) -> Vec<Door> {
    let refused = json!({"code": 50_000, "message": "您不是该会话的成员",
        "data": null});
    let nothing = json!({"messages": [], "total": 0, "has_more": false});
    let unread = json!({"success": true, "message": "会话不存在或已是最新状态"});
    let mut doors = Vec::new();
    for prefix in ["/api/v1", "/chat"] {
        for place in [&secret.group, &secret.channel] {
            let id = &place.uuid;
            let get = |path: String, status, told: &Value| {
                (Method::GET, format!("{prefix}{path}"), None, status, told.clone())
            };
            doors.push(get(format!("/messages/group/{id}"), 403, &refused));
            doors.push(get(format!("/messages/room/{id}"), 200, &nothing));
            doors.push(get(format!("/messages/private/{id}"), 200, &nothing));
            let read = format!("{prefix}/conversations/group/{id}/mark-read");
            doors.push((Method::POST, read, None, 200, unread.clone()));
        }
        // By the two of them she finds only what she has with each.
        for who in [&secret.ann, &secret.bob] {
            let path = format!("{prefix}/messages/private/{}", who.public_id);
            doors.push((Method::GET, path, None, 200, nothing.clone()));
        }
        for kind in ["group", "room", "private"] {
            let path = format!("{prefix}/messages/{kind}/{}", secret.direct.uuid);
            doors.push((Method::GET, path, None, 200, nothing.clone()));
        }
    }
    for place in secret.places() {
        let path = format!("/api/v1/rooms/{}/online-count", place.uuid);
        let nobody = json!({"room_id": place.uuid, "online_count": 0, "online_users": []});
        doors.push((Method::GET, path, None, 200, nobody));
    }
    doors
}

fn of_people(secret: &Secret) -> Vec<Door> {
    let user = format!("/user/{}", secret.ann.person.id);
    let change = Some(json!({"nickname": "mine"}));
    let forbidden = || detail("Forbidden");
    let file = secret.file["url"].as_str().unwrap().to_owned();
    let session = format!("/v1/sessions/{}", secret.session);
    let friend = format!("/friends/requests/accepted?friend_id={}", secret.ann.person.id);
    vec![
        (Method::GET, user.clone(), None, 403, forbidden()),
        (Method::PATCH, user.clone(), change, 403, forbidden()),
        (Method::DELETE, user, None, 403, forbidden()),
        (Method::GET, file, None, 403, json!("not_member")),
        (Method::DELETE, session, None, 404, json!("not_found")),
        (Method::POST, friend, None, 404, detail("Friend request not found")),
    ]
}
