//! The page at `/test`, which asks nobody else for anything.

use reqwest::{StatusCode, header};

use crate::support::{
    page::{Element, directives, elements, whole_addresses},
    server::Server,
};

const POLICY: [&str; 9] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_whole_and_from_here() {
    let server = Server::start().await;
    let get = async |path: &str| server.http.get(server.url(path)).send().await.unwrap();
    let page = get("/test").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert_eq!(directives(&policy), POLICY);
    let html = page.text().await.unwrap();
    assert!(html.starts_with("<!doctype html>"), "{html}");
    assert_eq!(whole_addresses(&html), [""; 0], "it asks nobody else");
    let elements = elements(&html);
    for element in &elements {
        // Its own policy would refuse it.
        assert_ne!(element.name, "style");
        for (attribute, _) in &element.attributes {
            let is_inline = *attribute == "style" || attribute.starts_with("on");
            assert!(!is_inline, "{attribute} of {}", element.name);
        }
    }
    let loaded: Vec<&str> = elements.iter().filter_map(Element::address).collect();
    for (path, kind) in [
        ("/test/test.js", "text/javascript"),
        ("/test/test.css", "text/css"),
        ("/test/test.svg", "image/svg+xml"),
    ] {
        assert!(loaded.contains(&path), "{path}");
        let part = get(path).await;
        assert_eq!(part.status(), StatusCode::OK, "{path}");
        assert!(part.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind));
        let text = part.text().await.unwrap();
        let foreign = whole_addresses(&text).into_iter().filter(|it| it.starts_with("https:"));
        assert_eq!(foreign.collect::<Vec<_>>(), [""; 0], "{path}");
        let words = text.split(|it: char| !it.is_alphanumeric());
        assert_eq!(words.filter(|it| *it == "innerHTML").count(), 0, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_described() {
    let server = Server::start().await;
    let document = server.document().await;
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
    assert_eq!(history, "At most the newest 1,000 messages.");
}
