//! The old Vue client, which does everything twice and says nowhere who it is.
mod captions;
mod chat_list;

use reqwest::{Method, StatusCode, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{server::Server, socketio::Socket},
};

on_every_database!(
    the_description_walks_from_top_to_bottom,
    a_text_said_twice_is_heard_once,
    both_clients_talk_to_each_other,
);

struct ChatroomPerson {
    id: i64,
    name: String,
    token: String,
}

impl Server {
    async fn chatroom_person(&self, name: &str) -> ChatroomPerson {
        let body = json!({"username": name, "password": "pass", "email": format!("{name}@x.io")});
        let (status, user) = self.call(Method::POST, "/auth/register", None, Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{user}");
        let form = [("username", name), ("password", "pass")];
        let response = self.http.post(self.url("/auth/token")).form(&form).send().await.unwrap();
        let token: Value = response.json().await.unwrap();
        assert_eq!(token["token_type"], "bearer");
        let token = token["access_token"].as_str().unwrap().to_owned();
        ChatroomPerson { id: user["user_id"].as_i64().unwrap(), name: name.to_owned(), token }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        who: &ChatroomPerson,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self.http.request(method, self.url(path)).bearer_auth(&who.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    async fn pair_room(&self, one: &ChatroomPerson, other: &ChatroomPerson) -> String {
        let body = json!({"members_id": [other.id, one.id], "chatroom_name": "Default Chatroom"});
        let (status, room) = self.ask(Method::POST, "/chatrooms/", one, Some(body)).await;
        assert_eq!((status, &room["friend_name"]), (200, &json!(other.name)));
        room["chatroom_id"].as_str().unwrap().to_owned()
    }

    async fn anonymous(&self, room: &str) -> Socket {
        let mut socket = self.try_socket("/ws/socket.io/", None, None).await.unwrap();
        socket.emit("set_user_id", &json!(1)).await;
        let acknowledged = socket.ask("join_room", json!(room)).await;
        assert_eq!(acknowledged, Value::Null, "known events are acknowledged with nothing");
        socket
    }
}

fn said(room: &str, content: &str) -> Value {
    json!({
        "chatroom_id": room, "sender_id": 0, "content": content, "message_type": "text",
        "read_status": "unread", "timestamp": "2026-11-20T23:50:03.123Z",
    })
}

async fn the_description_walks_from_top_to_bottom(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let ask = async |method, path: &str, who, body| server.ask(method, path, who, body).await;
    let (status, me) = ask(Method::GET, "/user/me", &ann, None).await;
    assert_eq!((status, &me["username"], &me["email"]), (200, &json!("ann"), &json!("ann@x.io")));
    let found = ask(Method::GET, "/friends/search?email=bob@x.io", &ann, None).await;
    assert_eq!(found.1["user_id"], json!(bob.id));
    let missing = ask(Method::GET, "/friends/search?email=no@x.io", &ann, None).await;
    assert_eq!(missing, (404, json!({"detail": "User with email not found"})));

    let request = format!("/friends/request?friend_id={}", bob.id);
    assert_eq!(ask(Method::POST, &request, &ann, None).await, (200, Value::Null));
    let again = ask(Method::POST, &request, &ann, None).await;
    assert_eq!(again, (400, json!({"detail": "Friend request already sent"})));
    let oneself = format!("/friends/request?friend_id={}", ann.id);
    let oneself = ask(Method::POST, &oneself, &ann, None).await;
    assert_eq!(oneself, (400, json!({"detail": "You cannot add yourself as a friend."})));
    let pending = ask(Method::GET, "/friends/requests/pending", &bob, None).await.1;
    assert_eq!(pending[0]["username"], "ann");
    let accept = format!("/friends/requests/accepted?friend_id={}", ann.id);
    assert_eq!(ask(Method::POST, &accept, &bob, None).await, (200, Value::Null));
    assert_eq!(ask(Method::GET, "/friends", &ann, None).await.1[0]["username"], "bob");
    let (status, problem) =
        ask(Method::POST, "/friends/requests/accepted?friend_id=999", &bob, None).await;
    assert_eq!((status, &problem["detail"]), (404, &json!("Friend request not found")));

    let room = server.pair_room(&ann, &bob).await;
    assert_eq!(server.pair_room(&bob, &ann).await, room, "one room per pair");
    let list = ask(Method::GET, "/chatrooms/", &bob, None).await.1;
    assert_eq!((&list[0]["username"], &list[0]["user_id"]), (&json!("ann"), &json!(ann.id)));
    let path = format!("/chatrooms/{room}/message");
    assert_eq!(
        ask(Method::POST, &path, &ann, Some(said(&room, "hello"))).await,
        (200, Value::Null)
    );
    let history = format!("/chatrooms/{room}/messages?limit=5");
    let messages = ask(Method::GET, &history, &bob, None).await.1;
    assert_eq!(messages[0]["content"], "hello");
    assert_eq!(messages[0]["user"]["id"], json!(ann.id));
    assert!(messages[0]["timestamp"].as_str().unwrap().ends_with('Z'));
    let later = format!("{history}&before={}", messages[0]["timestamp"].as_str().unwrap());
    assert_eq!(ask(Method::GET, &later, &bob, None).await.1, json!([]), "strictly before");

    assert_eq!(ask(Method::POST, "/auth/logout", &ann, None).await.0, 200);
    assert_eq!(ask(Method::GET, "/user/me", &ann, None).await.0, 401);
}

async fn a_text_said_twice_is_heard_once(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let room = server.pair_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.anonymous(&room).await, server.anonymous(&room).await);
    let path = format!("/chatrooms/{room}/message");
    // By an anonymous socket: the POST counts.
    at_anns.emit("send_message", &said(&room, "first\n")).await;
    server.ask(Method::POST, &path, &ann, Some(said(&room, "first"))).await;
    let heard = at_bobs.hear("receive_message").await;
    assert_eq!((&heard["content"], &heard["user"]["id"]), (&json!("first"), &json!(ann.id)));
    assert_eq!(heard["timestamp"], "2026-11-20T23:50:03.123Z", "the client knows it again");
    assert!(at_bobs.overhear("receive_message").await.is_empty());
    // By a socket with a token: whichever comes first counts, posing as another is no use.
    let auth = json!({"token": ann.token});
    let mut with_token = server.try_socket("/ws/socket.io/", Some(auth), None).await.unwrap();
    with_token.ask("join_room", json!(room)).await;
    let mut posing = said(&room, "second");
    posing["user"] = json!({"id": bob.id});
    with_token.ask("send_message", posing).await;
    server.ask(Method::POST, &path, &ann, Some(said(&room, "second\n"))).await;
    let heard = at_bobs.hear("receive_message").await;
    assert_eq!((&heard["content"], &heard["user"]["id"]), (&json!("second"), &json!(ann.id)));
    assert!(at_bobs.overhear("receive_message").await.is_empty());
    let stored = server.ask(Method::GET, &format!("{path}s?limit=9"), &bob, None).await.1;
    assert_eq!(stored.as_array().unwrap().len(), 2);
}

async fn both_clients_talk_to_each_other(server: Server) {
    let ann = server.chatroom_person("ann").await;
    let bob = server.person("bob").await;
    let room = server
        .pair_room(
            &ann,
            &ChatroomPerson { id: bob.id, name: bob.name.clone(), token: String::new() },
        )
        .await;
    let mut at_anns = server.anonymous(&room).await;
    let mut at_bobs = server.socket(&bob).await;
    server
        .ask(
            Method::POST,
            &format!("/chatrooms/{room}/message"),
            &ann,
            Some(said(&room, "old to new")),
        )
        .await;
    assert_eq!(at_bobs.hear("message:created").await["message"]["content"], "old to new");
    at_anns.hear("receive_message").await;
    at_bobs.ok("message:send", json!({"chatroom_id": room, "content": "new to old"})).await;
    assert_eq!(at_anns.hear("receive_message").await["content"], "new to old");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_socket_hears_only_while_a_member_is_at_its_address() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let room = server.pair_room(&ann, &bob).await;
    let mut listener = server.anonymous(&room).await;
    let path = format!("/chatrooms/{room}/message");
    server.ask(Method::POST, &path, &ann, Some(said(&room, "one"))).await;
    listener.hear("receive_message").await;
    // Both log out from this address; somebody who is no member stays.
    let bob_again = server.chatroom_person("eve").await;
    server.ask(Method::GET, "/user/me", &bob_again, None).await;
    let auth = server.ask(Method::POST, "/auth/logout", &bob, None).await;
    assert_eq!(auth.0, 200);
    let form = [("username", "ann"), ("password", "pass")];
    server.ask(Method::POST, "/auth/logout", &ann, None).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let token: Value = server
        .http
        .post(server.url("/auth/token"))
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let ann = ChatroomPerson { token: token["access_token"].as_str().unwrap().to_owned(), ..ann };
    server.ask(Method::POST, &path, &ann, Some(said(&room, "two"))).await;
    assert!(listener.overhear("receive_message").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_without_a_credential_need_somebody_signed_in_at_the_address() {
    let server = Server::start().await;
    let png = || {
        let part = multipart::Part::bytes(crate::support::files::png(2, 2)).file_name("a.png");
        multipart::Form::new().part("file", part)
    };
    let url = server.url("/upload/upload-message-file");
    let refused = server.http.post(&url).multipart(png()).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let ann = server.chatroom_person("ann").await;
    server.ask(Method::GET, "/user/me", &ann, None).await;
    let stored = server.http.post(&url).multipart(png()).send().await.unwrap();
    assert_eq!(stored.status(), StatusCode::OK);
    let stored: Value = stored.json().await.unwrap();
    assert_eq!(stored["message_type"], "image");
    let bytes = server.http.get(stored["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(bytes.headers()["content-type"], "image/png");
    assert_eq!(bytes.headers()["x-content-type-options"], "nosniff");
}
