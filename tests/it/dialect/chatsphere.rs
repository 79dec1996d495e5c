//! The React client of ChatSphere, by the paths of its description and by its own.
mod accounts;
mod blocked;
mod chats;
mod socket;
mod typing;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        people::{PASSWORD, Person},
        server::Server,
        websocket::Plain,
    },
};

on_every_database!(the_description_walks_from_top_to_bottom, both_spellings_give_the_same_answers);

/// Somebody with this client; the same person signs in on the native surface as `native`.
pub struct ChatspherePerson {
    pub id: String,
    pub name: String,
    pub email: String,
    pub refresh: String,
    pub native: Person,
}

impl Server {
    pub async fn chatsphere_person(&self, name: &str) -> ChatspherePerson {
        let email = format!("{name}@example.com");
        let body = json!({
            "email": email, "username": name, "display_name": format!("D {name}"),
            "password": PASSWORD,
        });
        let (status, answer) =
            self.call(Method::POST, "/api/v1/auth/register", None, Some(body)).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CREATED, &json!(20_001)), "{answer}");
        let data = &answer["data"];
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let mut native = Person {
            name: name.to_owned(),
            id: 0,
            token: text(&data["access_token"]),
            refresh: text(&data["refresh_token"]),
        };
        native.id = self.get("/v1/me", &native).await["user_id"].as_i64().unwrap();
        let refresh = native.refresh.clone();
        ChatspherePerson {
            id: text(&data["user"]["id"]),
            name: name.to_owned(),
            email,
            refresh,
            native,
        }
    }

    pub async fn see(&self, path: &str, who: &ChatspherePerson) -> Value {
        self.get(path, &who.native).await
    }

    /// A socket that has been greeted.
    pub async fn open(&self, who: &ChatspherePerson) -> Plain {
        let mut socket = self.plain_by_query("/ws", &who.native.token).await;
        let hello = socket.hear().await;
        assert_eq!(hello["type"], "connection_established", "before anything else");
        assert_eq!(hello["data"]["user"]["id"], json!(who.id));
        socket.hear_where(|it| it["type"] == "online_users").await;
        socket
    }

    /// The one conversation with this address.
    pub async fn conversation(
        &self,
        who: &ChatspherePerson,
        chat_type: &str,
        chat_id: &str,
    ) -> Value {
        let list = self.see("/api/v1/conversations", who).await;
        let fits = |it: &&Value| it["chat_type"] == chat_type && it["chat_id"] == chat_id;
        let found: Vec<&Value> =
            list["conversations"].as_array().unwrap().iter().filter(fits).collect();
        assert_eq!(found.len(), 1, "{chat_type} {chat_id} in {list}");
        found[0].clone()
    }
}

pub fn said(chat_type: &str, chat_id: &str, content: &str) -> Value {
    json!({"type": "send_message", "data": {"content": content, "chat_type": chat_type,
        "chat_id": chat_id, "message_type": "text"}})
}

pub fn is_message(content: &str) -> impl Fn(&Value) -> bool {
    move |it| it["type"] == "message" && it["data"]["content"] == content
}

/// Everything that was asked before has been worked off, and told.
pub async fn settled(socket: &mut Plain) {
    socket.send(&json!({"type": "ping"})).await;
    let pong = socket.hear_where(|it| it["type"] == "pong").await;
    assert!(pong["timestamp"].as_str().unwrap().ends_with('Z'));
    assert!(pong.get("data").is_none());
}

async fn the_description_walks_from_top_to_bottom(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let me = server.see("/auth/me", &ann).await;
    assert_eq!((&me["code"], &me["data"]["email"]), (&json!(20_000), &json!("ann@example.com")));
    let body = Some(json!({"refresh_token": bob.refresh}));
    let (status, pair) = server.call(Method::POST, "/auth/refresh", None, body).await;
    assert_eq!((status, &pair["message"]), (StatusCode::OK, &json!("Token刷新成功")));

    let rooms = server.see("/chat/rooms", &ann).await;
    let names: Vec<&Value> =
        rooms["rooms"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["公共大厅", "技术讨论", "随便聊聊"]);
    let (mut at_anns, mut at_bobs) = (server.open(&ann).await, server.open(&bob).await);
    at_anns
        .send(&json!({
          "type": "send_message",
          "data": {"content": "消息内容", "chat_type": "room", "chat_id": "general",
            "message_type": "text", "reply_to_id": ""}
        }))
        .await;
    let heard = at_bobs.hear_where(is_message("消息内容")).await;
    let data = &heard["data"];
    assert_eq!((&data["from_user_id"], &data["room_id"]), (&json!(ann.id), &json!("general")));
    assert_eq!((&data["to_user_id"], &data["group_id"]), (&Value::Null, &Value::Null));
    assert_eq!((&data["chat_type"], &data["is_edited"]), (&json!("room"), &json!(false)));
    for time in [&heard["timestamp"], &data["created_at"]] {
        assert!(time.as_str().unwrap().ends_with('Z'), "{time}");
    }
    let updated = at_bobs.hear_where(|it| it["type"] == "conversation_updated").await;
    assert_eq!(updated["data"]["message_id"], data["id"]);

    let page = server.see("/chat/messages/room/general", &bob).await;
    assert_eq!((&page["total"], &page["has_more"]), (&json!(1), &json!(false)));
    assert_eq!(
        page["messages"][0]["id"].to_string(),
        data["id"].as_str().unwrap(),
        "a number here"
    );
    let listed = server.conversation(&ann, "room", "general").await;
    assert_eq!(listed["room"], json!({"id": "general", "name": "公共大厅"}));
    assert_eq!(listed["last_message"]["content"], "消息内容");
    let online = server.see("/chat/online-users", &ann).await;
    assert_eq!((&online["count"], online["users"].as_array().unwrap().len()), (&json!(2), 2));

    let health = server.see("/health", &ann).await;
    assert_eq!((&health["status"], &health["database"]), (&json!("healthy"), &json!("connected")));
    assert_eq!(health["services"]["websocket"]["active_connections"], 2);
    assert_eq!(server.see("/health/db", &ann).await["database"], "connected");
    assert_eq!(server.see("/health/redis", &ann).await["redis"], "not used");
    let counted = server.see("/api/v1/stats", &ann).await;
    for (name, count) in
        [("online_users", 2), ("total_users", 2), ("today_messages", 1), ("total_messages", 1)]
    {
        assert_eq!(counted[name], json!(count), "{name}");
    }
}

async fn both_spellings_give_the_same_answers(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut socket = server.open(&ann).await;
    socket.send(&said("private", &bob.id, "hello")).await;
    socket.hear_where(is_message("hello")).await;
    for (one, other) in [
        ("/api/v1/auth/me", "/auth/me"),
        ("/api/v1/rooms", "/chat/rooms"),
        ("/api/v1/conversations", "/chat/conversations"),
        ("/api/v1/users/online", "/chat/online-users"),
    ] {
        assert_eq!(server.see(one, &ann).await, server.see(other, &ann).await, "{one}");
    }
    let path = format!("/messages/private/{}", bob.id);
    let one = server.see(&format!("/api/v1{path}"), &ann).await;
    assert_eq!(one["messages"][0]["content"], "hello");
    assert_eq!(one, server.see(&format!("/chat{path}"), &ann).await);
    let path = format!("/conversations/private/{}/mark-read", ann.id);
    for (start, message) in [("/chat", "会话已标记为已读"), ("/api/v1", "会话不存在或已是最新状态")]
    {
        let marked = server.ok(Method::POST, &format!("{start}{path}"), &bob.native, None).await;
        assert_eq!(marked, json!({"success": true, "message": message}));
    }
    let document = server.document().await;
    for path in ["/api/v1/rooms", "/chat/rooms", "/auth/refresh", "/auth/me", "/ws", "/ws/"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}
