//! What lies in front of every surface: origins, files, paths that are not there.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::server::Server;

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
    let told = "The client is using an unsupported version of the Socket.IO or Engine.IO protocols";
    assert_eq!(reason, told);
    let server = Server::with(Kind::Sqlite, &[("ENGINE_IO_3", "on")]).await;
    let (status, _) = server.call(Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::OK);
}
