//! The native events, as two people use them.
mod events;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{server::Server, socketio::Refused};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_good_token_is_told_why() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let refusal = async |auth, origin| server.try_socket("/socket.io/", auth, origin).await.err();
    let connect = |code: &str| Some(Refused::Connect(code.to_owned()));
    assert_eq!(refusal(None, None).await, connect("unauthorized"));
    assert_eq!(refusal(Some(json!({"token": "junk"})), None).await, connect("unauthorized"));
    let good = Some(json!({"token": ann.token}));
    let foreign = Some("http://evil.example");
    assert_eq!(refusal(good.clone(), foreign).await, Some(Refused::Handshake(403)));
    assert_eq!(refusal(good.clone(), Some("http://localhost:5173")).await, None);
    server.call(reqwest::Method::POST, "/v1/auth/logout", Some(&ann), None).await;
    assert_eq!(refusal(good, None).await, connect("session_revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_payload_is_answered() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut socket = server.socket(&ann).await;
    for payload in [
        json!(null),
        json!("text"),
        json!([]),
        json!({}),
        json!({"chatroom_id": 7, "content": "x"}),
        json!({"chatroom_id": room, "content": 7}),
        json!({"chatroom_id": room, "content": "  "}),
        json!({"chatroom_id": room, "content": "a\u{0}b"}),
        json!({"chatroom_id": room, "content": "x".repeat(16_001)}),
        json!({"chatroom_id": room, "content": "x", "contnet": "typo"}),
        json!({"chatroom_id": room, "content": "x", "message_type": "hologram"}),
    ] {
        let code = socket.fault("message:send", payload.clone()).await;
        assert_eq!(code, "validation_failed", "{payload}");
    }
    let unknown = json!({"chatroom_id": Uuid::new_v4(), "content": "x"});
    assert_eq!(socket.fault("message:send", unknown).await, "not_found");
    assert_eq!(socket.fault("no:such", json!({})).await, "bad_request");
    socket.emit("message:send", &json!({})).await;
    let error = socket.hear("error").await;
    assert_eq!(error["event"], "message:send");
    assert_eq!(error["error"]["code"], "validation_failed");
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(page["messages"], json!([]), "nothing of it was stored");
}

/// A path, a query and a body are one request: what the path names cannot be named again, and a
/// path that leads nowhere is all that is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_read_as_one() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let ask = async |path: &str, body: &'static str| {
        let request = server.http.patch(server.url(path)).bearer_auth(&ann.token);
        let answer = request.header("content-type", "application/json").body(body).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status().as_u16(), 422, "{path} {body}");
        let problem: Value = answer.json().await.unwrap();
        let errors = problem["errors"].as_array().unwrap();
        errors.iter().map(|it| it["loc"].clone()).collect::<Vec<_>>()
    };
    let path = [json!(["path", "message_id"])];
    for body in ["{", "[]", "{}", r#"{"content": 7}"#, r#"{"content": "x"}"#] {
        assert_eq!(ask("/v1/messages/here", body).await, path, "{body}");
    }
    let twice = r#"{"content": "x", "message_id": 2}"#;
    assert_eq!(ask("/v1/messages/1", twice).await, [json!(["body", "message_id"])]);
    assert_eq!(ask("/v1/messages/1", "{}").await, [json!(["body", "content"])]);
    assert_eq!(ask("/v1/messages/1", "{").await, [json!(["body", 1])]);
}
