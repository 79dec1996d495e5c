//! Public rooms by their native routes.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{on_every_database, support::server::Server};

on_every_database!(
    public_rooms_are_listed_joined_and_left,
    rooms_of_every_kind_are_made_by_event_and_by_route,
);

async fn public_rooms_are_listed_joined_and_left(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let body = json!({"kind": "public", "chatroom_name": "the cave", "description": "echoes"});
    let (status, cave) = server.call(Method::POST, "/v1/rooms", Some(&ann), Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{cave}");
    assert_eq!((&cave["kind"], &cave["role"]), (&json!("public"), &json!("owner")));
    let id = cave["chatroom_id"].as_str().unwrap();
    server.say(&ann, id, "hello?").await;

    let (mut names, mut path) = (Vec::new(), "/v1/rooms?kind=public&limit=2".to_owned());
    loop {
        let page = server.get(&path, &bob).await;
        names
            .extend(page["items"].as_array().unwrap().iter().map(|it| it["chatroom_name"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/rooms?kind=public&limit=2&cursor={next}");
    }
    let wanted = ["公共大厅", "技术讨论", "随便聊聊", "the cave"];
    assert_eq!(names, wanted.map(Value::from), "the oldest first");

    let listed = async |who| {
        let page = server.get("/v1/rooms?kind=public", who).await;
        page["items"].as_array().unwrap().last().unwrap().clone()
    };
    let seen = listed(&bob).await;
    assert_eq!((&seen["joined"], &seen["member_count"]), (&json!(false), &json!(1)));
    assert_eq!(seen["description"], "echoes");
    assert_eq!(seen["last_message"]["content"], "hello?");
    assert_eq!(server.get("/v1/rooms", &bob).await["items"], json!([]), "none of mine");
    let me = format!("/v1/rooms/{id}/members/me");
    server.ok(Method::PUT, &me, &bob, None).await;
    let seen = listed(&bob).await;
    assert_eq!((&seen["joined"], &seen["member_count"]), (&json!(true), &json!(2)));
    assert_eq!(server.get("/v1/rooms?kind=group", &bob).await["items"], json!([]));
    server.ok(Method::DELETE, &me, &bob, None).await;
    assert_eq!(listed(&bob).await["joined"], json!(false));
    assert_eq!(listed(&ann).await["joined"], json!(true));
    for bad in ["kind=secret", "kind=public&cursor=eA", "kind=public&limit=0"] {
        let path = format!("/v1/rooms?{bad}");
        let (status, answer) = server.call(Method::GET, &path, Some(&ann), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {answer}");
    }
}

async fn rooms_of_every_kind_are_made_by_event_and_by_route(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let default_room = json!({"kind": "public", "chatroom_name": "the hall"});
    let made = at_anns.ok("room:create", default_room).await;
    assert_eq!((&made["created"], &made["chatroom"]["kind"]), (&json!(true), &json!("public")));
    let channel_server =
        server.ok(Method::POST, "/v1/servers", &ann, Some(json!({"name": "sea"}))).await;
    let path = format!("/v1/servers/{}/members/me", channel_server["server_id"]);
    server.ok(Method::PUT, &path, &bob, None).await;
    let north = json!({"kind": "channel", "chatroom_name": "north", "server_id": channel_server["server_id"]});
    assert_eq!(at_bobs.fault("room:create", north.clone()).await, "not_server_owner");
    let made = at_anns.ok("room:create", north).await;
    assert_eq!(made["chatroom"]["server_id"], channel_server["server_id"]);
    assert_eq!(at_bobs.hear("room:created").await["chatroom"]["chatroom_name"], "north");
    for bad in [
        json!({"kind": "public"}),
        json!({"kind": "public", "chatroom_name": " "}),
        json!({"kind": "public", "chatroom_name": "x", "user_ids": [bob.id]}),
        json!({"kind": "public", "chatroom_name": "x", "server_id": channel_server["server_id"]}),
        json!({"kind": "channel", "chatroom_name": "x"}),
        json!({"kind": "channel", "server_id": channel_server["server_id"]}),
        json!({"kind": "group", "chatroom_name": "x"}),
        json!({"kind": "group", "user_ids": [bob.id], "description": "x".repeat(1_025)}),
        json!({"kind": "cave", "chatroom_name": "x"}),
    ] {
        assert_eq!(at_anns.fault("room:create", bad.clone()).await, "validation_failed", "{bad}");
        let (status, answer) = server.call(Method::POST, "/v1/rooms", Some(&ann), Some(bad)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    }
    let nowhere = json!({"kind": "channel", "chatroom_name": "x", "server_id": 999});
    assert_eq!(at_anns.fault("room:create", nowhere).await, "server_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_one_message_of_two_posts_and_no_other_promise() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let channel_server = json!({"name": "sea"});
    let post = async |path: &str, key: &str, body: &Value| {
        let request = server.http.post(server.url(path)).bearer_auth(&ann.token);
        let response = request.header("idempotency-key", key).json(body).send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let key = "0f6f1c0e-6a0b-4b57-9c53-1f0a2f6f8f11";
    let default_room = json!({"kind": "public", "chatroom_name": "hall"});
    let (status, room) = post("/v1/rooms", key, &default_room).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("/v1/rooms/{}/messages", room["chatroom_id"].as_str().unwrap());
    let words = json!({"content": "once"});
    let (first, again) = (post(&path, key, &words).await, post(&path, key, &words).await);
    assert_eq!((first.0, again.0), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!((&first.1, &first.1["client_msg_id"]), (&again.1, &json!(key)));
    assert_eq!(post(&path, key, &json!({"content": "else"})).await.0, StatusCode::CONFLICT);
    assert_eq!(post(&path, "7", &words).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    // The document says that it is not heeded elsewhere.
    for (path, body) in [("/v1/servers", &channel_server), ("/v1/rooms", &default_room)] {
        let (one, two) = (post(path, key, body).await, post(path, key, body).await);
        assert_eq!((one.0, two.0), (StatusCode::CREATED, StatusCode::CREATED));
        assert_ne!(one.1, two.1, "{path}");
    }
}
