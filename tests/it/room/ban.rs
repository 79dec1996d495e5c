//! Whom a public room keeps out, on whatever surface they come.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        clients::{BUT_DISCORD, Place, Surface},
        people::Person,
        server::Server,
        texts::{telling, tells},
    },
};

on_every_database!(
    whoever_is_banned_from_a_public_room_is_out_on_every_surface,
    whoever_only_looks_in_is_banned_as_well,
    a_ban_is_lifted_by_whoever_may_ban,
    nobody_is_banned_by_their_own_rank_nor_where_nobody_comes_by_themselves,
);

struct Square {
    server: Server,
    ann: Person,
    bob: Person,
    eve: Person,
    room: String,
}

impl Square {
    /// Ann's, with Bob in it as an admin; Eve may come.
    async fn of(server: Server) -> Self {
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let eve = server.person("eve").await;
        let body = json!({"kind": "public", "chatroom_name": "the square"});
        let made = server.ok(Method::POST, "/v1/rooms", &ann, Some(body)).await;
        let room = made["chatroom_id"].as_str().unwrap().to_owned();
        let path = format!("/v1/rooms/{room}/members/{}", bob.id);
        server.ok(Method::PUT, &path, &ann, Some(json!({"role": "admin"}))).await;
        Self { server, ann, bob, eve, room }
    }

    async fn status(&self, method: Method, path: &str, who: &Person) -> (u16, Value) {
        let path = format!("/v1/rooms/{}{path}", self.room);
        let (status, answer) = self.server.call(method, &path, Some(who), None).await;
        (status.as_u16(), answer["code"].clone())
    }

    async fn join(&self, who: &Person) -> (u16, Value) {
        self.status(Method::PUT, "/members/me", who).await
    }

    async fn ban(&self, who: &Person, whom: &Person) -> (u16, Value) {
        self.status(Method::PUT, &format!("/bans/{}", whom.id), who).await
    }
}

fn banned() -> (u16, Value) {
    (403, json!("banned"))
}

async fn whoever_is_banned_from_a_public_room_is_out_on_every_surface(server: Server) {
    let square = Square::of(server).await;
    let (server, ann, eve) = (&square.server, &square.ann, &square.eve);
    square.join(eve).await;
    let place: Place = server.place(eve, "the square").await;
    let mut ears = Vec::new();
    for surface in BUT_DISCORD {
        ears.push(server.ear(surface, eve, &place).await);
    }
    assert_eq!(square.ban(&square.bob, eve).await.0, 204);
    server.say(ann, &square.room, "behind her back").await;
    for ear in &mut ears {
        let heard = match ear.surface {
            Surface::Swift => ear.end().await.1,
            _ => ear.all_so_far().await,
        };
        assert_eq!(telling(&heard, "behind her back"), [Value::Null; 0], "{:?}", ear.surface);
    }
    assert_eq!(square.join(eve).await, banned());
    for path in ["", "/messages", "/members", "/pins"] {
        assert_eq!(square.status(Method::GET, path, eve).await, banned(), "{path}");
    }
    let path = format!("/v1/rooms/{}/messages", square.room);
    let words = Some(json!({"content": "let me in"}));
    assert_eq!(server.call(Method::POST, &path, Some(eve), words).await.0, 403);
    let path = format!("/v1/rooms/{}/members/{}", square.room, eve.id);
    let (status, answer) = server.call(Method::PUT, &path, Some(ann), None).await;
    assert_eq!((status.as_u16(), answer["code"].clone()), banned(), "not even when brought");
    for path in ["/v1/rooms?kind=public&limit=100", "/api/v1/rooms", "/api/rooms"] {
        let list = server.get(path, eve).await;
        assert!(!tells(&list, "the square"), "{path}: {list}");
    }
    let path = format!("/api/messages/{}", place.number);
    assert_eq!(server.call(Method::GET, &path, Some(eve), None).await.0, 404);
    let path = format!("/v1/search?query=behind&chatroom_id={}", square.room);
    assert_eq!(server.call(Method::GET, &path, Some(eve), None).await.0, 403);
}

async fn whoever_only_looks_in_is_banned_as_well(server: Server) {
    let square = Square::of(server).await;
    let (server, eve) = (&square.server, &square.eve);
    let place = server.place(&square.ann, "the square").await;
    let mut ear = server.ear(Surface::ChatSphere, eve, &place).await;
    server.say(&square.ann, &square.room, "hello").await;
    assert_eq!(ear.hear().await["content"], "hello", "public rooms are heard by everybody");
    assert_eq!(square.ban(&square.ann, eve).await.0, 204);
    server.say(&square.ann, &square.room, "behind her back").await;
    assert_eq!(telling(&ear.all_so_far().await, "behind her back"), [Value::Null; 0]);
    assert_eq!(square.status(Method::GET, "/messages", eve).await, banned());
}

async fn a_ban_is_lifted_by_whoever_may_ban(server: Server) {
    let square = Square::of(server).await;
    let (server, ann, bob, eve) = (&square.server, &square.ann, &square.bob, &square.eve);
    square.join(eve).await;
    square.ban(bob, eve).await;
    assert_eq!(square.ban(ann, eve).await.0, 204, "a second time changes nothing");
    let bans = format!("/v1/rooms/{}/bans", square.room);
    let listed = server.get(&bans, ann).await["items"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["user"]["username"], "eve");
    assert_eq!(listed[0]["banned_by"], bob.id, "the one that stands is left as it is");
    let path = format!("/bans/{}", eve.id);
    assert_eq!(square.status(Method::DELETE, &path, eve).await.0, 403);
    assert_eq!(square.status(Method::DELETE, &path, bob).await.0, 204);
    assert_eq!(square.status(Method::DELETE, &path, bob).await.0, 404);
    assert_eq!(square.status(Method::GET, "/messages", eve).await.0, 200);
    assert_eq!(square.join(eve).await.0, 200);
    assert_eq!(square.status(Method::GET, "", eve).await.0, 200);
}

async fn nobody_is_banned_by_their_own_rank_nor_where_nobody_comes_by_themselves(server: Server) {
    let square = Square::of(server).await;
    let (server, ann, bob, eve) = (&square.server, &square.ann, &square.bob, &square.eve);
    square.join(eve).await;
    let dan = server.person("dan").await;
    let forbidden = (403, json!("forbidden"));
    for (who, whom) in [(eve, &dan), (eve, bob), (bob, bob), (bob, ann), (ann, ann)] {
        assert_eq!(square.ban(who, whom).await, forbidden, "{} {}", who.name, whom.name);
    }
    assert_eq!(square.ban(&dan, eve).await, (403, json!("not_member")));
    for room in [server.group(ann, &[eve]).await, server.direct_room(ann, eve).await] {
        let path = format!("/v1/rooms/{room}/bans/{}", eve.id);
        assert_eq!(server.call(Method::PUT, &path, Some(ann), None).await.0, 403);
    }
    let path = "/bans/99999";
    assert_eq!(square.status(Method::PUT, path, ann).await, (404, json!("not_found")));
}
