//! Whoever makes rooms without end, and puts others into them who did not ask for it.

use entity::secret::Hashed;
use parlor::store::{self, person::NewUser};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{people::Person, server::Server};

async fn limited() -> Server {
    Server::tweaked(|it| it.rate_limits = true).await
}

/// Also where they are made over a socket, or are for two, for a server or for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn rooms_with_others_in_them_are_made_a_few_a_minute() {
    let server = limited().await;
    let (eve, others) = (server.person("eve").await, crowd(&server, 60).await);
    let mut socket = server.socket(&eve).await;
    let mut made = 0;
    for other in &others[..10] {
        let direct = json!({"kind": "direct", "user_ids": [other]});
        made += usize::from(socket.ask("room:create", direct).await["ok"] == true);
        let group = json!({"kind": "group", "user_ids": [other], "chatroom_name": "come"});
        made += usize::from(socket.ask("room:create", group).await["ok"] == true);
    }
    assert_eq!(made, 20);
    let refused = |answer: &(StatusCode, Value)| answer.0 == StatusCode::TOO_MANY_REQUESTS;
    for (path, body) in [
        ("/v1/rooms", json!({"kind": "direct", "user_ids": [others[20]]})),
        ("/v1/rooms", json!({"kind": "group", "user_ids": [others[20]]})),
        ("/v1/rooms", json!({"kind": "public", "chatroom_name": "all"})),
        ("/v1/servers", json!({"name": "mine"})),
        ("/chatrooms/", json!({"members_id": [eve.id, others[20]]})),
        ("/message/create_room", json!({"chatroom_name": "mine"})),
        ("/api/rooms", json!({"name": "all"})),
    ] {
        let answer = server.call(Method::POST, path, Some(&eve), Some(body)).await;
        assert!(refused(&answer), "{path}: {answer:?}");
    }
    // A room for two that is there already is found.
    let again = json!({"kind": "direct", "user_ids": [others[0]]});
    socket.ok("room:create", again).await;
    assert_eq!(rooms(&server, &eve).await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_by_their_number_however_they_are_put_into_calls() {
    let server = limited().await;
    let (eve, others) = (server.person("eve").await, crowd(&server, 260).await);
    let body = json!({"kind": "group", "user_ids": others[..150], "chatroom_name": "come"});
    let room = server.ok(Method::POST, "/v1/rooms", &eve, Some(body)).await;
    let room = room["chatroom_id"].as_str().unwrap();
    let mut socket = server.socket(&eve).await;
    let add = |users: &[i64]| json!({"chatroom_id": room, "user_ids": users});
    let answer = socket.ask("room:add_members", add(&others[150..220])).await;
    assert_eq!(answer["error"]["code"], "rate_limited", "{answer}");
    socket.ok("room:add_members", add(&others[150..190])).await;
    // The last ones, one by one, over REST.
    let mut added = 0;
    for user in &others[190..230] {
        let path = format!("/v1/rooms/{room}/members/{user}");
        let (status, _) = server.call(Method::PUT, &path, Some(&eve), None).await;
        added += usize::from(status.is_success());
    }
    assert!((10..20).contains(&added), "{added}");
}

/// People who never sign in.
async fn crowd(server: &Server, count: usize) -> Vec<i64> {
    let (db, now) = (server.beside().await, server.chat().now());
    let mut all = Vec::new();
    for n in 0..count {
        let username = format!("extra{n}");
        let row = NewUser {
            username: &username,
            username_key: username.clone(),
            email: None,
            hashed_password: Hashed(String::new()),
            nickname: None,
        };
        all.push(store::person::insert(&db, row, now).await.unwrap());
    }
    all.into_iter().map(|it| it.user_id.0).collect()
}

async fn rooms(server: &Server, who: &Person) -> usize {
    let page = server.get("/v1/rooms?limit=100", who).await;
    page["items"].as_array().unwrap().len()
}
