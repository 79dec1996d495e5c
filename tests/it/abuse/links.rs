//! Addresses that others will follow, and names that others will read: neither runs nor turns.

use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        people::Person,
        server::Server,
        texts::{telling, tells},
    },
};

const NOTHING: [Value; 0] = [];

on_every_database!(
    an_address_that_would_run_is_refused_at_every_door,
    what_an_earlier_version_took_is_not_shown,
    a_name_reads_in_the_order_it_was_written_in,
);

const BAD: [&str; 5] = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/a.png",
    r"/\evil.example/a.png",
    " JAVASCRIPT:alert(1)",
];
const GOOD: [&str; 3] = ["https://pictures.example/a.png", "/static/message/a.png", ""];

/// What is sent, for a room and an address.
type Body = fn(&str, &str) -> Value;

/// Every door that takes an address: how it is asked, and with what.
fn doors(ann: &Person, room: &str, server: i64) -> Vec<(Method, String, Body)> {
    let (user, id) = (ann.id, server);
    let icon: Body = |_, it| json!({"name": "sea", "icon_url": it});
    let face: Body = |_, it| json!({"avatar_url": it});
    vec![
        (Method::PATCH, format!("/user/{user}"), face),
        (Method::PUT, "/users/me".to_owned(), face),
        (Method::POST, "/v1/servers".to_owned(), icon),
        (Method::PATCH, format!("/v1/servers/{id}"), icon),
        (Method::POST, "/servers/".to_owned(), icon),
        (Method::PUT, format!("/servers/{id}"), icon),
        (
            Method::POST,
            format!("/v1/rooms/{room}/messages"),
            |_, it| json!({"content": "look", "media_url": it}),
        ),
        (Method::POST, format!("/chatrooms/{room}/message"), |room, it| {
            json!({"chatroom_id": room, "content": "look", "media_url": it,
                "message_type": "image", "read_status": "unread"})
        }),
    ]
}

async fn an_address_that_would_run_is_refused_at_every_door(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let made = server.ok(Method::POST, "/v1/servers", &ann, Some(json!({"name": "sea"}))).await;
    let id = made["server_id"].as_i64().unwrap();
    for (method, path, body) in doors(&ann, &room, id) {
        for bad in BAD {
            let body = Some(body(&room, bad));
            let (status, said) = server.call(method.clone(), &path, Some(&ann), body).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{method} {path} {bad}: {said}");
        }
        for good in GOOD {
            server.ok(method.clone(), &path, &ann, Some(body(&room, good))).await;
        }
    }
    let form = |it| server.http.put(server.url("/api/v1/auth/me")).form(&[("avatar_url", it)]);
    let mut socket = server.socket(&ann).await;
    for bad in BAD {
        let answer = form(bad).bearer_auth(&ann.token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "chatsphere {bad}");
        let words = json!({"chatroom_id": room, "client_msg_id": uuid::Uuid::new_v4(),
            "content": "look", "media_url": bad});
        let answer = socket.ask("message:send", words).await;
        assert_eq!(answer["ok"], false, "native socket {bad}: {answer}");
    }
    // Some clients take the words of such a message for the address.
    for kind in ["image", "file"] {
        for bad in [BAD[0], BAD[1]] {
            let body = json!({"content": bad.replace('<', ""), "message_type": kind});
            let path = format!("/v1/rooms/{room}/messages");
            let (status, said) = server.call(Method::POST, &path, Some(&ann), Some(body)).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{kind} {bad}: {said}");
        }
    }
    let seen = server.get(&format!("/v1/rooms/{room}/messages?limit=100"), &bob).await;
    for words in ["evil", "javascript"] {
        assert!(!tells(&lowered(&seen), words), "{words} in {seen}");
    }
}

async fn what_an_earlier_version_took_is_not_shown(mut server: Server) {
    use sea_orm::ConnectionTrait;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "look").await;
    let db = server.beside().await;
    for sql in [
        "UPDATE users SET avatar_url = 'javascript:1', nickname = 'A\u{202e}nna'",
        "UPDATE messages SET media_url = 'javascript:1'",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
    drop(db);
    // What is known of people is read anew.
    server.restart().await;
    let cara = server.person("cara").await;
    let history = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(history["messages"][0]["content"], "look");
    let old = server.get(&format!("/chatrooms/{room}/messages?limit=9"), &bob).await;
    assert_eq!(old[0]["content"], "look");
    let person = server.get(&format!("/v1/users/{}", ann.id), &cara).await;
    assert_eq!(person["nickname"], "Anna");
    for words in ["javascript", "\u{202e}"] {
        assert_eq!(telling(&[history.clone(), old.clone(), person.clone()], words), NOTHING);
    }
}

async fn a_name_reads_in_the_order_it_was_written_in(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let bytes = multipart::Part::bytes(b"words".to_vec()).file_name("invoice\u{202e}fdp.exe");
    let form = multipart::Form::new().part("file", bytes);
    let request = server.http.post(server.url("/v1/files")).bearer_auth(&ann.token);
    let file: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
    assert_eq!(file["name"], "invoicefdp.exe");
    let body = json!({"attachment_ids": [file["id"]]});
    server.ok(Method::POST, &format!("/v1/rooms/{room}/messages"), &ann, Some(body)).await;
    let turned = json!({"nickname": "\u{2067}nnA\u{2069}\u{202e}", "status": "\u{202e}away"});
    server.ok(Method::PATCH, "/v1/me", &ann, Some(turned)).await;
    let mut said = Vec::new();
    for path in [
        format!("/v1/rooms/{room}/messages"),
        format!("/chatrooms/{room}/messages?limit=9"),
        format!("/v1/users/{}", ann.id),
        "/chatrooms/".to_owned(),
    ] {
        said.push(server.get(&path, &bob).await);
    }
    assert_eq!(said[0]["messages"][0]["attachments"][0]["name"], "invoicefdp.exe");
    assert_eq!(said[0]["messages"][0]["user"]["nickname"], "nnA");
    assert_eq!(said[1][0]["user"]["nickname"], "nnA");
    assert_eq!(said[2]["nickname"], "nnA");
    assert_eq!(said[3][0]["nickname"], "nnA");
    for turned in ["\u{202e}", "\u{2067}", "\u{2069}"] {
        assert_eq!(telling(&said, turned), NOTHING);
    }
}

fn lowered(answer: &Value) -> Value {
    match answer {
        Value::String(text) => json!(text.to_lowercase()),
        Value::Array(all) => all.iter().map(lowered).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, it)| (name.clone(), lowered(it))).collect()
        }
        other => other.clone(),
    }
}
