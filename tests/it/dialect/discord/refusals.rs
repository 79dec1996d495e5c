//! What is refused, in this product's sentences.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::DiscordPerson;
use crate::{on_every_database, support::server::Server};

on_every_database!(
    everything_that_is_refused_has_its_sentence,
    a_channel_that_there_is_not_is_not_found,
    what_is_malformed_is_answered_with_a_list,
    who_is_not_known_is_asked_who_they_are,
);

async fn everything_that_is_refused_has_its_sentence(server: Server) {
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let eve = server.discord_person("eve").await;
    let (id, channel) = server.channel(&ann, &[&bob]).await;
    let on = |path: &str| format!("/servers/{id}{path}");
    let of = |path: &str| format!("/channels/{channel}{path}");
    let name = Some(json!({"name": "mine"}));
    let new = |server: i64| Some(json!({"name": "x", "server_id": server}));
    let (no_member, no_server) = ("You are not a member of this server", "Server not found");
    let stays = "Server owner cannot leave. Transfer ownership or delete the server.";
    let there_already = "You are already a member of this server";
    let only = |action: &str| format!("Only the server owner can {action}");
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    let cases = [
        (&get, "/users/999".to_owned(), &ann, None, 404, "User not found".to_owned()),
        (&get, "/servers/999".to_owned(), &ann, None, 404, no_server.to_owned()),
        (&get, on(""), &eve, None, 403, no_member.to_owned()),
        (&put, on(""), &bob, name.clone(), 403, only("update the server")),
        (&put, on(""), &eve, name.clone(), 403, only("update the server")),
        (&put, "/servers/999".to_owned(), &ann, name.clone(), 404, no_server.to_owned()),
        (&delete, on(""), &bob, None, 403, only("delete the server")),
        (&delete, "/servers/999".to_owned(), &ann, None, 404, no_server.to_owned()),
        (&post, on("/join"), &bob, None, 400, there_already.to_owned()),
        (&post, on("/join"), &ann, None, 400, there_already.to_owned()),
        (&post, "/servers/999/join".to_owned(), &ann, None, 404, no_server.to_owned()),
        (&post, on("/leave"), &ann, None, 400, stays.to_owned()),
        (&post, on("/leave"), &eve, None, 400, no_member.to_owned()),
        (&post, "/servers/-1/leave".to_owned(), &eve, None, 404, no_server.to_owned()),
        (&post, "/channels/".to_owned(), &bob, new(id), 403, only("create channels")),
        (&post, "/channels/".to_owned(), &ann, new(999), 404, no_server.to_owned()),
        (&get, of(""), &eve, None, 403, no_member.to_owned()),
        (&get, of("/messages"), &eve, None, 403, no_member.to_owned()),
        (&put, of(""), &bob, name.clone(), 403, only("update channels")),
        (&delete, of(""), &bob, None, 403, only("delete channels")),
    ];
    for (method, path, who, body, status, sentence) in cases {
        let answer = server.bearer(method.clone(), &path, who, body).await;
        assert_eq!(answer, (status, json!({"detail": sentence})), "{method} {path}");
    }
}

async fn a_channel_that_there_is_not_is_not_found(server: Server) {
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let (_, channel) = server.channel(&ann, &[&bob]).await;
    // A room that is no channel has a number, too.
    let (status, room) = server
        .bearer(Method::POST, "/chatrooms/", &ann, Some(json!({"members_id": [bob.id]})))
        .await;
    assert_eq!(status, 200, "{room}");
    let no_channel = channel + 1;
    for number in ["999", "0", "-1", "9223372036854775807", &no_channel.to_string()] {
        for (method, rest, body) in [
            (Method::GET, "", None),
            (Method::GET, "/messages", None),
            (Method::PUT, "", Some(json!({"name": "mine"}))),
            (Method::DELETE, "", None),
        ] {
            let path = format!("/channels/{number}{rest}");
            let answer = server.bearer(method.clone(), &path, &ann, body).await;
            assert_eq!(answer, (404, json!({"detail": "Channel not found"})), "{method} {path}");
        }
    }
}

async fn what_is_malformed_is_answered_with_a_list(server: Server) {
    let ann = server.discord_person("ann").await;
    let (id, _) = server.channel(&ann, &[]).await;
    let (post, put) = (Method::POST, Method::PUT);
    let bodies = [
        (&post, "/servers/", json!({}), "name", "missing"),
        (&post, "/servers/", json!({"name": "  "}), "name", "value_error"),
        (&post, "/servers/", json!({"name": "x".repeat(101)}), "name", "string_too_long"),
        (&post, "/channels/", json!({"name": "x"}), "server_id", "missing"),
        (&post, "/channels/", json!({"name": "", "server_id": id}), "name", "value_error"),
        (&put, "/users/me", json!({"bio": 5}), "bio", "string_type"),
        (&put, "/users/me", json!({"password": "abc"}), "password", "string_too_short"),
        (&put, "/users/me", json!({"display_name": "x\ny"}), "display_name", "value_error"),
    ];
    for (method, path, body, field, kind) in bodies {
        let (status, answer) = server.bearer(method.clone(), path, &ann, Some(body)).await;
        assert_eq!(status, 422, "{method} {path}: {answer}");
        let issue = &answer["detail"][0];
        assert_eq!((&issue["loc"], &issue["type"]), (&json!(["body", field]), &json!(kind)));
    }
    let (status, answer) = server.bearer(Method::GET, "/channels/x", &ann, None).await;
    assert_eq!((status, &answer["detail"][0]["type"]), (422, &json!("int_parsing")));
}

async fn who_is_not_known_is_asked_who_they_are(server: Server) {
    let ann = server.discord_person("ann").await;
    let (_, channel) = server.channel(&ann, &[]).await;
    let nobody = server.http.get(server.url("/servers/")).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.headers()["www-authenticate"], "Bearer");
    assert_eq!(nobody.json::<Value>().await.unwrap(), json!({"detail": "Not authenticated"}));
    let messages = format!("/channels/{channel}/messages");
    let junk = DiscordPerson { id: 0, name: String::new(), token: "junk".to_owned() };
    let answer = server.bearer(Method::GET, &messages, &junk, None).await;
    assert_eq!(answer, (401, json!({"detail": "Could not validate credentials"})));
}
