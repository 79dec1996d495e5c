//! Every id of every surface, tried by somebody who may not see what it names: by REST and
//! by socket, what they are told, and that nothing comes of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    crossing::channel,
    on_every_database,
    support::{
        cast::{ALL, Actress, Place, Surface},
        plain::{End, Plain},
        server::Server,
    },
};

on_every_database!(
    a_stranger_is_refused_in_each_surfaces_words,
    what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing,
);

/// What nobody but Ann and Bob may see, by all its ids.
pub struct Secret {
    pub ann: Actress,
    pub bob: Actress,
    pub eve: Actress,
    pub group: Place,
    pub direct: Place,
    pub channel: Place,
    pub sea: i64,
    /// One in each of the three.
    pub messages: [i64; 3],
    pub file: Value,
    pub session: String,
}

/// Nothing of this is ever told to Eve.
pub const WORDS: [&str; 5] =
    ["the cat is in the attic", "cat.png", "the conspiracy", "the grotto", "@example.com"];

impl Secret {
    pub async fn keep(server: &Server) -> Self {
        let (ann, bob) = (server.actress("ann").await, server.actress("bob").await);
        let eve = server.actress("eve").await;
        let body = json!({"kind": "group", "user_ids": [bob.person.id],
            "chatroom_name": "the conspiracy"});
        server.ok(Method::POST, "/v1/rooms", &ann.person, Some(body)).await;
        let group = server.place(&ann.person, "the conspiracy").await;
        server.direct_room(&ann.person, &bob.person).await;
        let direct = server.place(&ann.person, "bob").await;
        let number = channel(server, [&ann, &bob], "the grotto").await;
        let channel = server.place(&ann.person, "the grotto").await;
        let path = format!("/channels/{number}");
        let sea = server.get(&path, &ann.person).await["server_id"].as_i64().unwrap();
        let mut messages = [0; 3];
        for (at, place) in [&group, &direct, &channel].into_iter().enumerate() {
            let said = server.say(&ann.person, &place.uuid, WORDS[0]).await;
            messages[at] = said["message_id"].as_i64().unwrap();
        }
        let part = reqwest::multipart::Part::bytes(crate::uploads::png(2, 2)).file_name("cat.png");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/v1/files")).bearer_auth(&ann.person.token);
        let file: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
        let body = json!({"attachment_ids": [file["id"]]});
        let path = format!("/v1/rooms/{}/messages", group.uuid);
        server.ok(Method::POST, &path, &ann.person, Some(body)).await;
        let sessions = server.get("/v1/sessions", &ann.person).await;
        let session = sessions["items"][0]["session_id"].as_str().unwrap().to_owned();
        Self { ann, bob, eve, group, direct, channel, sea, messages, file, session }
    }

    pub fn places(&self) -> [&Place; 3] {
        [&self.group, &self.direct, &self.channel]
    }

    /// All that could have been changed, as those see it who may.
    pub async fn state(&self, server: &Server) -> Value {
        let mut state = Vec::new();
        for who in [&self.ann, &self.bob] {
            for place in self.places() {
                for surface in ALL {
                    if surface == Surface::Discord && place.uuid != self.channel.uuid {
                        continue;
                    }
                    let said = server.history(surface, &who.person, place).await;
                    state.push(json!(said));
                }
                let members = format!("/v1/rooms/{}/members", place.uuid);
                state.push(server.get(&members, &who.person).await);
                let room = format!("/v1/rooms/{}", place.uuid);
                state.push(server.get(&room, &who.person).await["chatroom_name"].take());
            }
            let path = format!("/servers/{}", self.sea);
            state.push(server.get(&path, &who.person).await);
            state.push(server.get("/v1/me", &who.person).await["nickname"].take());
        }
        Value::Array(state)
    }
}

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
    let (sea, channel) = (secret.sea, secret.channel.number);
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

async fn what_a_stranger_says_over_a_socket_is_refused_and_changes_nothing(server: Server) {
    let secret = Secret::keep(&server).await;
    let before = secret.state(&server).await;
    let eve = &secret.eve.person;
    let mut campus = server.plain_by_cookie("/message/online", &eve.token).await;
    let mut chatsphere = server.plain_by_query("/ws", &eve.token).await;
    let mut native = server.socket(eve).await;
    let auth = Some(json!({"token": eve.token}));
    let mut chatroom = server.try_socket("/ws/socket.io/", auth, None).await.unwrap();
    for place in secret.places() {
        on_campus(&mut campus, place).await;
        over_chatsphere(&mut chatsphere, place).await;
        let uuid = &place.uuid;
        for (event, payload) in [
            ("join_room", json!(uuid)),
            ("send_message", json!({"chatroom_id": uuid, "content": "intrusion"})),
        ] {
            chatroom.ask(event, payload).await;
            let fault = chatroom.hear("error").await.to_string();
            assert!(fault.contains("not_member"), "{event}: {fault}");
        }
        let bob = secret.bob.person.id;
        for (event, more) in [
            ("message:send", json!({"content": "intrusion"})),
            ("message:list", json!({})),
            ("message:read", json!({})),
            ("message:delivered", json!({"seq": 1})),
            ("typing:start", json!({})),
            ("room:update", json!({"chatroom_name": "mine"})),
            ("room:add_members", json!({"user_ids": [eve.id]})),
            ("room:remove_member", json!({"user_id": bob})),
        ] {
            let mut payload = more;
            payload["chatroom_id"] = json!(uuid);
            assert_eq!(native.fault(event, payload).await, "not_member", "{event}");
        }
        // Whoever is not there may go at any time; a channel is left by leaving its server.
        let left = native.ask("room:leave", json!({"chatroom_id": uuid})).await;
        assert_eq!(left["ok"] == true, place.uuid != secret.channel.uuid, "{left}");
        let number = place.number;
        let door = format!("/ws/{number}?token={}", eve.token);
        let refused = server.try_plain(&door, &[]).await.err();
        assert_eq!(refused, Some((403, String::new())));
        let mut app = server.plain_by_query(&format!("/ws/chat/{number}"), &eve.token).await;
        assert_eq!(app.hear().await, json!({"type": "error", "message": "Room not found"}));
        assert_eq!(app.expect_end().await, End::Closed(1_000, String::new()));
    }
    for name in ["the%20conspiracy", "the%20grotto", "bob"] {
        let door = format!("/ws/chat/{name}?token={}", eve.token);
        assert_eq!(server.try_plain(&door, &[]).await.err(), Some((403, String::new())));
    }
    reactions(&server, &secret).await;
    // She hears nothing of what goes on.
    for place in secret.places() {
        server.say(&secret.ann.person, &place.uuid, "the cat is in the attic").await;
    }
    settle(&mut campus).await;
    chatsphere.send(&json!({"type": "ping"})).await;
    chatsphere.hear_where(|it| it["type"] == "pong").await;
    native.ask("nothing:known", json!({})).await;
    chatroom.ask("nothing:known", json!({})).await;
    let heard = [campus.so_far(), chatsphere.so_far(), native.so_far(), chatroom.so_far()];
    let heard = json!(heard).to_string();
    for words in WORDS {
        assert!(!heard.contains(words), "{words} in {heard}");
    }
    let after = secret.state(&server).await.to_string();
    assert!(!after.contains("intrusion") && !after.contains("mine"), "{after}");
    let members = |state: &Value| state.to_string().matches("\"role\"").count();
    assert_eq!(members(&secret.state(&server).await), members(&before));
}

async fn on_campus(socket: &mut Plain, place: &Place) {
    for action in ["send_message", "get_message", "mark_room_read", "join_room"] {
        let frame = json!({"action_type": action, "chatroom_id": place.uuid,
            "content": "intrusion"});
        socket.send(&frame).await;
        let told = json!({"error": "You are not a member of this room"});
        assert_eq!(socket.hear().await, told, "{action}");
    }
    socket.send(&json!({"action_type": "leave_room", "chatroom_id": place.uuid})).await;
    settle(socket).await;
}

async fn settle(socket: &mut Plain) {
    socket.send(&json!([])).await;
    socket.hear_where(|it| it["error"] == "action_type: Field required").await;
}

async fn over_chatsphere(socket: &mut Plain, place: &Place) {
    for kind in ["group", "room", "private"] {
        let data = json!({"content": "intrusion", "chat_type": kind, "chat_id": place.uuid});
        socket.send(&json!({"type": "send_message", "data": data})).await;
        let error = socket.hear_where(|it| it["type"] == "error").await;
        assert_eq!(error["data"]["message"], "消息发送失败，请重试", "{kind}");
    }
    for event in ["join_room", "leave_room"] {
        socket.send(&json!({"type": event, "data": {"room_id": place.uuid}})).await;
        socket.hear_where(|it| it["type"] == "error").await;
    }
    socket.send(&json!({"type": "chat", "content": "intrusion", "room_id": place.uuid})).await;
    socket.hear_where(|it| it["type"] == "error").await;
}

/// A message is not reached through another room either.
async fn reactions(server: &Server, secret: &Secret) {
    let eve = &secret.eve.person;
    let body = Some(json!({"name": "her own"}));
    let own = server.ok(Method::POST, "/api/rooms", eve, body).await["id"].clone();
    let mut socket = server.plain_by_query(&format!("/ws/chat/{own}"), &eve.token).await;
    socket.hear_where(|it| it["type"] == "connected").await;
    for message in secret.messages {
        for action in ["add", "remove"] {
            let frame = json!({"type": "reaction", "message_id": message,
                "reaction_type": "👍", "action": action});
            socket.send(&frame).await;
            let told = json!({"type": "error", "message": "Message not found"});
            assert_eq!(socket.hear().await, told);
        }
        let data = json!({"content": "what was that?", "chat_type": "room", "chat_id": "general",
            "reply_to_id": message});
        let mut hall = server.plain_by_query("/ws", &eve.token).await;
        hall.send(&json!({"type": "send_message", "data": data})).await;
        hall.hear_where(|it| it["type"] == "error").await;
    }
}
