//! The curl lines and the script of the description of servers and channels, and what its
//! clients rely on besides.
mod refusals;
mod sockets;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{server::Server, websocket::Plain},
};

on_every_database!(
    the_first_channel_is_number_one,
    the_description_walks_from_top_to_bottom,
    history_is_paged_and_never_breaks,
    what_is_not_said_stays,
);

/// Somebody who came by this surface.
struct DiscordPerson {
    id: i64,
    name: String,
    token: String,
}

impl Server {
    async fn discord_person(&self, name: &str) -> DiscordPerson {
        let email = format!("{name}@example.com");
        let body = json!({"username": name, "email": email, "password": "password123"});
        let (status, user) = self.call(Method::POST, "/auth/register", None, Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{user}");
        let id = user["id"].as_i64().unwrap();
        DiscordPerson {
            id,
            name: name.to_owned(),
            token: self.form_login(name, "password123").await,
        }
    }

    async fn form_login(&self, name: &str, password: &str) -> String {
        let form = [("username", name), ("password", password)];
        let response = self.http.post(self.url("/auth/login")).form(&form).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let token: Value = response.json().await.unwrap();
        assert_eq!(token["token_type"], "bearer");
        token["access_token"].as_str().unwrap().to_owned()
    }

    async fn bearer(
        &self,
        method: Method,
        path: &str,
        who: &DiscordPerson,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self.http.request(method, self.url(path)).bearer_auth(&who.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// A server with one channel, and these people on it besides its owner.
    async fn channel(&self, owner: &DiscordPerson, others: &[&DiscordPerson]) -> (i64, i64) {
        let body = json!({"name": "My Server", "description": "My first server"});
        let (status, made) = self.bearer(Method::POST, "/servers/", owner, Some(body)).await;
        assert_eq!(status, 201, "{made}");
        let server = made["id"].as_i64().unwrap();
        for other in others {
            let path = format!("/servers/{server}/join");
            assert_eq!(self.bearer(Method::POST, &path, other, None).await.0, 200);
        }
        let body = json!({"name": "general", "server_id": server});
        let (status, made) = self.bearer(Method::POST, "/channels/", owner, Some(body)).await;
        assert_eq!(status, 201, "{made}");
        (server, made["id"].as_i64().unwrap())
    }

    async fn in_channel(&self, channel: i64, who: &DiscordPerson) -> Plain {
        self.plain_by_query(&format!("/ws/{channel}"), &who.token).await
    }
}

/// Takes the two moments out of an answer, after a look at their spelling.
fn without_timestamps(mut answer: Value) -> Value {
    for key in ["created_at", "updated_at"] {
        let moment = answer.as_object_mut().unwrap().remove(key).unwrap();
        let moment = moment.as_str().unwrap().to_owned();
        assert_eq!(moment.len(), "2026-11-20T23:50:57.321868".len(), "{moment}");
        assert!(moment.parse::<chrono::NaiveDateTime>().is_ok(), "{moment}");
    }
    answer
}

async fn the_description_walks_from_top_to_bottom(server: Server) {
    let (tess, bob) = (server.discord_person("testuser").await, server.discord_person("bob").await);
    describe_oneself(&server, &tess, &bob).await;
    let (id, made) = make_a_channel(&server, &tess).await;
    let said = say_hello(&server, &tess, &made).await;
    join_and_read(&server, [&tess, &bob], id, &made, &said).await;
    rename(&server, &tess, id, &made).await;
    leave_and_delete(&server, [&tess, &bob], id, &made).await;
}

async fn describe_oneself(server: &Server, tess: &DiscordPerson, bob: &DiscordPerson) {
    let ask = async |method, path: &str, who, body| server.bearer(method, path, who, body).await;
    let (status, me) = ask(Method::GET, "/users/me", tess, None).await;
    let user = |email: &str, name: &str, bio: Value| {
        json!({"id": tess.id, "username": "testuser", "email": email, "display_name": name,
            "bio": bio, "avatar_url": null})
    };
    let plain = user("testuser@example.com", "testuser", Value::Null);
    assert_eq!((status, without_timestamps(me)), (200, plain));
    let change = json!({"display_name": "Tess", "bio": "one\ntwo", "password": null});
    let (status, me) = ask(Method::PUT, "/users/me", tess, Some(change)).await;
    let changed = user("testuser@example.com", "Tess", json!("one\ntwo"));
    assert_eq!((status, without_timestamps(me)), (200, changed.clone()));
    let path = format!("/users/{}", tess.id);
    let (status, seen) = ask(Method::GET, &path, tess, None).await;
    assert_eq!(
        (status, without_timestamps(seen)),
        (200, changed),
        "one's own address is one's own"
    );
    let (status, seen) = ask(Method::GET, &path, bob, None).await;
    assert_eq!((status, without_timestamps(seen)), (200, user("", "Tess", json!("one\ntwo"))));
}

/// The server's number, and the channel.
async fn make_a_channel(server: &Server, tess: &DiscordPerson) -> (i64, Value) {
    let ask = async |method, path: &str, who, body| server.bearer(method, path, who, body).await;
    let body = json!({"name": "My Server", "description": "My first server"});
    let (status, made) = ask(Method::POST, "/servers/", tess, Some(body)).await;
    assert_eq!(status, 201);
    let id = made["id"].as_i64().unwrap();
    let wanted = json!({"name": "My Server", "description": "My first server",
        "icon_url": null, "id": id, "owner_id": tess.id});
    assert_eq!(without_timestamps(made), wanted);
    let body = json!({"name": "general", "description": "General discussion", "server_id": id});
    let (status, made) = ask(Method::POST, "/channels/", tess, Some(body)).await;
    assert_eq!(status, 201);
    let channel = made["id"].as_i64().unwrap();
    let wanted = json!({"name": "general", "description": "General discussion", "id": channel,
        "server_id": id});
    assert_eq!(without_timestamps(made.clone()), wanted);
    (id, made)
}

async fn say_hello(server: &Server, tess: &DiscordPerson, made: &Value) -> Value {
    let channel = made["id"].as_i64().unwrap();
    let mut socket = server.in_channel(channel, tess).await;
    socket.send(&json!({"content": "Hello, World!"})).await;
    let said = socket.hear().await;
    let keys = json!({"content": "Hello, World!", "id": said["id"], "channel_id": channel,
        "author_id": tess.id, "author_username": "testuser"});
    assert_eq!(without_timestamps(said.clone()), keys);
    assert!(said["id"].is_i64());
    said
}

async fn join_and_read(
    server: &Server,
    [tess, bob]: [&DiscordPerson; 2],
    id: i64,
    made: &Value,
    said: &Value,
) {
    let ask = async |method, path: &str, who, body| server.bearer(method, path, who, body).await;
    let (status, joined) = ask(Method::POST, &format!("/servers/{id}/join"), bob, None).await;
    assert_eq!((status, &joined["owner_id"]), (200, &json!(tess.id)));
    for path in ["/servers/", "/servers"] {
        let (status, list) = ask(Method::GET, path, bob, None).await;
        assert_eq!((status, &list[0]["id"], list.as_array().unwrap().len()), (200, &json!(id), 1));
    }
    let (status, whole) = ask(Method::GET, &format!("/servers/{id}"), bob, None).await;
    assert_eq!((status, &whole["channels"]), (200, &json!([made])));
    let path = format!("/channels/{}", made["id"]);
    let history = format!("{path}/messages");
    assert_eq!(ask(Method::GET, &history, bob, None).await, (200, json!([said])));
    assert_eq!(ask(Method::GET, &path, bob, None).await, (200, made.clone()));
}

async fn rename(server: &Server, tess: &DiscordPerson, id: i64, made: &Value) {
    let ask = async |method, path: &str, who, body| server.bearer(method, path, who, body).await;
    let change = json!({"name": "Our Server", "description": null});
    let (status, row) = ask(Method::PUT, &format!("/servers/{id}"), tess, Some(change)).await;
    assert_eq!((status, &row["name"]), (200, &json!("Our Server")));
    assert_eq!(row["description"], "My first server", "null leaves it");
    let change = json!({"name": "lounge"});
    let path = format!("/channels/{}", made["id"]);
    let (status, row) = ask(Method::PUT, &path, tess, Some(change)).await;
    assert_eq!((status, &row["name"]), (200, &json!("lounge")));
    assert_eq!(row["description"], "General discussion");
}

async fn leave_and_delete(
    server: &Server,
    [tess, bob]: [&DiscordPerson; 2],
    id: i64,
    made: &Value,
) {
    let ask = async |method, path: &str, who, body| server.bearer(method, path, who, body).await;
    let path = format!("/servers/{id}/leave");
    assert_eq!(ask(Method::POST, &path, bob, None).await, (204, Value::Null));
    assert_eq!(ask(Method::GET, "/servers/", bob, None).await, (200, json!([])));
    let path = format!("/channels/{}", made["id"]);
    assert_eq!(ask(Method::DELETE, &path, tess, None).await, (204, Value::Null));
    let path = format!("/servers/{id}");
    assert_eq!(ask(Method::DELETE, &path, tess, None).await, (204, Value::Null));
    assert_eq!(ask(Method::GET, "/servers/", tess, None).await, (200, json!([])));
}

async fn history_is_paged_and_never_breaks(server: Server) {
    let ann = server.discord_person("ann").await;
    let (_, channel) = server.channel(&ann, &[]).await;
    let mut socket = server.in_channel(channel, &ann).await;
    for n in 0..5 {
        socket.send(&json!({"content": format!("m{n}")})).await;
    }
    for n in 0..5 {
        assert_eq!(socket.hear().await["content"], format!("m{n}"));
    }
    let page = async |query: &str| {
        let path = format!("/channels/{channel}/messages{query}");
        let (status, page) = server.bearer(Method::GET, &path, &ann, None).await;
        assert_eq!(status, 200, "{query}: {page}");
        let words = page.as_array().unwrap().iter().map(|it| it["content"].clone());
        words.map(|it| it.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let all = "m4 m3 m2 m1 m0";
    for (query, wanted) in [
        ("", all),
        ("?limit=2", "m4 m3"),
        ("?limit=2&offset=2", "m2 m1"),
        ("?limit=100&offset=4", "m0"),
        ("?offset=5", ""),
        ("?limit=1000000", all),
        ("?limit=0", "m4"),
        ("?limit=-1", "m4"),
        ("?offset=-3&limit=1", "m4"),
        ("?offset=9223372036854775807", ""),
    ] {
        assert_eq!(page(query).await, wanted, "{query}");
    }
    for (query, name, kind) in [
        ("?limit=x", "limit", "int_parsing"),
        ("?limit=1.5", "limit", "int_parsing"),
        ("?offset=99999999999999999999", "offset", "int_parsing_size"),
        ("?offset=", "offset", "int_parsing"),
    ] {
        let path = format!("/channels/{channel}/messages{query}");
        let (status, answer) = server.bearer(Method::GET, &path, &ann, None).await;
        let issue = &answer["detail"][0];
        assert_eq!((status, &issue["type"]), (422, &json!(kind)), "{query}: {answer}");
        assert_eq!(issue["loc"], json!(["query", name]));
    }
}

async fn what_is_not_said_stays(server: Server) {
    let ann = server.discord_person("ann").await;
    let elsewhere = server.form_login("ann", "password123").await;
    let elsewhere = DiscordPerson { id: ann.id, name: ann.name.clone(), token: elsewhere };
    let change = json!({"display_name": "Annie", "bio": "b", "avatar_url": "http://x/y.png"});
    let (status, me) = server.bearer(Method::PUT, "/users/me", &ann, Some(change)).await;
    assert_eq!((status, &me["avatar_url"]), (200, &json!("http://x/y.png")));
    let nothing = json!({"display_name": null, "bio": null, "unknown": 1});
    let (status, same) = server.bearer(Method::PUT, "/users/me", &ann, Some(nothing)).await;
    assert_eq!((status, &same["display_name"], &same["bio"]), (200, &json!("Annie"), &json!("b")));

    // All or nothing: what is said beside a bad password, or a bad name, is not kept either.
    for change in [
        json!({"display_name": "Nan", "password": "abc"}),
        json!({"display_name": "Nan", "password": "a\u{0}bcd"}),
        json!({"display_name": "Nan", "password": "x".repeat(2_000)}),
        json!({"display_name": "N\nan", "password": "another one"}),
    ] {
        let (status, _) = server.bearer(Method::PUT, "/users/me", &ann, Some(change)).await;
        assert_eq!(status, 422);
        let (_, me) = server.bearer(Method::GET, "/users/me", &ann, None).await;
        assert_eq!(me["display_name"], "Annie");
        server.form_login("ann", "password123").await;
    }
    let change = json!({"bio": "c", "password": "another one"});
    let (status, _) = server.bearer(Method::PUT, "/users/me", &ann, Some(change)).await;
    assert_eq!(status, 200);
    server.form_login("ann", "another one").await;
    assert_eq!(server.bearer(Method::GET, "/users/me", &ann, None).await.0, 200);
    let (status, _) = server.bearer(Method::GET, "/users/me", &elsewhere, None).await;
    assert_eq!(status, 401, "whoever knew the old password is out");
}

/// The script of its own description opens channel 1, whatever else there is.
async fn the_first_channel_is_number_one(server: Server) {
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let (server_id, channel) = server.channel(&ann, &[&bob]).await;
    assert_eq!(channel, 1);
    let body = Some(json!({"name": "second", "server_id": server_id}));
    let (_, second) = server.bearer(Method::POST, "/channels/", &ann, body).await;
    assert_eq!(second["id"], 2);
    let mut socket = server.plain_by_query("/ws/1", &bob.token).await;
    socket.send(&json!({"content": "hello"})).await;
    assert_eq!(socket.hear().await["content"], "hello");
    let rooms = server.bearer(Method::GET, "/api/rooms", &ann, None).await.1;
    let numbers: Vec<i64> =
        rooms.as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect();
    assert!(numbers.contains(&1), "and the first room is 1 where rooms are counted: {numbers:?}");
}
