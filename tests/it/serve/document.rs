//! The API document says what the server takes: beside each bound that it names a value is
//! refused, at the bound it is not, and nothing is refused that it does not speak of.
mod operation;
mod probe;

use reqwest::{StatusCode, header};
use serde_json::json;

use self::operation::Samples;
use crate::support::{
    databases::Kind,
    document::{Operation, operations},
    page::{Element, elements, whole_addresses},
    server::Server,
};

/// What answers otherwise than by its document, and why.
fn is_beyond_words(path: &str, name: &str, what: &str) -> bool {
    let says_nothing = matches!(what, "\"\"" | "null");
    match (path, name) {
        // A message says something, unless it has files.
        (
            "/chatrooms/{chatroom_id}/message"
            | "/v1/rooms/{chatroom_id}/messages"
            | "/v1/messages/{message_id}",
            "content",
        ) => says_nothing,
        // What is taken beside it depends on the kind of the room.
        ("/v1/rooms", "server_id" | "user_ids" | "chatroom_name" | "kind")
        // One of the two is needed.
        | ("/v1/auth/login", "username" | "email")
        // It may be a number, too, as pydantic takes it.
        | ("/chatrooms/{chatroom_id}/message", "timestamp")
        // Its letters are described in words; how many there may be is asked of others.
        | ("/api/v1/auth/register", "username")
        // They name what must be there already, or are only ever taken as they were given out.
        | (_, "reply_to_id" | "attachment_ids" | "media_url" | "cursor") => true,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_document_says_of_a_request_is_what_the_server_does() {
    let server = Server::with(Kind::Sqlite, &[]).await;
    let document = server.document().await;
    let samples = Samples::build(&server).await;
    let (mut asked, mut wrong) = (0, Vec::new());
    for operation in Operation::all(&document) {
        if operation.is_left_alone() {
            continue;
        }
        let who = samples.asker(&server, &operation).await;
        for probe in operation.probes(&document, &samples) {
            if is_beyond_words(&operation.path, &probe.name, &probe.what) {
                continue;
            }
            let (status, answer) = operation.ask(&server, &who, &probe, &samples).await;
            // One surface says of some values with 400 what it requires of them.
            let is_refused = status == 422 || answer.pointer("/data/requirement").is_some();
            asked += 1;
            if is_refused != probe.is_refused {
                let said = if probe.is_refused { "takes" } else { "refuses" };
                let (of, what) = (&probe.name, &probe.what);
                let answer: String = answer.to_string().chars().take(160).collect();
                wrong.push(format!("{operation} {said} {of} {what}: {status} {answer}"));
            }
        }
    }
    assert!(asked > 900, "{asked}");
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A body that is no JSON at all, none at all, and a form without its file.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_document_requires_is_required() {
    let server = Server::start().await;
    let document = server.document().await;
    let samples = Samples::build(&server).await;
    let mut asked = 0;
    for operation in Operation::all(&document).filter(|it| !it.is_left_alone()) {
        let who = samples.asker(&server, &operation).await;
        let Some(body) = operation.value["requestBody"].as_object() else { continue };
        let is_required = body.get("required") == Some(&json!(true));
        let url = operation.url(&samples, &[]);
        let method = operation.method.clone();
        let (status, answer) = server.call(method.clone(), &url, Some(&who), None).await;
        assert_eq!(status == 422, is_required, "{operation} without a body: {status} {answer}");
        if operation.form().is_some_and(|it| it.0 == "application/json") {
            let (status, answer) = server.call(method, &url, Some(&who), Some(json!([]))).await;
            assert_eq!(status, 422, "{operation} with a list: {answer}");
        }
        asked += 1;
    }
    assert!(asked > 50, "{asked}");
}

/// Who needs no token says so, and the others answer whoever has none with what they say.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_token_is_answered_as_the_document_says() {
    let server = Server::start().await;
    let document = server.document().await;
    let samples = Samples::build(&server).await;
    for operation in Operation::all(&document).filter(|it| !it.is_socket()) {
        let is_open = operation.value["security"] == json!([{}]);
        let (url, method) = (operation.url(&samples, &[]), operation.method.clone());
        let (status, answer) = server.call(method, &url, None, None).await;
        let said = operation.value["responses"].as_object().unwrap();
        assert!(said.contains_key(status.as_str()), "{operation}: {status} {answer}");
        let is_shut = matches!(status.as_u16(), 401 | 403);
        assert!(is_open || is_shut, "{operation} wants a token, and answers {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_and_its_pages_are_served_from_here() {
    let server = Server::start().await;
    let document = server.document().await;
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/v1/rooms/{chatroom_id}/messages", "/friends/requests/pending", "/health/ready"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let operations = operations(&document);
    let mut names: Vec<_> =
        operations.iter().map(|it| it.value["operationId"].as_str().unwrap()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "every operation has a name of its own");
    for path in ["/docs", "/docs/", "/redoc"] {
        let page = server.http.get(server.url(path)).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let page = page.text().await.unwrap();
        assert_eq!(whole_addresses(&page), [""; 0], "{path} asks somebody else");
        let elements = elements(&page);
        let scripts: Vec<&str> =
            elements.iter().filter(|it| it.name == "script").filter_map(Element::address).collect();
        assert!(!scripts.is_empty(), "{path}");
        for script in scripts {
            assert!(script.starts_with('/'), "{path}: {script} would be sought beside the page");
            let answer = server.http.get(server.url(script)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{script}");
            let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
            assert_eq!(kind.split(';').next(), Some("text/javascript"), "{script}");
        }
    }
}
