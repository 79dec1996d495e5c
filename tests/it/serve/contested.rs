//! Paths that several products claim.

use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};

use crate::{on_every_database, support::server::Server};

on_every_database!(
    an_account_is_made_with_the_keys_of_all_who_share_the_path,
    whoever_logs_out_is_out_everywhere,
);

fn new(name: &str, email: &str, password: &str) -> Value {
    json!({"username": name, "email": email, "password": password})
}

async fn an_account_is_made_with_the_keys_of_all_who_share_the_path(server: Server) {
    let register = async |body| server.call(Method::POST, "/auth/register", None, Some(body)).await;
    let (status, mut user) = register(new("ann", "ann@x.io", "pass")).await;
    assert_eq!(status, StatusCode::CREATED, "{user}");
    for key in ["created_at", "updated_at"] {
        assert!(user.as_object_mut().unwrap().remove(key).unwrap().is_string());
    }
    let id = user["id"].clone();
    let wanted = json!({"id": id, "user_id": id, "username": "ann", "email": "ann@x.io",
        "display_name": "ann", "nickname": null, "bio": null, "status": null,
        "avatar_url": null});
    assert_eq!(user, wanted);

    for (body, status, sentence) in [
        (new("ANN", "other@x.io", "pass"), 400, "Username already registered"),
        (new("bob", "Ann@x.io", "pass"), 400, "Email already registered"),
        (new("", "bob@x.io", "pass"), 422, "Username can not be empty"),
        (new("bob", "bob@x.io", ""), 422, "Password can not be empty"),
        (new("bob", " ", "pass"), 422, "Email can not be empty"),
    ] {
        let (found, answer) = register(body).await;
        assert_eq!((found.as_u16(), answer), (status, json!({"detail": sentence})));
    }
    let short = register(new("bob", "bob@x.io", "abc")).await.1;
    let wanted = json!({"type": "string_too_short", "loc": ["body", "password"],
        "msg": "String should have at least 4 characters", "input": "abc",
        "ctx": {"min_length": 4}});
    assert_eq!(short, json!({"detail": [wanted]}));
    let bad = register(new("bob", "bad", "pass")).await.1;
    assert_eq!(bad["detail"][0]["loc"], json!(["body", "email"]));
    assert_eq!(bad["detail"][0]["ctx"]["reason"], "An email address must have an @-sign.");
    let long = register(new(&"x".repeat(33), "bob@x.io", "pass")).await.1;
    assert_eq!(long["detail"][0]["type"], "string_too_long");
    let empty = register(json!({})).await.1;
    let missing: Vec<&Value> = empty["detail"].as_array().unwrap().iter().collect();
    assert_eq!(missing.len(), 3);
    let one = register(new("bob", "bob@x.io", "pass")).await;
    assert_eq!(one.0, StatusCode::CREATED, "nothing of the above took the name");
}

async fn whoever_logs_out_is_out_everywhere(server: Server) {
    let ann = server.person("ann").await;
    let mut socket = server.socket(&ann).await;
    let (status, farewell) = server.call(Method::POST, "/auth/logout", Some(&ann), None).await;
    let wanted = json!({"msg": "Successfully logged out", "code": 20000,
        "message": "退出登录成功", "data": null});
    assert_eq!((status, farewell), (StatusCode::OK, wanted));
    assert!(socket.ended(std::time::Duration::from_secs(1)).await);
    for path in ["/users/me", "/user/me", "/auth/logout"] {
        let method = if path == "/auth/logout" { Method::POST } else { Method::GET };
        let (status, answer) = server.call(method, path, Some(&ann), None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer, json!({"detail": "Could not validate credentials"}));
    }
    let response = server.http.post(server.url("/auth/logout")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_and_json_are_both_ways_to_sign_in() {
    let server = Server::start().await;
    let body = new("ann", "ann@x.io", "pass");
    server.call(Method::POST, "/auth/register", None, Some(body)).await;
    let post = || server.http.post(server.url("/auth/login"));
    let form = [("username", "ann"), ("password", "pass")];
    let parts = multipart::Form::new().text("username", "ann").text("password", "pass");
    let json = json!({"username": "ann@x.io", "password": "pass"});
    for request in [post().form(&form), post().multipart(parts), post().json(&json)] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let token: Value = response.json().await.unwrap();
        assert_eq!(token["token_type"], "bearer");
        let token = token["access_token"].as_str().unwrap();
        let me = server.http.get(server.url("/users/me")).bearer_auth(token).send().await;
        assert_eq!(me.unwrap().status(), StatusCode::OK);
    }

    for (name, password) in [("ann", "wrong"), ("nobody", "pass")] {
        let form = [("username", name), ("password", password)];
        let json = json!({"username": name, "password": password});
        for request in [post().form(&form), post().json(&json)] {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(response.headers()["www-authenticate"], "Bearer");
            let answer: Value = response.json().await.unwrap();
            assert_eq!(answer, json!({"detail": "Incorrect username or password"}));
        }
    }
    let kind = |it: &str| it.to_owned();
    for (request, loc) in [
        (post().form(&[("username", "ann")]), json!(["body", "password"])),
        (post(), json!(["body", "username"])),
        (post().json(&json!({"username": "ann"})), json!(["body", "password"])),
        (post().header("content-type", kind("application/json")), json!(["body"])),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["detail"][0]["loc"], loc, "{answer}");
    }
    let huge = post().header("content-type", "application/json").body("x".repeat(2 << 20));
    assert_eq!(huge.send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (status, answer) = server.call(Method::GET, "/auth/login", None, None).await;
    assert_eq!((status.as_u16(), answer), (405, json!({"detail": "Method Not Allowed"})));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_greeting_and_the_health_have_everybodys_keys() {
    let server = Server::start().await;
    let (status, greeting) = server.call(Method::GET, "/", None, None).await;
    let wanted = json!({"Hello": "World", "message": "Hello👋 Developers💻",
        "version": env!("CARGO_PKG_VERSION"), "docs": "/docs", "redoc": "/redoc",
        "health": "/health", "websocket": "/ws?token=YOUR_JWT_TOKEN"});
    assert_eq!((status, greeting), (StatusCode::OK, wanted));

    let ann = server.person("ann").await;
    let _socket = server.socket(&ann).await;
    let (status, mut health) = server.call(Method::GET, "/health", None, None).await;
    assert!(health.as_object_mut().unwrap().remove("timestamp").unwrap().is_string());
    let wanted = json!({"status": "healthy", "version": env!("CARGO_PKG_VERSION"),
        "database": "connected", "services": {
            "database": {"status": "healthy", "message": "connected"},
            "redis": {"status": "healthy", "message": "not used"},
            "websocket": {"status": "healthy", "active_connections": 1}}});
    assert_eq!((status, health), (StatusCode::OK, wanted));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_contested_is_in_the_document_with_examples() {
    let server = Server::start().await;
    let document = server.document().await;
    for (path, method) in [
        ("/", "get"),
        ("/health", "get"),
        ("/auth/register", "post"),
        ("/auth/login", "post"),
        ("/auth/logout", "post"),
        ("/users/me", "put"),
        ("/users/{user_id}", "get"),
        ("/servers/", "post"),
        ("/servers/{server_id}", "delete"),
        ("/servers/{server_id}/leave", "post"),
        ("/channels/{channel_id}/messages", "get"),
        ("/ws/{channel_id}", "get"),
    ] {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
    let login = &document["paths"]["/auth/login"]["post"]["requestBody"]["content"];
    assert!(login["application/json"].is_object(), "{login}");
    assert!(login["application/x-www-form-urlencoded"].is_object(), "{login}");
}
