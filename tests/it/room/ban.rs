//! Whom a public room keeps out, on whatever surface they come.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        clients::{BUT_DISCORD, RoomIds, Surface},
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

struct PublicRoom {
    server: Server,
    ann: Person,
    bob: Person,
    eve: Person,
    room: String,
}

impl PublicRoom {
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
    let public = PublicRoom::of(server).await;
    let (server, ann, eve) = (&public.server, &public.ann, &public.eve);
    public.join(eve).await;
    let room: RoomIds = server.room_ids(eve, "the square").await;
    let mut clients = Vec::new();
    for surface in BUT_DISCORD {
        clients.push(server.client(surface, eve, &room).await);
    }
    assert_eq!(public.ban(&public.bob, eve).await.0, 204);
    server.say(ann, &public.room, "behind her back").await;
    for client in &mut clients {
        let heard = match client.surface {
            Surface::Swift => client.end().await.1,
            _ => client.all_so_far().await,
        };
        assert_eq!(telling(&heard, "behind her back"), [Value::Null; 0], "{:?}", client.surface);
    }
    assert_eq!(public.join(eve).await, banned());
    for path in ["", "/messages", "/members", "/pins"] {
        assert_eq!(public.status(Method::GET, path, eve).await, banned(), "{path}");
    }
    let path = format!("/v1/rooms/{}/messages", public.room);
    let words = Some(json!({"content": "let me in"}));
    assert_eq!(server.call(Method::POST, &path, Some(eve), words).await.0, 403);
    let path = format!("/v1/rooms/{}/members/{}", public.room, eve.id);
    let (status, answer) = server.call(Method::PUT, &path, Some(ann), None).await;
    assert_eq!((status.as_u16(), answer["code"].clone()), banned(), "not even when brought");
    for path in ["/v1/rooms?kind=public&limit=100", "/api/v1/rooms", "/api/rooms"] {
        let list = server.get(path, eve).await;
        assert!(!tells(&list, "the square"), "{path}: {list}");
    }
    let path = format!("/api/messages/{}", room.number);
    assert_eq!(server.call(Method::GET, &path, Some(eve), None).await.0, 404);
    let path = format!("/v1/search?query=behind&chatroom_id={}", public.room);
    assert_eq!(server.call(Method::GET, &path, Some(eve), None).await.0, 403);
}

async fn whoever_only_looks_in_is_banned_as_well(server: Server) {
    let public = PublicRoom::of(server).await;
    let (server, eve) = (&public.server, &public.eve);
    let room = server.room_ids(&public.ann, "the square").await;
    let mut client = server.client(Surface::ChatSphere, eve, &room).await;
    server.say(&public.ann, &public.room, "hello").await;
    assert_eq!(client.hear().await["content"], "hello", "public rooms are heard by everybody");
    assert_eq!(public.ban(&public.ann, eve).await.0, 204);
    server.say(&public.ann, &public.room, "behind her back").await;
    assert_eq!(telling(&client.all_so_far().await, "behind her back"), [Value::Null; 0]);
    assert_eq!(public.status(Method::GET, "/messages", eve).await, banned());
}

async fn a_ban_is_lifted_by_whoever_may_ban(server: Server) {
    let public = PublicRoom::of(server).await;
    let (server, ann, bob, eve) = (&public.server, &public.ann, &public.bob, &public.eve);
    public.join(eve).await;
    public.ban(bob, eve).await;
    assert_eq!(public.ban(ann, eve).await.0, 204, "a second time changes nothing");
    let bans = format!("/v1/rooms/{}/bans", public.room);
    let listed = server.get(&bans, ann).await["items"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["user"]["username"], "eve");
    assert_eq!(listed[0]["banned_by"], bob.id, "the one that stands is left as it is");
    let path = format!("/bans/{}", eve.id);
    assert_eq!(public.status(Method::DELETE, &path, eve).await.0, 403);
    assert_eq!(public.status(Method::DELETE, &path, bob).await.0, 204);
    assert_eq!(public.status(Method::DELETE, &path, bob).await.0, 404);
    assert_eq!(public.status(Method::GET, "/messages", eve).await.0, 200);
    assert_eq!(public.join(eve).await.0, 200);
    assert_eq!(public.status(Method::GET, "", eve).await.0, 200);
}

async fn nobody_is_banned_by_their_own_rank_nor_where_nobody_comes_by_themselves(server: Server) {
    let public = PublicRoom::of(server).await;
    let (server, ann, bob, eve) = (&public.server, &public.ann, &public.bob, &public.eve);
    public.join(eve).await;
    let dan = server.person("dan").await;
    let forbidden = (403, json!("forbidden"));
    for (who, whom) in [(eve, &dan), (eve, bob), (bob, bob), (bob, ann), (ann, ann)] {
        assert_eq!(public.ban(who, whom).await, forbidden, "{} {}", who.name, whom.name);
    }
    assert_eq!(public.ban(&dan, eve).await, (403, json!("not_member")));
    for room in [server.group(ann, &[eve]).await, server.direct_room(ann, eve).await] {
        let path = format!("/v1/rooms/{room}/bans/{}", eve.id);
        assert_eq!(server.call(Method::PUT, &path, Some(ann), None).await.0, 403);
    }
    let path = "/bans/99999";
    assert_eq!(public.status(Method::PUT, path, ann).await, (404, json!("not_found")));
}
