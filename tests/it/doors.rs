//! What lies in front of every surface: origins, files, paths that are not there.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use parlor::config::Settings;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{databases::Kind, server::Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_named_origin_may_ask_and_another_may_not() {
    let server = Server::start().await;
    let preflight = async |origin: &str| {
        server
            .http
            .request(Method::OPTIONS, server.url("/v1/me"))
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "PATCH")
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .send()
            .await
            .unwrap()
    };
    let good = preflight("http://localhost:5173").await;
    assert_eq!(good.status(), StatusCode::OK);
    assert_eq!(good.headers()["access-control-allow-origin"], "http://localhost:5173");
    assert_eq!(good.headers()["access-control-allow-credentials"], "true");
    let bad = preflight("http://evil.example").await;
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
    assert!(!bad.headers().contains_key("access-control-allow-origin"));
    let refused = server.http.get(server.url("/nowhere")).header("Origin", "http://localhost:3000");
    let refused = refused.send().await.unwrap();
    assert_eq!(refused.headers()["access-control-allow-origin"], "http://localhost:3000");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_methods_that_are_not_there_are_refused_in_each_surfaces_words() {
    let server = Server::start().await;
    let (status, body) = server.call(Method::GET, "/nowhere", None, None).await;
    assert_eq!((status, body), (StatusCode::NOT_FOUND, json!({"detail": "Not Found"})));
    let (status, body) = server.call(Method::GET, "/auth/register", None, None).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(body, json!({"detail": "Method Not Allowed"}));
    let (status, body) = server.call(Method::GET, "/v1/nowhere", None, None).await;
    assert_eq!((status, &body["code"]), (StatusCode::NOT_FOUND, &json!("not_found")));
    for path in ["/socket.io/socket.io.js", "/ws/socket.io/socket.io.js"] {
        let (status, _) = server.call(Method::GET, path, None, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_engines_are_refused_until_a_setting_admits_them() {
    use crate::support::databases::Kind;
    let path = "/socket.io/?EIO=3&transport=polling";
    let server = Server::start().await;
    let (status, reason) = server.call(Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(reason.as_str().unwrap().contains("unsupported version"), "{reason}");
    let server = Server::with(Kind::Sqlite, &[("ENGINE_IO_3", "on")]).await;
    let (status, _) = server.call(Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_and_its_pages_are_served_from_here() {
    let server = Server::start().await;
    let document: Value =
        server.http.get(server.url("/openapi.json")).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/v1/rooms/{chatroom_id}/messages", "/friends/requests/pending", "/health/ready"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let operations = document["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|it| it.as_object().unwrap().values());
    let mut names: Vec<_> = operations.map(|it| it["operationId"].as_str().unwrap()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "every operation has a name of its own");
    for path in ["/docs", "/docs/", "/redoc"] {
        let page = server.http.get(server.url(path)).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let page = page.text().await.unwrap();
        assert!(!page.contains("https://"), "{path} asks somebody else");
        let scripts: Vec<&str> =
            page.split("src=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
        assert!(!scripts.is_empty(), "{path}");
        for script in scripts {
            assert!(script.starts_with('/'), "{path}: {script} would be sought beside the page");
            let answer = server.http.get(server.url(script)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{script}");
            let kind = &answer.headers()[header::CONTENT_TYPE];
            assert!(kind.to_str().unwrap().contains("javascript"), "{script}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let mut server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "before").await;
    let mut socket = server.socket(&bob).await;
    server.restart().await;
    socket.hear("server:restarting").await;
    let message = server.say(&ann, &room, "after").await;
    assert_eq!(message["seq"], 2);
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &bob).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 2);
}

/// Whoever asks for news is told when there is some; the server does not wait for that
/// when it stops.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_poll_does_not_keep_the_server_from_stopping() {
    let mut server = Server::start().await;
    let base = server.url("/socket.io/?EIO=4&transport=polling");
    let opened = server.http.get(&base).send().await.unwrap().text().await.unwrap();
    let opened: Value = serde_json::from_str(&opened[1..]).unwrap();
    let line = format!("{base}&sid={}", opened["sid"].as_str().unwrap());
    // The first one brings a ping. Nobody would find the second in a namespace.
    server.http.get(&line).send().await.unwrap();
    let poll = tokio::spawn(server.http.get(&line).send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!poll.is_finished());
    let before = Instant::now();
    server.stop().await;
    assert!(before.elapsed() < Duration::from_secs(5), "stopping took {:?}", before.elapsed());
    poll.await.unwrap().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_off_is_not_there() {
    let server = Server::with(Kind::Sqlite, &[("SURFACES", "native, campus")]).await;
    let ann = server.person("ann").await;
    let status = async |path: &str| server.call(Method::GET, path, Some(&ann), None).await.0;
    for path in ["/friends/", "/users/me", "/servers/", "/ws/socket.io/?EIO=4&transport=polling"] {
        assert_eq!(status(path).await, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/v1/me", "/message/get_rooms", "/health", "/"] {
        assert_eq!(status(path).await, StatusCode::OK, "{path}");
    }
    let document = server.get("/openapi.json", &ann).await;
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/v1/me") && paths.contains_key("/message/get_rooms"));
    assert!(!paths.keys().any(|it| it.starts_with("/friends") || it.starts_with("/servers")));
    let known: HashMap<String, String> = [("SURFACES".to_owned(), "native,x".to_owned())].into();
    let refused = Settings::load(None, &known).unwrap_err().to_string();
    assert!(refused.contains("SURFACES") && refused.contains("\"x\""), "{refused}");
}
