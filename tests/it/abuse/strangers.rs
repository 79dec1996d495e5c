//! Every door, tried by its owner, a member, a stranger and nobody.
mod every_route;
mod ids;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn every_door_knows_who_may_pass() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob]).await;
    let at = |path: &str| format!("/v1/rooms/{room}{path}");
    let words = json!({"content": "hello"});
    let dan = server.person("dan").await;
    let outsider = format!("/members/{}", dan.id);
    // Method, path, body, then the status for owner, member, stranger and nobody.
    let doors: Vec<(Method, String, Option<Value>, [u16; 4])> = vec![
        (Method::GET, at(""), None, [200, 200, 403, 401]),
        (Method::GET, at("/messages"), None, [200, 200, 403, 401]),
        (Method::POST, at("/messages"), Some(words), [201, 201, 403, 401]),
        (Method::GET, at("/members"), None, [200, 200, 403, 401]),
        (Method::PUT, at("/read"), Some(json!({})), [200, 200, 403, 401]),
        (Method::PATCH, at(""), Some(json!({"chatroom_name": "x"})), [200, 403, 403, 401]),
        (Method::DELETE, at(&outsider), None, [404, 403, 403, 401]),
        (Method::PUT, at("/members/me"), None, [200, 200, 403, 401]),
        (
            Method::PUT,
            at(&format!("/members/{}", bob.id)),
            Some(json!({"role": "admin"})),
            [200, 403, 403, 401],
        ),
        (
            Method::GET,
            format!("/v1/search?query=hello&chatroom_id={room}"),
            None,
            [200, 200, 403, 401],
        ),
        (Method::GET, "/v1/search?query=hello".to_owned(), None, [200, 200, 200, 401]),
        (Method::GET, "/v1/me".to_owned(), None, [200, 200, 200, 401]),
        (Method::GET, "/v1/friends".to_owned(), None, [200, 200, 200, 401]),
        (Method::GET, "/v1/rooms".to_owned(), None, [200, 200, 200, 401]),
        (Method::GET, "/v1/sessions".to_owned(), None, [200, 200, 200, 401]),
        (Method::GET, format!("/v1/files/{}", Uuid::new_v4()), None, [404, 404, 404, 401]),
        (Method::DELETE, format!("/v1/sessions/{}", Uuid::new_v4()), None, [404, 404, 404, 401]),
        (Method::GET, format!("/v1/rooms/{}", Uuid::new_v4()), None, [404, 404, 404, 401]),
        (Method::GET, "/v1/users/-1".to_owned(), None, [404, 404, 404, 401]),
        (Method::GET, "/v1/users/9223372036854775807".to_owned(), None, [404, 404, 404, 401]),
        (Method::GET, "/v1/users/99999999999999999999".to_owned(), None, [422, 422, 422, 401]),
        (Method::GET, at("/bans"), None, [403, 403, 403, 401]),
        (Method::PUT, at(&format!("/bans/{}", dan.id)), None, [403, 403, 403, 401]),
        (Method::DELETE, at(&format!("/bans/{}", dan.id)), None, [403, 403, 403, 401]),
        (Method::DELETE, at(""), None, [204, 404, 404, 401]),
    ];
    for (method, path, body, wanted) in doors {
        let people = [Some(&ann), Some(&bob), Some(&eve), None];
        // The last row removes the room, so its owner comes last there.
        let order: Vec<usize> = if method == Method::DELETE && path == at("") {
            vec![0, 1, 2, 3]
        } else {
            vec![3, 2, 1, 0]
        };
        for n in order {
            let (status, answer) =
                server.call(method.clone(), &path, people[n], body.clone()).await;
            let who = ["owner", "member", "stranger", "nobody"][n];
            assert_eq!(status.as_u16(), wanted[n], "{method} {path} by {who}: {answer}");
            if status.is_client_error() {
                assert!(answer["code"].is_string() && answer["detail"].is_string(), "{answer}");
            }
        }
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
