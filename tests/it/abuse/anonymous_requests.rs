//! Whoever does not say who they are: each address may ask so much and no more.

use futures_util::future::{join, join_all};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::server::Server;

async fn limited() -> Server {
    Server::tweaked(|it| it.rate_limits = true).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_strangers_ask_for_costs_and_nobody_else_notices() {
    let server = limited().await;
    let ann = server.person("ann").await;
    for path in [
        "/health/db",
        "/health",
        "/openapi.json",
        "/v1/me",
        "/api/v1/me",
        "/users/me",
        "/no/such",
        "/v1/no/such",
        "/api/rooms",
        "/docs/",
        "/",
    ] {
        assert!(refused(&server, path, None).await, "{path}");
        // Another token does not make another stranger.
        assert!(refused(&server, path, Some("a.b.c")).await, "{path}");
        server.get("/v1/me", &ann).await;
        // Load balancers do not take us for dead.
        for probe in ["/health/live", "/health/ready"] {
            let answer = server.http.get(server.url(probe)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_known_asks_no_more_where_nobody_looks_who_it_is() {
    let server = limited().await;
    let ann = server.person("ann").await;
    for path in ["/health/db", "/openapi.json", "/no/such"] {
        assert!(refused(&server, path, Some(&ann.token)).await, "{path}");
    }
}

/// Whoever has the token of a session that was ended shuts out nobody with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_ended_uses_up_nothing_of_the_others() {
    let server = limited().await;
    let ann = server.person("ann").await;
    let lost = server.again(&ann).await;
    server.ok(Method::POST, "/v1/auth/logout", &lost, None).await;
    assert!(refused(&server, "/v1/me", Some(&lost.token)).await);
    server.get("/v1/me", &ann).await;
}

/// Every client of a school opens its page at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_class_behind_one_address_opens_its_pages() {
    let server = limited().await;
    for _ in 0..40 {
        let files = (0..30).map(|n| format!("/static/avatars/{n}.png"));
        let files = files.chain(["/app/".to_owned(), "/".to_owned(), "/health".to_owned()]);
        let answers = join_all(files.map(async |path| ask(&server, &path, None).await)).await;
        assert!(answers.iter().all(|it| *it != StatusCode::TOO_MANY_REQUESTS));
    }
}

/// No name is so long; nobody looks at what it would be in other letters.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_a_megabyte_is_nobodys() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let long = "ﷺ".repeat(300_000);
    for (path, body) in [
        ("/v1/auth/login", json!({"username": long, "password": "x"})),
        ("/auth/login", json!({"username": long, "password": "x"})),
        ("/user/login", json!({"user_id": long, "password": "x"})),
        ("/api/auth/login", json!({"username": long, "password": "x"})),
        ("/v1/auth/register", json!({"username": long, "password": "correct horse"})),
    ] {
        let (status, answer) = server.call(Method::POST, path, None, Some(body)).await;
        assert!(status.is_client_error(), "{path}: {status} {answer}");
    }
    let found = server.call(Method::GET, "/v1/users?query=ann", Some(&ann), None).await;
    assert_eq!(found.0, StatusCode::OK, "{found:?}");
}

/// Whether it is refused in the end, beside something that is answered quickly.
async fn refused(server: &Server, path: &str, token: Option<&str>) -> bool {
    let beside = if path == "/docs/" { "/static/no/such" } else { "/no/such" };
    for _ in 0..200 {
        let others = join_all((0..100).map(|_| ask(server, beside, token)));
        let asked = join_all((0..10).map(|_| ask(server, path, token)));
        let (_, answers) = join(others, asked).await;
        if answers.contains(&StatusCode::TOO_MANY_REQUESTS) {
            return true;
        }
    }
    false
}

async fn ask(server: &Server, path: &str, token: Option<&str>) -> StatusCode {
    let mut request = server.http.get(server.url(path));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    let waits = answer.headers().contains_key("retry-after");
    assert_eq!(waits, answer.status() == StatusCode::TOO_MANY_REQUESTS, "{path}");
    answer.status()
}
