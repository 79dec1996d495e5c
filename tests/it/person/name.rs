//! Names whose letters are written longer where names are compared: `ﷺ` is one character as it
//! is typed, and eighteen there.

use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::PASSWORD, server::Server, texts::tells},
};

on_every_database!(
    a_name_that_is_too_long_in_plain_letters_is_refused_at_every_door,
    the_longest_name_and_address_are_found_again,
    every_other_text_may_have_the_widest_letters,
);

const WIDE: &str = "ﷺ";

async fn a_name_that_is_too_long_in_plain_letters_is_refused_at_every_door(server: Server) {
    let email = "ann@example.com";
    // As long as it may be in plain letters, and one more.
    let long = format!("{}abcd", WIDE.repeat(14));
    for name in [long.as_str(), &WIDE.repeat(32), &"ﷺ𝕬".repeat(16)] {
        for (path, mut body) in [
            ("/v1/auth/register", json!({"username": name, "email": email})),
            ("/user/register", json!({"user_id": name, "username": "ann"})),
            ("/api/auth/signup", json!({"username": name})),
            ("/auth/register", json!({"username": name, "email": email})),
            (
                "/api/v1/auth/register",
                json!({"username": name, "email": email, "display_name": "ann"}),
            ),
        ] {
            body["password"] = PASSWORD.into();
            let (told, answer) = server.call(Method::POST, path, None, Some(body)).await;
            assert_eq!(told.as_u16(), 422, "{path}: {answer}");
            assert!(tells(&answer, "is too long in plain letters"), "{path}: {answer}");
        }
    }
    let address = format!("{}@a.io", WIDE.repeat(249));
    for path in ["/v1/auth/register", "/auth/register", "/api/v1/auth/register"] {
        let mut body = json!({"username": "ann", "email": address, "password": PASSWORD});
        if path == "/api/v1/auth/register" {
            body["display_name"] = "ann".into();
        }
        let (told, answer) = server.call(Method::POST, path, None, Some(body)).await;
        assert_eq!(told.as_u16(), 422, "{path}: {answer}");
        let said = "The email address is too long.";
        assert!(tells(&answer, said), "{path}: {answer}");
    }
}

async fn the_longest_name_and_address_are_found_again(server: Server) {
    let name = format!("{}abc", WIDE.repeat(14));
    let email = format!("{}abc@a.io", WIDE.repeat(28));
    let body = json!({"username": name, "email": email, "password": PASSWORD});
    let (status, answer) = server.call(Method::POST, "/v1/auth/register", None, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    for login in [json!({"username": name}), json!({"email": email})] {
        let mut body = login;
        body["password"] = PASSWORD.into();
        let (status, answer) = server.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let bob = server.person("bob").await;
    for wanted in [&name, &email] {
        let path = reqwest::Url::parse_with_params("http://x/v1/users", [("query", wanted)]);
        let path = path.unwrap();
        let path = format!("{}?{}", path.path(), path.query().unwrap());
        let found = server.get(&path, &bob).await;
        assert_eq!(found["items"][0]["username"], name.as_str(), "{found}");
    }
}

/// They are stored as they are typed, and a column has room for so many characters.
async fn every_other_text_may_have_the_widest_letters(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    for letter in [WIDE, "😀"] {
        let of = |count: usize| letter.repeat(count);
        let me = json!({"nickname": of(32), "status": of(256), "bio": of(1_024)});
        server.ok(Method::PATCH, "/v1/me", &ann, Some(me)).await;
        let room = json!({"kind": "public", "chatroom_name": of(64), "description": of(1_024)});
        let room = server.ok(Method::POST, "/v1/rooms", &ann, Some(room)).await;
        let channels = json!({"name": of(100), "description": of(1_024)});
        let channels = server.ok(Method::POST, "/v1/servers", &ann, Some(channels)).await;
        let ban = json!({"reason": of(512)});
        let path = format!("/v1/servers/{}/bans/{}", channels["server_id"], bob.id);
        server.ok(Method::PUT, &path, &ann, Some(ban)).await;
        let room = room["chatroom_id"].as_str().unwrap();
        server.say(&ann, room, &of(16_000)).await;
        let draft = json!({"text": of(16_000)});
        server.ok(Method::PUT, &format!("/v1/rooms/{room}/draft"), &ann, Some(draft)).await;
        let part = multipart::Part::bytes(b"hello".to_vec()).file_name(of(300));
        let form = multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/v1/files")).bearer_auth(&ann.token);
        let answer = request.multipart(form).send().await.unwrap();
        let status = answer.status();
        let file: Value = answer.json().await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{file}");
        assert_eq!(file["name"], of(200), "{file}");
    }
}
