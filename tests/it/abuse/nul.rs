//! NUL, which PostgreSQL cannot store and no name has, wherever a value can be.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        document::{Operation, operations},
        people::Person,
        server::Server,
    },
};

on_every_database!(no_value_that_is_nul_is_our_fault, nor_is_any_that_comes_over_a_socket);

async fn no_value_that_is_nul_is_our_fault(server: Server) {
    let ann = server.person("ann").await;
    let document = server.document().await;
    let mut asked = 0;
    for operation in operations(&document) {
        let ends_her = operation.path == "/v1/me" && operation.method == Method::DELETE;
        if ends_her || operation.path.contains("logout") {
            continue;
        }
        asked += in_path(&server, &ann, &operation).await;
        asked += in_query(&server, &ann, &operation).await;
        asked += in_body(&server, &ann, &document, &operation).await;
    }
    assert!(asked > 150, "{asked}");
    // What the document does not name.
    for path in ["/static/avatars/%00", "/static/message/a%00.png", "/app/%00", "/app/a/%00.js"] {
        expect_refusal(&server, &ann, &Method::GET, path, None).await;
    }
    for path in ["/ws/%00", "/ws/chat/%00", "/ws/chat/general%00"] {
        let path = format!("{path}?token={}", ann.token);
        let refused = server.try_plain(&path, &[]).await.err().unwrap();
        assert!((400..500).contains(&refused.0), "{path}: {refused:?}");
    }
}

async fn nor_is_any_that_comes_over_a_socket(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let group = server.group(&ann, &[&bob]).await;
    let message = server.say(&ann, &room, "hello").await["message_id"].clone();
    let mut socket = server.socket(&ann).await;
    let nul = "a\0b";
    for (event, payload) in [
        ("auth:refresh", json!({"token": nul})),
        ("message:send", json!({"chatroom_id": room, "content": nul})),
        ("message:send", json!({"chatroom_id": room, "content": "x", "media_url": nul})),
        ("message:edit", json!({"message_id": message, "content": nul})),
        ("message:search", json!({"query": nul})),
        ("reaction:add", json!({"message_id": message, "emoji": nul})),
        ("reaction:remove", json!({"message_id": message, "emoji": nul})),
        ("room:create", json!({"kind": "group", "user_ids": [bob.id], "chatroom_name": nul})),
        ("room:create", json!({"kind": "public", "chatroom_name": nul})),
        ("room:update", json!({"chatroom_id": group, "chatroom_name": nul})),
        ("room:update", json!({"chatroom_id": group, "description": nul})),
        ("room:draft", json!({"chatroom_id": room, "text": nul})),
        ("friend:request", json!({"username": nul})),
        ("friend:request", json!({"email": nul})),
        ("presence:set", json!({"state": "online", "status_text": nul})),
    ] {
        let answer = socket.ask(event, payload).await;
        let code = answer["error"]["code"].as_str().unwrap_or_default();
        assert!(answer["ok"].is_boolean(), "{event}: {answer}");
        assert!(!["internal", "unavailable"].contains(&code), "{event}: {answer}");
    }
}

/// Every part that stands for something, as NUL.
async fn in_path(server: &Server, ann: &Person, operation: &Operation) -> usize {
    if !operation.has_ids() {
        return 0;
    }
    for nul in ["%00", "a%00b"] {
        let path = operation.filled(|_| nul);
        expect_refusal(server, ann, &operation.method, &path, Some(json!({}))).await;
    }
    1
}

async fn in_query(server: &Server, ann: &Person, operation: &Operation) -> usize {
    let mut asked = 0;
    for parameter in operation.parameters("query").filter(|it| it["name"] != "token") {
        let name = parameter["name"].as_str().unwrap();
        // With something where something must be.
        let path = format!("{}?{name}=a%00b", operation.filled(|_| "1"));
        expect_refusal(server, ann, &operation.method, &path, Some(json!({}))).await;
        asked += 1;
    }
    asked
}

/// Every field that takes a text.
async fn in_body(server: &Server, ann: &Person, document: &Value, operation: &Operation) -> usize {
    let schema = &operation.value["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    let Some(fields) = document["components"]["schemas"][name]["properties"].as_object() else {
        return 0;
    };
    let body: Value = fields.keys().map(|it| (it.clone(), json!("a\0b"))).collect();
    let path = operation.filled(|_| "1");
    let (status, answer) = answered(server, ann, &operation.method, &path, Some(body)).await;
    assert!(!status.is_success(), "{operation}: {status} {answer}");
    1
}

async fn expect_refusal(
    server: &Server,
    ann: &Person,
    method: &Method,
    path: &str,
    body: Option<Value>,
) {
    let (status, answer) = answered(server, ann, method, path, body).await;
    assert!(status.is_client_error(), "{method} {path}: {status} {answer}");
}

async fn answered(
    server: &Server,
    ann: &Person,
    method: &Method,
    path: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let answer = server.call(method.clone(), path, Some(ann), body).await;
    assert!(!answer.0.is_server_error(), "{method} {path}: {answer:?}");
    answer
}
