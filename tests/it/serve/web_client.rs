//! The web client at `/app/`: served as it was built, and nothing else by its leave.

use std::fs;

use reqwest::{Response, StatusCode, header};

use crate::support::{page::directives, server::Server};

const POLICY: [&str; 12] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
];

async fn built() -> Server {
    let server = Server::start().await;
    let folder = server.folder.path().join("static/app");
    fs::create_dir_all(folder.join("assets")).unwrap();
    fs::create_dir_all(folder.join(".vite")).unwrap();
    fs::write(folder.join("index.html"), "<!doctype html>the client").unwrap();
    fs::write(folder.join("assets/index-0a1b.js"), "run()").unwrap();
    fs::write(folder.join("assets/index-0a1b.js.br"), "less").unwrap();
    fs::write(folder.join("sw.js"), "serve()").unwrap();
    fs::write(folder.join(".vite/manifest.json"), "{}").unwrap();
    server
}

async fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response {
    let plain = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let mut request = plain.build().unwrap().get(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn word(response: &Response, name: header::HeaderName) -> &str {
    response.headers().get(name).map_or("", |it| it.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_led_to_the_client_and_a_script_is_greeted() {
    let server = Server::start().await;
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    for path in ["/", "/app"] {
        let answer = get(&server, path, &browser).await;
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT, "{path}");
        assert_eq!(word(&answer, header::LOCATION), "/app/");
    }
    let greeting = get(&server, "/", &[("accept", "*/*")]).await;
    assert_eq!(greeting.status(), StatusCode::OK);
    assert_eq!(word(&greeting, header::VARY), "accept");
    let greeting: serde_json::Value = greeting.json().await.unwrap();
    assert_eq!(greeting["Hello"], "World");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_answers_for_all_its_own_paths() {
    let server = built().await;
    for path in ["/app/", "/app/rooms/6f1f2a52-5f3c-4b4e-9b0a-6b1d5f0c9a11", "/app/sign-in"] {
        let page = get(&server, path, &[]).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert_eq!(word(&page, header::CONTENT_TYPE), "text/html");
        assert_eq!(word(&page, header::CACHE_CONTROL), "no-cache");
        let policy = word(&page, header::CONTENT_SECURITY_POLICY);
        assert_eq!(directives(policy), POLICY);
        assert_eq!(page.text().await.unwrap(), "<!doctype html>the client");
    }
    // The API's own refusals are as they were.
    let missing = get(&server, "/v1/nothing", &[("accept", "text/html")]).await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_eq!(word(&missing, header::CONTENT_TYPE), "application/problem+json");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_after_its_content_is_kept_for_ever() {
    let server = built().await;
    let script = get(&server, "/app/assets/index-0a1b.js", &[]).await;
    assert_eq!(word(&script, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert!(word(&script, header::CONTENT_TYPE).starts_with("text/javascript"));
    assert_eq!(script.text().await.unwrap(), "run()");
    let small = get(&server, "/app/assets/index-0a1b.js", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(word(&small, header::CONTENT_ENCODING), "br");
    assert!(word(&small, header::CONTENT_TYPE).starts_with("text/javascript"));
    assert_eq!(word(&small, header::VARY), "accept-encoding");
    assert_eq!(small.text().await.unwrap(), "less");
    let worker = get(&server, "/app/sw.js", &[]).await;
    assert_eq!(word(&worker, header::CACHE_CONTROL), "no-cache");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_of_the_build_is_served() {
    let server = built().await;
    fs::write(server.folder.path().join("static/secret.txt"), "secret").unwrap();
    for path in [
        "/app/assets/index-9z9z.js",
        "/app/.vite/manifest.json",
        "/app/%2e%2e/secret.txt",
        "/app/..%2fsecret.txt",
        "/app/assets/..%2f..%2fsecret.txt",
        "/app/%2fetc/os.release",
        "/app/assets%5c..%5csw.js",
        "/app/assets/a%00.js",
    ] {
        let answer = get(&server, path, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_build_the_page_says_how_to_make_it() {
    let server = Server::start().await;
    let page = get(&server, "/app/", &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(word(&page, header::CACHE_CONTROL), "no-store");
    let html = page.text().await.unwrap();
    let lines: Vec<&str> = html.lines().collect();
    let told = ["<pre>make web</pre>", "<pre>cd web", "npm ci", "npm run build</pre>"];
    for line in told {
        assert!(lines.contains(&line), "{line}: {html}");
    }
    // Building it later is enough.
    let folder = server.folder.path().join("static/app");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("index.html"), "the client").unwrap();
    let page = get(&server, "/app/", &[]).await;
    assert_eq!(page.text().await.unwrap(), "the client");
}
