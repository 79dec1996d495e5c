//! Every door, tried by its owner, a member, a stranger and nobody.
mod every_route;
mod ids;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    clients::Surface,
    doors::{self, RoomTarget},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_door_knows_who_may_pass() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (eve, dan) = (server.person("eve").await, server.person("dan").await);
    server.group(&ann, &[&bob]).await;
    let room = server.room_ids(&ann, "the group").await;
    let said = server.say(&ann, &room.uuid, "hello").await;
    let message = said["message_id"].as_i64().unwrap();
    let target =
        RoomTarget { room: &room, message, server_id: None, member: bob.id, outsider: dan.id };
    for door in doors::of(Surface::Native, &target) {
        let [owner, member] = door.ranks.unwrap();
        // Whoever may end something comes last.
        for (who, person, wanted) in [
            ("nobody", None, 401),
            ("a stranger", Some(&eve), door.status),
            ("a member", Some(&bob), member),
            ("the owner", Some(&ann), owner),
        ] {
            let path = &door.path;
            let answer = server.call(door.method.clone(), path, person, door.body.clone()).await;
            is_answered(&door.method, path, who, wanted, answer);
        }
    }
    // The last one removed the room.
    let path = format!("/v1/rooms/{}", room.uuid);
    for (who, person, wanted) in
        [("a member", Some(&bob), 404), ("a stranger", Some(&eve), 404), ("nobody", None, 401)]
    {
        let answer = server.call(Method::DELETE, &path, person, None).await;
        is_answered(&Method::DELETE, &path, who, wanted, answer);
    }
}

/// Method and path; the status for somebody who is known, and for nobody.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_no_room_is_for_everybody_who_is_known() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    server.group(&ann, &[&bob]).await;
    for (method, path, status) in [
        (Method::GET, "/v1/search?query=hello".to_owned(), 200),
        (Method::GET, "/v1/me".to_owned(), 200),
        (Method::GET, "/v1/friends".to_owned(), 200),
        (Method::GET, "/v1/rooms".to_owned(), 200),
        (Method::GET, "/v1/sessions".to_owned(), 200),
        (Method::GET, format!("/v1/files/{}", Uuid::new_v4()), 404),
        (Method::DELETE, format!("/v1/sessions/{}", Uuid::new_v4()), 404),
        (Method::GET, format!("/v1/rooms/{}", Uuid::new_v4()), 404),
        (Method::GET, "/v1/users/-1".to_owned(), 404),
        (Method::GET, "/v1/users/9223372036854775807".to_owned(), 404),
        (Method::GET, "/v1/users/99999999999999999999".to_owned(), 422),
    ] {
        for (who, person, wanted) in [
            ("nobody", None, 401),
            ("a stranger", Some(&eve), status),
            ("a member", Some(&bob), status),
            ("the owner", Some(&ann), status),
        ] {
            let answer = server.call(method.clone(), &path, person, None).await;
            is_answered(&method, &path, who, wanted, answer);
        }
    }
}

fn is_answered(
    method: &Method,
    path: &str,
    who: &str,
    wanted: u16,
    (status, answer): (StatusCode, Value),
) {
    assert_eq!(status.as_u16(), wanted, "{method} {path} by {who}: {answer}");
    if status.is_client_error() {
        assert!(answer["code"].is_string() && answer["detail"].is_string(), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_in_words_and_never_breaks_anything() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let path = format!("/v1/rooms/{room}/messages");
    let bodies: Vec<(Vec<u8>, u16)> = vec![
        (b"{".to_vec(), 422),
        (b"".to_vec(), 422),
        (b"[]".to_vec(), 422),
        (b"\xff\xfe".to_vec(), 422),
        (b"{\"content\": 1}".to_vec(), 422),
        (b"{\"content\": \"a\\u0000b\"}".to_vec(), 422),
        (b"{\"content\": \"x\", \"extra\": 1}".to_vec(), 422),
        (format!("{{\"content\": \"{}\"}}", "x".repeat(10_000_000)).into_bytes(), 413),
        (format!("{{\"content\": \"{}\"}}", "x".repeat(20_000)).into_bytes(), 422),
        (format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(), 422),
    ];
    for (body, wanted) in bodies {
        let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let response = server
            .http
            .post(server.url(&path))
            .bearer_auth(&ann.token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), wanted, "{start}");
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(kind, "application/problem+json", "{start}");
    }
    let (status, page) = server.call(Method::GET, &path, Some(&bob), None).await;
    assert_eq!((status, &page["messages"]), (StatusCode::OK, &json!([])), "nothing is stored");
}
