//! Coming and going with cookies.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_as_the_client_knows_it() {
    let server = Server::start().await;
    server.campus_person("ann").await;
    let post = async |path: &str, body: Value| {
        let sent = server.http.post(server.url(path)).json(&body).send().await.unwrap();
        assert!(set_cookies(&sent).is_empty());
        answer(sent).await
    };
    let unknown = post("/user/login", json!({"user_id": "nobody", "password": "pass"})).await;
    assert_eq!(unknown, (401, json!({"detail": "User not found"})));
    let wrong = post("/api/user/login", json!({"user_id": "ann", "password": "nope"})).await;
    assert_eq!(wrong, (401, json!({"detail": "Invalid password"})));
    let none = post("/api/user/refresh-token", json!({})).await;
    assert_eq!(none, (401, json!({"detail": "No refresh token provided"})));
    let (status, missing) = post("/user/register", json!({"user_id": "u2"})).await;
    assert_eq!((status, &missing["detail"][0]["loc"]), (422, &json!(["body", "username"])));
    assert_eq!(missing["detail"][1]["loc"], json!(["body", "password"]));
    let new = |name: &str, password: &str| json!({"user_id": name, "username": "x", "password": password});
    assert_eq!(post("/user/register", new("u2", "abc")).await.0, 422);
    assert_eq!(post("/user/register", new(&"x".repeat(60), "pass")).await.0, 422);
    assert_eq!(post("/user/register", new("u\0", "pass")).await.0, 422);
    let room = post("/message/create_room", json!({})).await;
    assert_eq!(room, (401, json!({"error": "User not authenticated"})));
    let (status, _) = server.call(Method::GET, "/user/login", None, None).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    let (status, body) = server.call(Method::GET, ONLINE, None, None).await;
    assert_eq!((status, body), (StatusCode::NOT_FOUND, json!({"detail": "Not Found"})));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_token_is_good_for_one_thing() {
    let server = Server::start().await;
    let ann = server.campus_person("ann").await;
    let get = async |cookies: String| {
        let asked = server.with_cookies(Method::GET, "/api/message/get_rooms", &cookies, None);
        asked.await.status().as_u16()
    };
    assert_eq!(get(format!("access_token={}", ann.access)).await, 200);
    assert_eq!(get(format!("access_token={}", ann.refresh)).await, 401);
    let bearer = async |token: &str, cookie: &str| {
        let url = server.url("/message/get_rooms");
        let request = server.http.get(url).bearer_auth(token);
        request.header("Cookie", format!("access_token={cookie}")).send().await.unwrap().status()
    };
    for nothing in ["null", "undefined"] {
        assert_eq!(bearer(nothing, &ann.access).await, 200, "{nothing} is no token");
    }
    assert_eq!(bearer(&ann.access, "junk").await, 200);
    assert_eq!(bearer("junk", &ann.access).await, 401);
    let refresh = async |cookies: String| {
        server.with_cookies(Method::POST, "/user/refresh-token", &cookies, Some(json!({}))).await
    };
    for bad in [&ann.access, "junk"] {
        let refused = answer(refresh(format!("refresh_token={bad}")).await).await;
        assert_eq!(refused, (401, json!({"detail": "User not authenticated"})));
    }
    // Two tabs refresh at once, and both stay signed in.
    let (one, two) = tokio::join!(refresh(ann.cookies()), refresh(ann.cookies()));
    let (one, two) = (tokens(&one), tokens(&two));
    assert_eq!(one.1, two.1);
    assert_eq!(get(format!("access_token={}", one.0)).await, 200);
    assert_eq!(get(format!("access_token={}", two.0)).await, 200);
    let third = refresh(format!("refresh_token={}", one.1)).await;
    assert_eq!(third.status(), StatusCode::OK);
    // Two generations back is a replay, and ends it all.
    assert_eq!(refresh(ann.cookies()).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(get(format!("access_token={}", one.0)).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_session_by_whichever_token_is_left() {
    let server = Server::start().await;
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    let logout = async |cookies: &str| {
        server.with_cookies(Method::POST, "/api/user/logout", cookies, Some(json!({}))).await
    };
    let mut socket = server.online(&ann).await;
    let left = format!("access_token=expired; refresh_token={}", ann.refresh);
    assert_eq!(logout(&left).await.status(), StatusCode::OK);
    assert_eq!(socket.expect_end().await, End::Closed(1_008, "signed out".to_owned()));
    let mut socket = server.online(&bob).await;
    assert_eq!(logout(&format!("access_token={}", bob.access)).await.status(), StatusCode::OK);
    assert_eq!(socket.expect_end().await, End::Closed(1_008, "signed out".to_owned()));
    assert_eq!(logout("access_token=junk; refresh_token=junk").await.status(), StatusCode::OK);
    let refused = server.try_plain(ONLINE, &[("Cookie", &bob.cookies())]).await.err();
    assert_eq!(refused, Some((403, String::new())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_can_neither_listen_nor_act() {
    let server = Server::start().await;
    let ann = server.campus_person("ann").await;
    let cookies = ann.cookies();
    for (origin, status) in [("http://localhost:4200", 101), ("http://evil.example", 403)] {
        let headers = [("Cookie", cookies.as_str()), ("Origin", origin)];
        let opened = server.try_plain("/api/message/online", &headers).await;
        assert_eq!(opened.map_or_else(|it| it.0, |_| 101), status, "{origin}");
        for path in ["/message/create_room", "/user/refresh-token", "/user/logout"] {
            let request = server.http.post(server.url(path)).header("Cookie", &cookies);
            let sent = request.header("Origin", origin).json(&json!({})).send().await.unwrap();
            let expected = if status == 101 { 200 } else { 403 };
            assert_eq!(sent.status().as_u16(), expected, "{origin} {path}");
            if path == "/user/refresh-token" {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn across_sites_cookies_are_secure() {
    use crate::support::databases::Kind;
    let server = Server::with(Kind::Sqlite, &[("COOKIE_SECURE", "true")]).await;
    let body = json!({"user_id": "u1", "username": "", "password": "pass"});
    let sent = server.http.post(server.url("/user/register")).json(&body).send().await.unwrap();
    for cookie in set_cookies(&sent) {
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        let wanted = ["HttpOnly", "SameSite=None", "Secure", "Path=/"];
        assert_eq!(attributes[..4], wanted, "{cookie}");
    }
    assert_eq!(answer(sent).await.1["username"], "u1", "who has no name is called by their handle");
}
