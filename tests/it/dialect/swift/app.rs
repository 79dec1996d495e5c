//! The requests of the app, in its order, read as strictly as its decoders read: a key
//! that is missing, a null where it expects a value, or another spelling of a time loses
//! it the whole answer.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::{hear, said};
use crate::{on_every_database, support::server::Server};

on_every_database!(the_app_signs_up_and_talks);

const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "😡"];

/// `Codable`, in as far as the app uses it.
struct Decoder<'a>(&'a Value);

impl Decoder<'_> {
    fn text(&self, key: &str) -> String {
        let Some(text) = self.0[key].as_str() else { panic!("{key} is no string in {}", self.0) };
        text.to_owned()
    }

    fn text_if_present(&self, key: &str) {
        assert!(self.0[key].is_null() || self.0[key].is_string(), "{key} in {}", self.0);
    }

    fn int(&self, key: &str) -> i64 {
        self.0[key].as_i64().unwrap_or_else(|| panic!("{key} is no integer in {}", self.0))
    }

    fn int_if_present(&self, key: &str) {
        assert!(self.0[key].is_null() || self.0[key].is_i64(), "{key} in {}", self.0);
    }

    fn list(&self, key: &str) -> &Vec<Value> {
        self.0[key].as_array().unwrap_or_else(|| panic!("{key} is no list in {}", self.0))
    }

    /// `DateFormatter` with exactly this format.
    fn moment(&self, key: &str, format: &str) {
        let text = self.text(key);
        let read = NaiveDateTime::parse_from_str(&text, format).unwrap();
        assert_eq!(read.format(format).to_string(), text);
    }
}

fn auth_response(value: &Value) {
    let it = Decoder(value);
    it.text("access_token");
    it.text("token_type");
    it.text_if_present("refresh_token");
    assert!(value["user"].is_null() || value["user"]["id"].is_string(), "{value}");
}

fn server_room(value: &Value) {
    let it = Decoder(value);
    it.int("id");
    it.text("name");
    it.moment("created_at", "%Y-%m-%dT%H:%M:%S");
}

fn room_list(value: &Value) {
    for room in value.as_array().unwrap() {
        server_room(room);
        Decoder(room).int("unread_count");
        let last = Decoder(&room["last_message"]);
        if !last.0.is_null() {
            last.int("message_id");
            for key in ["sender", "message", "message_type"] {
                last.text(key);
            }
            last.moment("timestamp", "%Y-%m-%dT%H:%M:%S");
        }
    }
}

fn server_message(value: &Value) {
    let it = Decoder(value);
    it.int("message_id");
    it.int("room_id");
    it.int_if_present("file_size");
    for key in ["sender", "message"] {
        it.text(key);
    }
    for key in ["file_url", "file_name", "mime_type"] {
        it.text_if_present(key);
    }
    let kinds = ["text", "image", "video", "audio", "document"];
    let kind = it.text("message_type");
    assert!(kinds.contains(&kind.trim_start_matches("text_with_")), "{kind}");
    for summary in it.list("reactions") {
        let summary = Decoder(summary);
        assert!(EMOJI.contains(&summary.text("reaction_type").as_str()));
        summary.int("count");
        assert!(summary.list("users").iter().all(Value::is_string));
    }
    it.text_if_present("user_reaction");
    if let Some(mine) = value["user_reaction"].as_str() {
        assert!(EMOJI.contains(&mine), "{mine}");
    }
}

fn history(value: &Value) {
    for message in value.as_array().unwrap() {
        server_message(message);
        Decoder(message).moment("timestamp", "%Y-%m-%dT%H:%M:%SZ");
    }
}

async fn the_app_signs_up_and_talks(server: Server) {
    let body = json!({"username": "ann", "password": "password123"});
    let (status, pair) = server.tell("POST", "/api/auth/signup", None, Some(body)).await;
    assert_eq!(status, 200, "any other status is a failure to the app");
    auth_response(&pair);
    let (ann, bob) = (super::SwiftPerson::of(&pair), server.swift_person("bob").await);
    let (status, room) =
        server.tell("POST", "/api/rooms", Some(&ann), Some(json!({"name": "New"}))).await;
    assert_eq!(status, 200, "any other status is a failure to the app");
    server_room(&room);
    let room = room["id"].as_i64().unwrap();
    room_list(&server.fetch("/api/rooms", &ann).await);

    let path = format!("/ws/chat/{room}?token={}", ann.token);
    let mut anns = server.try_plain(&path, &[]).await.unwrap();
    let first = anns.hear().await;
    assert_eq!((&first["type"], &first["room_id"]), (&json!("connected"), &json!(room)));
    assert_eq!(
        (&first["room_name"], &first["message"]),
        (&json!("New"), &json!("Connected to New"))
    );
    let mut bobs = server.enter(&bob, room).await;
    let joined = hear(&mut anns, "user_joined").await;
    assert_eq!(
        (&joined["sender"], &joined["message"]),
        (&json!("bob"), &json!("bob joined the chat"))
    );

    // With more keys than are read, in a binary frame.
    let words = json!({"type": "message", "content": "hallo 你好", "room_id": room, "sender": "x"});
    anns.send_binary(words.to_string().as_bytes()).await;
    for socket in [&mut anns, &mut bobs] {
        let heard = hear(socket, "message").await;
        server_message(&heard);
        assert_eq!((&heard["sender"], &heard["message"]), (&json!("ann"), &json!("hallo 你好")));
    }
    let file = json!({"type": "message", "file_url": "/api/files/x.png", "message_type": "image"});
    bobs.send(&file).await;
    let heard = hear(&mut anns, "message").await;
    assert_eq!((&heard["message"], &heard["message_type"]), (&json!(""), &json!("image")));
    let id = heard["message_id"].as_i64().unwrap();
    let react = json!({"type": "reaction", "message_id": id, "reaction_type": "❤️"});
    anns.send(&react).await;
    hear(&mut anns, "reaction_added").await;

    for path in [format!("/api/messages/{room}"), format!("/api/messages/{room}/recent?limit=2")] {
        let messages = server.fetch(&path, &ann).await;
        history(&messages);
        assert_eq!(messages[0]["message"], "hallo 你好", "oldest first");
        assert_eq!(messages[1]["user_reaction"], "❤️");
    }
    room_list(&server.fetch("/api/rooms", &bob).await);
    let (status, marked) =
        server.tell("POST", &format!("/api/rooms/{room}/mark-read"), Some(&bob), None).await;
    assert_eq!((status, Decoder(&marked).int("read_count")), (200, 1));
    assert_eq!(marked["message"], "Marked 1 messages as read");
    // On coming to the foreground it says this, which is a message like any other.
    anns.send(&said("ping")).await;
    bobs.hear_where(|it| it["message"] == "ping").await;
}

/// With a list of keys the app would begin to encrypt what nobody could read.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_app_asks_about_encryption_is_not_there() {
    let server = Server::start().await;
    let ann = server.swift_person("ann").await;
    let gone = (404, json!({"detail": "Not Found"}));
    let key = json!({"public_key": "x", "key_format": "RSA-2048"});
    let words = json!({"room_id": 1, "encrypted_content": "x", "message_type": "text"});
    for (method, path, body) in [
        ("POST", "keys/upload", Some(key)),
        ("GET", "keys/room/1", None),
        ("POST", "messages/send-encrypted", Some(words)),
    ] {
        let path = format!("/api/encryption/{path}");
        assert_eq!(server.tell(method, &path, Some(&ann), body).await, gone, "{path}");
    }
}
