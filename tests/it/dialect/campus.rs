//! The Angular client of the course project: cookies, rooms by their id, one socket.
mod rooms;
mod sessions;
mod socket;

use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        server::Server,
        websocket::{End, Plain},
    },
};

on_every_database!(the_description_walks_from_top_to_bottom);

const ONLINE: &str = "/message/online";
const NOWHERE: &str = "9b401513-2da0-4ad0-ae97-42e304db9bc2";

/// Somebody with the cookies of this surface.
struct CampusPerson {
    id: String,
    access: String,
    refresh: String,
}

impl Server {
    async fn campus_person(&self, handle: &str) -> CampusPerson {
        let body =
            json!({"user_id": handle, "username": format!("{handle} X"), "password": "pass"});
        let response = self.http.post(self.url("/user/register")).json(&body);
        let response = response.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        let (access, refresh) = tokens(&response);
        let body: Value = response.json().await.unwrap();
        let id = body["id"].as_str().unwrap().to_owned();
        CampusPerson { id, access, refresh }
    }

    /// As the client asks: with its cookies.
    async fn with_cookies(
        &self,
        method: Method,
        path: &str,
        cookies: &str,
        body: Option<Value>,
    ) -> Response {
        let mut request = self.http.request(method, self.url(path)).header("Cookie", cookies);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    async fn campus(
        &self,
        method: Method,
        path: &str,
        who: &CampusPerson,
        body: Option<Value>,
    ) -> (u16, Value) {
        answer(self.with_cookies(method, path, &who.cookies(), body).await).await
    }

    async fn campus_room(&self, who: &CampusPerson, name: &str) -> String {
        let body = json!({"room_name": name});
        let (status, made) =
            self.campus(Method::POST, "/message/create_room", who, Some(body)).await;
        assert_eq!(status, 200, "{made}");
        made["room_id"].as_str().unwrap().to_owned()
    }

    async fn rooms_of(&self, who: &CampusPerson) -> Value {
        let (status, rooms) = self.campus(Method::GET, "/message/get_rooms", who, None).await;
        assert_eq!(status, 200, "{rooms}");
        rooms["room_ids"].clone()
    }

    async fn online(&self, who: &CampusPerson) -> Plain {
        self.plain_by_cookie(ONLINE, &who.access).await
    }
}

impl CampusPerson {
    fn cookies(&self) -> String {
        format!("access_token={}; refresh_token={}", self.access, self.refresh)
    }
}

impl Plain {
    async fn act(&mut self, action: &str, room: &str) {
        self.send(&json!({"action_type": action, "chatroom_id": room})).await;
    }

    async fn say(&mut self, room: &str, words: &str) {
        let frame = json!({"action_type": "send_message", "chatroom_id": room, "content": words});
        self.send(&frame).await;
    }

    /// The next message that is one, alone in its frame.
    async fn message(&mut self) -> Value {
        let frame = self.hear().await;
        assert_eq!(frame["type"], "message_list", "{frame}");
        assert_eq!(frame["messages"].as_array().unwrap().len(), 1);
        frame["messages"][0].clone()
    }

    async fn history(&mut self, room: &str) -> Vec<Value> {
        self.act("get_message", room).await;
        let frame = self.hear().await;
        assert_eq!(frame["type"], "message_list", "{frame}");
        frame["messages"].as_array().unwrap().clone()
    }

    /// Comes in, and waits until that is done.
    async fn join(&mut self, room: &str) {
        self.act("join_room", room).await;
        self.history(room).await;
    }

    async fn error(&mut self) -> String {
        let frame = self.hear().await;
        frame["error"].as_str().unwrap_or_else(|| panic!("{frame}")).to_owned()
    }
}

async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

fn set_cookies(response: &Response) -> Vec<String> {
    let all = response.headers().get_all("set-cookie").iter();
    all.map(|it| it.to_str().unwrap().to_owned()).collect()
}

fn tokens(response: &Response) -> (String, String) {
    let all = set_cookies(response);
    let value = |name: &str| {
        let found = all.iter().find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
        found.unwrap().split(';').next().unwrap().to_owned()
    };
    (value("access_token"), value("refresh_token"))
}

/// Everything that the project's own description says, in its order.
async fn the_description_walks_from_top_to_bottom(server: Server) {
    let u1 = register_and_sign_in(&server).await;
    let room = make_rooms(&server, &u1).await;
    let mut socket = server.online(&u1).await;
    let message = say_hello(&server, &u1, &mut socket, &room).await;
    visit(&server, &room, message).await;
    refresh_and_sign_out(&server, &u1, &mut socket).await;
}

async fn register_and_sign_in(server: &Server) -> CampusPerson {
    let new = json!({"user_id": "u1", "username": "User 1", "password": "pass"});
    let post = async |path: &str, body: Value| {
        server.http.post(server.url(path)).json(&body).send().await.unwrap()
    };
    let registered = post("/user/register", new.clone()).await;
    assert_eq!(registered.status(), StatusCode::CREATED);
    let user: Value = registered.json().await.unwrap();
    let id = user["id"].as_str().unwrap();
    assert_eq!(user, json!({"id": id, "user_id": "u1", "username": "User 1"}));
    let again = answer(post("/user/register", new).await).await;
    assert_eq!(again, (400, json!({"detail": "User already exists"})));

    let login = post("/user/login", json!({"user_id": "u1", "password": "pass"})).await;
    assert_eq!(login.status(), StatusCode::OK);
    for cookie in set_cookies(&login) {
        let (token, attributes) = cookie.split_once("; ").unwrap();
        let age = if token.starts_with("access_token=") { 1_800 } else { 259_200 };
        assert_eq!(attributes, format!("HttpOnly; SameSite=Lax; Path=/; Max-Age={age}"));
    }
    let (access, refresh) = tokens(&login);
    assert_eq!(login.json::<Value>().await.unwrap(), user);
    CampusPerson { id: id.to_owned(), access, refresh }
}

async fn make_rooms(server: &Server, u1: &CampusPerson) -> String {
    let made = server.campus(Method::POST, "/message/create_room", u1, Some(json!({}))).await;
    let unnamed = made.1["room_id"].as_str().unwrap().to_owned();
    let named = server.campus_room(u1, "optional-name").await;
    let rooms = server.rooms_of(u1).await;
    assert_eq!(rooms, json!({unnamed.as_str(): "room_u1", named.as_str(): "optional-name"}));
    named
}

async fn say_hello(server: &Server, u1: &CampusPerson, socket: &mut Plain, named: &str) -> Value {
    let mut other = server.plain_by_bearer(ONLINE, &u1.access).await;
    socket.say(named, "hello").await;
    let message = other.message().await;
    assert_eq!(message["author_id"], json!(u1.id));
    assert_eq!(
        (&message["author_name"], &message["content"], &message["is_read"]),
        (&json!("User 1"), &json!("hello"), &json!(true))
    );
    let created_at = message["created_at"].as_str().unwrap();
    assert_eq!((created_at.len(), &created_at[10..11]), (26, " "), "{created_at}");
    assert_eq!(socket.message().await, message);
    socket.send(&json!({"action_type": "get_message", "chatroom_id": named, "limit": 50})).await;
    let history = socket.hear().await;
    assert_eq!(
        history,
        json!({"type": "message_list", "chatroom_id": named, "messages": [message]})
    );
    message
}

/// Somebody comes in, reads, and goes.
async fn visit(server: &Server, named: &str, message: Value) {
    let u2 = server.campus_person("u2").await;
    let mut guest = server.online(&u2).await;
    guest.act("join_room", named).await;
    guest.act("mark_room_read", named).await;
    assert_eq!(guest.history(named).await, [message]);
    guest.act("leave_room", named).await;
    guest.act("get_message", named).await;
    assert_eq!(guest.error().await, "You are not a member of this room");
    guest.send(&json!({"action_type": "disconnect"})).await;
    assert_eq!(guest.expect_end().await, End::Closed(1_000, String::new()));
}

async fn refresh_and_sign_out(server: &Server, u1: &CampusPerson, socket: &mut Plain) {
    let refreshed =
        server.with_cookies(Method::POST, "/user/refresh-token", &u1.cookies(), None).await;
    assert_eq!(set_cookies(&refreshed).len(), 2);
    let told = answer(refreshed).await;
    assert_eq!(told, (200, json!({"message": "Token refreshed successfully"})));
    let gone = server.with_cookies(Method::POST, "/user/logout", &u1.cookies(), None).await;
    for cookie in set_cookies(&gone) {
        let (name, attributes) = cookie.split_once("=; ").unwrap();
        assert!(name.ends_with("_token"));
        assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }
    assert_eq!(answer(gone).await, (200, json!({"message": "Logged out successfully"})));
    assert_eq!(socket.expect_end().await, End::Closed(1_008, "signed out".to_owned()));
    let asked = server.campus(Method::GET, "/message/get_rooms", u1, None).await;
    assert_eq!(asked, (401, json!({"error": "User not authenticated"})));
}
