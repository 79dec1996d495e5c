//! The page at `/test`, which asks nobody else for anything.

use reqwest::{StatusCode, header};

use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_whole_and_from_here() {
    let server = Server::start().await;
    let get = async |path: &str| server.http.get(server.url(path)).send().await.unwrap();
    let page = get("/test").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.starts_with("<!doctype html>"), "{html}");
    for inline in ["style=", "onclick=", "<style", "http:", "https:", "//cdn"] {
        assert!(!html.contains(inline), "{inline} would be refused by its own policy");
    }
    for (path, kind) in [
        ("/test/test.js", "text/javascript"),
        ("/test/test.css", "text/css"),
        ("/test/test.svg", "image/svg+xml"),
    ] {
        assert!(html.contains(path), "{path}");
        let part = get(path).await;
        assert_eq!(part.status(), StatusCode::OK, "{path}");
        assert!(part.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind));
        let text = part.text().await.unwrap();
        assert!(!text.contains("https:") && !text.contains("innerHTML"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described() {
    let server = Server::start().await;
    let document = server.http.get(server.url("/openapi.json")).send().await.unwrap();
    let document: serde_json::Value = document.json().await.unwrap();
    for path in [
        "/api/auth/signup",
        "/api/rooms/{room_id}/mark-read",
        "/api/messages/{room_id}/recent",
        "/api/upload-image",
        "/api/reactions/stats/{room_id}",
        "/ws/chat/{room}",
        "/test",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let history = &document["paths"]["/api/messages/{room_id}"]["get"]["description"];
    assert!(history.as_str().unwrap().contains("1,000"), "{history}");
}
