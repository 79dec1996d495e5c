//! Coming and going, and the envelope around it.

use axum::{Router, routing::post};
use parlor::dialect::chatsphere::auth;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::ChatspherePerson;
use crate::{
    on_every_database,
    support::{databases::Kind, people::PASSWORD, server::Server, websocket::End},
};

on_every_database!(
    what_is_taken_or_unfit_is_refused_with_its_code,
    an_address_or_a_handle_signs_in,
    a_refresh_token_is_used_once,
    a_profile_changes_by_form,
);

const REGISTER: &str = "/api/v1/auth/register";
const LOGIN: &str = "/api/v1/auth/login";

/// The status and the envelope's code and message.
async fn post_json(server: &Server, path: &str, body: Value) -> (u16, i64, Value) {
    let (status, answer) = server.call(Method::POST, path, None, Some(body)).await;
    (status.as_u16(), answer["code"].as_i64().unwrap_or(0), answer)
}

async fn post_form(
    server: &Server,
    method: Method,
    path: &str,
    who: &ChatspherePerson,
    form: &[(&str, &str)],
) -> (u16, Value) {
    let request = server.http.request(method, server.url(path)).bearer_auth(&who.native.token);
    let response = request.form(form).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn what_is_taken_or_unfit_is_refused_with_its_code(server: Server) {
    let ann = server.chatsphere_person("ann").await;
    let body = |email: &str, username: &str, password: &str| json!({"email": email, "username": username, "display_name": "x", "password": password});
    for (body, status, code, message) in [
        // Both are taken: this client hears of the address.
        (body(&ann.email, &ann.name, PASSWORD), 409, 41_005, "邮箱已被使用"),
        (body("ANN@example.com", "other", PASSWORD), 409, 41_005, "邮箱已被使用"),
        (body("b@example.com", "ANN", PASSWORD), 409, 41_006, "用户名已被使用"),
        (body("b@example.com", "ab", PASSWORD), 400, 40_000, "用户名格式不正确"),
        (body("b@example.com", "bo b", PASSWORD), 400, 40_000, "用户名格式不正确"),
        (body("b@example.com", "bob", "12345"), 400, 41_007, "密码强度不足"),
        (body("b@example", "bob", PASSWORD), 422, 40_022, "数据验证失败"),
        (json!({}), 422, 40_022, "数据验证失败"),
    ] {
        let (was, its, answer) = post_json(&server, REGISTER, body).await;
        assert_eq!((was, its, &answer["message"]), (status, code, &json!(message)), "{answer}");
    }
    let (_, _, answer) = post_json(&server, REGISTER, json!({"email": "bad"})).await;
    let fields: Vec<Value> =
        answer["data"]["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    let all = ["email", "username", "display_name", "password"];
    assert_eq!(fields, all.map(|it| json!(format!("body -> {it}"))));
    let (_, _, answer) = post_json(&server, REGISTER, body("b@example.com", "!", PASSWORD)).await;
    assert_eq!(answer["data"]["field"], "username");
}

async fn an_address_or_a_handle_signs_in(server: Server) {
    let ann = server.chatsphere_person("ann").await;
    for name in ["ann@example.com", "ANN@EXAMPLE.COM", "ann"] {
        let (status, code, answer) =
            post_json(&server, LOGIN, json!({"email": name, "password": PASSWORD})).await;
        assert_eq!((status, code, &answer["message"]), (200, 20_000, &json!("登录成功")));
        assert_eq!(answer["data"]["user"]["id"], json!(ann.id));
        assert_eq!(answer["data"]["token_type"], "bearer");
    }
    let named = json!({"username": "ann", "password": PASSWORD});
    assert_eq!(post_json(&server, LOGIN, named).await.0, 200);
    for name in ["ann@example.com", "nobody@example.com"] {
        let wrong = json!({"email": name, "password": "wrong"});
        let (status, code, answer) = post_json(&server, LOGIN, wrong).await;
        assert_eq!((status, code, &answer["message"]), (401, 41_003, &json!("用户名或密码错误")));
        assert_eq!(answer["data"], Value::Null);
    }
    let (status, code, answer) = post_json(&server, LOGIN, json!({"email": "ann"})).await;
    assert_eq!((status, code), (422, 40_022));
    assert_eq!(answer["data"]["errors"][0]["field"], "body -> password");
    // Somebody without an address, from a surface that asks for none.
    let body = json!({"username": "carl", "password": PASSWORD});
    server.call(Method::POST, "/v1/auth/register", None, Some(body)).await;
    let carl = json!({"email": "carl", "password": PASSWORD});
    let (status, _, answer) = post_json(&server, LOGIN, carl).await;
    assert_eq!((status, &answer["data"]["user"]["email"]), (200, &Value::Null));
    assert_eq!(answer["data"]["user"]["display_name"], "carl");
}

async fn a_refresh_token_is_used_once(server: Server) {
    let ann = server.chatsphere_person("ann").await;
    let path = "/api/v1/auth/token/refresh";
    let with = |it: &str| json!({"refresh_token": it});
    let (status, code, answer) = post_json(&server, path, with(&ann.refresh)).await;
    assert_eq!((status, code), (200, 20_000));
    let second = answer["data"]["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(second, ann.refresh);
    assert_eq!(post_json(&server, path, with(&second)).await.0, 200);
    for refused in [ann.refresh.as_str(), "junk", ann.native.token.as_str()] {
        let (status, code, answer) = post_json(&server, path, with(refused)).await;
        assert_eq!((status, code, &answer["message"]), (401, 41_008, &json!("无效的刷新令牌")));
    }
    assert_eq!(post_json(&server, path, json!({})).await.1, 40_022);
}

async fn a_profile_changes_by_form(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut at_bobs = server.open(&bob).await;
    let _at_anns = server.open(&ann).await;
    let put = async |form: &[(&str, &str)]| {
        post_form(&server, Method::PUT, "/api/v1/auth/me", &ann, form).await
    };
    assert_eq!(put(&[("display_name", "新名字")]).await, (200, json!({"message": "资料更新成功"})));
    let is_new = |it: &Value| {
        let mut people = it["data"].as_array().into_iter().flatten();
        it["type"] == "online_users" && people.any(|it| it["display_name"] == "新名字")
    };
    at_bobs.hear_where(is_new).await;
    put(&[("avatar_url", "http://x/y.png")]).await;
    let me = server.see("/api/v1/me", &ann).await;
    assert_eq!((&me["success"], &me["message"]), (&json!(true), &json!("获取用户信息成功")));
    assert_eq!(me["data"]["display_name"], "新名字");
    assert_eq!(me["data"]["avatar_url"], "http://x/y.png");
    assert_eq!(put(&[("display_name", &"x".repeat(33))]).await.0, 422);

    let change = async |old: &str, new: &str| {
        let form = [("current_password", old), ("new_password", new)];
        post_form(&server, Method::POST, "/api/v1/auth/change-password", &ann, &form).await
    };
    let (status, answer) = change("wrong", "another one").await;
    assert_eq!((status, &answer["message"]), (400, &json!("当前密码错误")));
    assert_eq!(change(PASSWORD, "short").await.0, 422);
    assert_eq!(change(PASSWORD, "another one").await, (200, json!({"message": "密码修改成功"})));

    let valid = server.see("/api/v1/auth/validate-token", &ann).await;
    assert_eq!((&valid["valid"], &valid["user_id"]), (&json!(true), &json!(ann.id)));
    let revoke = "/api/v1/auth/revoke-token";
    let form = [("token", ann.native.token.as_str())];
    assert_eq!(post_form(&server, Method::POST, revoke, &bob, &[("token", "junk")]).await.0, 400);
    assert_eq!(post_form(&server, Method::POST, revoke, &ann, &form).await.0, 200);
    let (status, _) = server.call(Method::GET, "/api/v1/me", Some(&ann.native), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_told_so_in_the_envelope() {
    let server = Server::start().await;
    for (method, path) in [
        (Method::GET, "/api/v1/me"),
        (Method::GET, "/auth/me"),
        (Method::PUT, "/api/v1/auth/me"),
        (Method::POST, "/api/v1/auth/logout"),
        (Method::GET, "/chat/rooms"),
        (Method::GET, "/api/v1/rooms/general/online-count"),
        (Method::GET, "/chat/messages/room/general"),
        (Method::GET, "/api/v1/conversations"),
        (Method::POST, "/api/v1/conversations/room/general/mark-read"),
        (Method::GET, "/chat/online-users"),
        (Method::GET, "/api/v1/stats"),
    ] {
        let (status, answer) = server.call(method.clone(), path, None, None).await;
        let refused = json!({"code": 50_000, "message": "Not authenticated", "data": null});
        assert_eq!((status, answer), (StatusCode::FORBIDDEN, refused), "{path}");
        let request = server.http.request(method, server.url(path)).bearer_auth("junk");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert!(response.headers().contains_key("x-request-id"), "{path}");
        let time = response.headers()["x-process-time"].to_str().unwrap();
        assert!(time.parse::<f64>().is_ok(), "{path}: {time}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer, json!({"code": 50_000, "message": "无效的token", "data": null}));
    }
    let unknown = server.call(Method::GET, "/api/v1/nowhere", None, None).await;
    assert_eq!(unknown, (StatusCode::NOT_FOUND, json!({"detail": "Not Found"})));
    let body = json!({"provider": "nosuch", "access_token": "x"});
    let (status, code, _) = post_json(&server, "/api/v1/auth/oauth2/login", body).await;
    assert_eq!((status, code), (400, 40_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_hears_no_more() {
    let server = Server::start().await;
    let ann = server.chatsphere_person("ann").await;
    let mut socket = server.open(&ann).await;
    let out = server.ok(Method::POST, "/api/v1/auth/logout", &ann.native, None).await;
    assert_eq!(out, json!({"code": 20_000, "message": "退出登录成功", "data": null}));
    assert_eq!(socket.expect_end().await, End::Closed(4_001, "无效token".to_owned()));
    let (status, _) = server.call(Method::GET, "/api/v1/me", Some(&ann.native), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let mut again = server.plain_by_query("/ws", &ann.native.token).await;
    assert_eq!(again.expect_end().await, End::Closed(4_001, "无效token".to_owned()));
}

/// Also where other limits are off: guessing is nobody's right.
#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_signing_in_is_not() {
    for limits in ["on", "off"] {
        let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", limits)]).await;
        let ann = server.chatsphere_person("ann").await;
        for _ in 0..3 {
            let body = json!({"email": ann.email, "password": PASSWORD});
            assert_eq!(post_json(&server, LOGIN, body).await.0, 200, "{limits}");
        }
        for _ in 0..5 {
            let body = json!({"email": ann.email, "password": "wrong"});
            assert_eq!(post_json(&server, LOGIN, body).await.0, 401, "{limits}");
        }
        let body = json!({"email": ann.email, "password": PASSWORD});
        let (status, code, answer) = post_json(&server, LOGIN, body.clone()).await;
        assert_eq!((status, code), (429, 40_029), "{limits}");
        assert_eq!(answer["message"], "登录尝试过于频繁，请稍后再试");
        let response = server.http.post(server.url(LOGIN)).json(&body).send().await.unwrap();
        let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
    }
}

/// Ten times what the client asks after each message, and more often than it polls.
#[tokio::test(flavor = "multi_thread")]
async fn the_limits_leave_room_for_what_the_client_asks() {
    let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", "on")]).await;
    let ann = server.chatsphere_person("ann").await;
    let read = "/api/v1/conversations/room/general/mark-read";
    for _ in 0..10 {
        server.see("/api/v1/conversations", &ann).await;
        server.see("/api/v1/rooms/general/online-count", &ann).await;
        server.see("/api/v1/rooms/tech/online-count", &ann).await;
        server.ok(Method::POST, read, &ann.native, None).await;
    }
}

/// The paths that several products claim are wired elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn its_part_of_the_shared_paths_answers_as_its_own_paths_do() {
    let server = Server::start().await;
    let router = Router::new()
        .route("/auth/register", post(auth::register))
        .route("/auth/login", post(auth::login))
        .route("/auth/logout", post(auth::logout))
        .with_state(server.chat());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let ask = async |path: &str, token: &str, body: Value| {
        let request = server.http.post(format!("http://{address}{path}")).bearer_auth(token);
        let response = request.json(&body).send().await.unwrap();
        assert!(response.headers().contains_key("x-request-id"), "{path}");
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let new = json!({"email": "ann@example.com", "username": "ann", "display_name": "Ann",
        "password": PASSWORD});
    let (status, made) = ask("/auth/register", "", new.clone()).await;
    assert_eq!((status, &made["code"]), (201, &json!(20_001)));
    let (status, refused) = ask("/auth/register", "", new).await;
    assert_eq!((status, &refused["code"]), (409, &json!(41_005)));
    assert_eq!(ask("/auth/login", "", json!({})).await.1["code"], 40_022);
    let login = json!({"email": "ann@example.com", "password": PASSWORD});
    let (status, known) = ask("/auth/login", "", login).await;
    assert_eq!((status, &known["code"]), (200, &json!(20_000)));
    let token = known["data"]["access_token"].as_str().unwrap();
    assert_eq!(ask("/auth/logout", token, json!({})).await.0, 200);
    assert_eq!(ask("/auth/logout", token, json!({})).await.0, 401);
}
