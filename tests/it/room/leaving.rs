//! Whoever leaves, is removed, logs out or is deleted hears no more, on whatever surface;
//! and whatever they still say is refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    dialect::crossing::channel,
    on_every_database,
    support::{
        clients::{ALL, BUT_DISCORD, Identity, RoomClient, RoomIds, Surface},
        doors::{RoomTarget, keep_out_of_line},
        people::Person,
        server::Server,
        texts::{telling, tells},
        websocket::End,
    },
};

on_every_database!(
    whoever_leaves_a_group_hears_no_more,
    whoever_is_removed_from_a_group_hears_no_more,
    whoever_leaves_a_server_hears_no_more,
    whoever_leaves_a_public_room_hears_what_strangers_hear,
    a_deleted_room_is_silent_to_all,
);

/// How a socket ends that is for one room alone, when that room is left.
fn expected_end(surface: Surface) -> Option<End> {
    match surface {
        Surface::Discord => Some(End::Closed(1_000, "no longer in this channel".to_owned())),
        Surface::Swift => Some(End::Closed(1_000, "left".to_owned())),
        Surface::Campus | Surface::Chatroom | Surface::ChatSphere | Surface::Native => None,
    }
}

pub struct Fixture {
    pub server: Server,
    pub ann: Identity,
    pub bob: Identity,
    pub cid: Identity,
    /// Somebody who is in no room.
    dan: Person,
}

impl Fixture {
    pub async fn new(server: Server) -> Self {
        let (ann, bob) = (server.identity("ann").await, server.identity("bob").await);
        let (cid, dan) = (server.identity("cid").await, server.person("dan").await);
        Self { server, ann, bob, cid, dan }
    }

    pub async fn group(&self, name: &str) -> RoomIds {
        let users = [&self.bob, &self.cid].map(|it| it.person.id);
        let body = json!({"kind": "group", "user_ids": users, "chatroom_name": name});
        self.server.ok(Method::POST, "/v1/rooms", &self.ann.person, Some(body)).await;
        self.server.room_ids(&self.bob.person, name).await
    }

    /// A channel, and its server's number.
    pub async fn channel(&self, name: &str) -> (RoomIds, i64) {
        let number = channel(&self.server, [&self.ann, &self.bob], name).await;
        let path = format!("/channels/{number}");
        let server_id =
            self.server.get(&path, &self.ann.person).await["server_id"].as_i64().unwrap();
        let join = format!("/servers/{server_id}/join");
        self.server.ok(Method::POST, &join, &self.cid.person, None).await;
        (self.server.room_ids(&self.bob.person, name).await, server_id)
    }

    pub async fn clients(
        &self,
        surfaces: &[Surface],
        who: &Person,
        room: &RoomIds,
    ) -> Vec<RoomClient> {
        let mut clients = Vec::new();
        for surface in surfaces {
            clients.push(self.server.client(*surface, who, room).await);
        }
        clients
    }

    /// Bob and Cid hear what Ann says; then Bob goes, and only Cid does.
    pub async fn part(
        &self,
        surfaces: &[Surface],
        room: &RoomIds,
        go: impl AsyncFnOnce(&mut [RoomClient]),
    ) {
        let mut bobs = self.clients(surfaces, &self.bob.person, room).await;
        let mut cids = self.clients(surfaces, &self.cid.person, room).await;
        let said = self.server.say(&self.ann.person, &room.uuid, "before").await;
        for client in bobs.iter_mut().chain(&mut cids) {
            assert_eq!(client.hear_words().await, "before", "{:?}", client.surface);
        }
        go(&mut bobs).await;
        self.server.say(&self.ann.person, &room.uuid, "behind his back").await;
        for client in &mut cids {
            assert_eq!(client.hear_words().await, "behind his back", "{:?}", client.surface);
        }
        for client in &mut bobs {
            let heard = match expected_end(client.surface) {
                Some(wanted) => {
                    let (end, heard) = client.end().await;
                    assert_eq!(end, Some(wanted));
                    heard
                }
                None => client.all_so_far().await,
            };
            assert_eq!(telling(&heard, "behind"), [Value::Null; 0], "{:?}", client.surface);
        }
        self.refused(&mut bobs, room, said["message_id"].as_i64().unwrap()).await;
        self.server.say(&self.ann.person, &room.uuid, "after").await;
        for client in &mut cids {
            assert_eq!(
                client.hear_words().await,
                "after",
                "{:?}, nothing of Bob's",
                client.surface
            );
        }
    }

    /// Everything that Bob's clients can still try.
    async fn refused(&self, bobs: &mut [RoomClient], room: &RoomIds, message: i64) {
        let (bob, cid) = (&self.bob.person, &self.cid.person);
        let server_id = match room.channel {
            Some(number) => {
                let path = format!("/channels/{number}");
                self.server.get(&path, &self.ann.person).await["server_id"].as_i64()
            }
            None => None,
        };
        let (member, outsider) = (cid.id, self.dan.id);
        let target = RoomTarget { room, message, server_id, member, outsider };
        for client in bobs {
            keep_out_of_line(&self.server, bob, client, &target).await;
            // By what it calls the room itself, too.
            if client.surface == Surface::ChatSphere {
                client.say(&self.server, "let me in").await;
                let error = client.plain().hear_where(|it| it["type"] == "error").await;
                assert_eq!(error["data"]["message"], "消息发送失败，请重试");
            }
        }
        let rooms = self.server.get("/message/get_rooms", bob).await;
        assert!(rooms["room_ids"].get(&room.uuid).is_none(), "{rooms}");
    }
}

async fn whoever_leaves_a_group_hears_no_more(server: Server) {
    let fixture = Fixture::new(server).await;
    let (server, bob) = (&fixture.server, &fixture.bob.person);
    let room = fixture.group("left by REST").await;
    let path = format!("/v1/rooms/{}/members/me", room.uuid);
    let by_rest =
        async |_: &mut [RoomClient]| drop(server.ok(Method::DELETE, &path, bob, None).await);
    fixture.part(&BUT_DISCORD, &room, by_rest).await;

    let room = fixture.group("left by an event").await;
    let by_event = async |bobs: &mut [RoomClient]| {
        let native = bobs.iter_mut().find(|it| it.surface == Surface::Native).unwrap();
        native.socket().ok("room:leave", json!({"chatroom_id": room.uuid})).await;
    };
    fixture.part(&BUT_DISCORD, &room, by_event).await;

    let room = fixture.group("left on campus").await;
    let on_campus = async |bobs: &mut [RoomClient]| {
        let campus = bobs.iter_mut().find(|it| it.surface == Surface::Campus).unwrap();
        let frame = json!({"action_type": "leave_room", "chatroom_id": room.uuid});
        campus.plain().send(&frame).await;
        campus.all_so_far().await;
    };
    fixture.part(&BUT_DISCORD, &room, on_campus).await;
}

async fn whoever_is_removed_from_a_group_hears_no_more(server: Server) {
    let fixture = Fixture::new(server).await;
    let (server, ann) = (&fixture.server, &fixture.ann.person);
    let room = fixture.group("a strict room").await;
    let path = format!("/v1/rooms/{}/members/{}", room.uuid, fixture.bob.person.id);
    let removed =
        async |_: &mut [RoomClient]| drop(server.ok(Method::DELETE, &path, ann, None).await);
    fixture.part(&BUT_DISCORD, &room, removed).await;
}

async fn whoever_leaves_a_server_hears_no_more(server: Server) {
    let fixture = Fixture::new(server).await;
    let (room, server_id) = fixture.channel("north").await;
    let path = format!("/servers/{server_id}/leave");
    let (server, bob) = (&fixture.server, &fixture.bob.person);
    let leaves = async |_: &mut [RoomClient]| drop(server.ok(Method::POST, &path, bob, None).await);
    fixture.part(&ALL, &room, leaves).await;
}

/// Everybody may look into a public room, so only being told of it by itself ends.
async fn whoever_leaves_a_public_room_hears_what_strangers_hear(server: Server) {
    let fixture = Fixture::new(server).await;
    let (server, bob) = (&fixture.server, &fixture.bob.person);
    let body = Some(json!({"name": "the square"}));
    let made = server.ok(Method::POST, "/api/rooms", &fixture.ann.person, body).await;
    for who in [bob, &fixture.cid.person] {
        server.get(&format!("/api/messages/{}", made["id"]), who).await;
    }
    let room = server.room_ids(bob, "the square").await;
    let mut bobs = fixture.clients(&BUT_DISCORD, bob, &room).await;
    let path = format!("/v1/rooms/{}/members/me", room.uuid);
    server.ok(Method::DELETE, &path, bob, None).await;
    server.say(&fixture.ann.person, &room.uuid, "well?").await;
    for client in &mut bobs {
        if client.surface == Surface::ChatSphere {
            assert_eq!(client.hear().await["content"], "well?", "every public room is on its list");
            continue;
        }
        let heard = match expected_end(client.surface) {
            Some(wanted) => {
                let (end, heard) = client.end().await;
                assert_eq!(end, Some(wanted));
                heard
            }
            None => client.all_so_far().await,
        };
        assert_eq!(telling(&heard, "well?"), [Value::Null; 0], "{:?}", client.surface);
    }
}

async fn a_deleted_room_is_silent_to_all(server: Server) {
    let fixture = Fixture::new(server).await;
    let (server, ann) = (&fixture.server, &fixture.ann.person);
    let still_here = fixture.group("still here").await;
    let group = fixture.group("short-lived").await;
    let (first, _) = fixture.channel("first").await;
    let (second, server_id) = fixture.channel("second").await;
    for (surfaces, room, path) in [
        (&BUT_DISCORD[..], &group, format!("/v1/rooms/{}", group.uuid)),
        (&ALL[..], &first, format!("/channels/{}", first.channel.unwrap())),
        (&ALL[..], &second, format!("/servers/{server_id}")),
    ] {
        let mut bobs = fixture.clients(surfaces, &fixture.bob.person, room).await;
        server.ok(Method::DELETE, &path, ann, None).await;
        let (status, _) = server
            .call(
                Method::POST,
                &format!("/v1/rooms/{}/messages", room.uuid),
                Some(ann),
                Some(json!({"content": "into the void"})),
            )
            .await;
        assert_eq!(status.as_u16(), 404);
        server.say(ann, &still_here.uuid, "elsewhere").await;
        for client in &mut bobs {
            match client.surface {
                Surface::Campus | Surface::ChatSphere | Surface::Native => {
                    // It is the next message that is heard, and the line lives on.
                    client.room = still_here.clone();
                    assert_eq!(client.hear_words().await, "elsewhere");
                }
                Surface::Chatroom => {
                    let told = client.socket().ask("join_room", json!(room.uuid)).await;
                    assert_eq!(told, Value::Null);
                    assert_eq!(client.socket().hear("error").await["error"]["code"], "not_found");
                }
                Surface::Discord | Surface::Swift => {
                    assert_eq!(client.end().await.0, expected_end(client.surface));
                }
            }
        }
        gone(&fixture, room).await;
    }
}

/// It is in nobody's list, and by its ids nothing is found.
async fn gone(fixture: &Fixture, room: &RoomIds) {
    let RoomIds { uuid, number, chat_id, .. } = room;
    for path in [
        format!("/chatrooms/{uuid}"),
        format!("/channels/{number}"),
        format!("/api/rooms/{number}"),
        format!("/api/messages/{number}"),
        format!("/v1/rooms/{uuid}"),
    ] {
        let (status, answer) =
            fixture.server.call(Method::GET, &path, Some(&fixture.bob.person), None).await;
        assert_eq!(status.as_u16(), 404, "{path}: {answer}");
    }
    let path = format!("/api/v1/messages/group/{chat_id}");
    let page = fixture.server.get(&path, &fixture.bob.person).await;
    assert_eq!(page["messages"], json!([]));
    for path in ["/message/get_rooms", "/chatrooms/", "/api/rooms", "/v1/rooms"] {
        let list = fixture.server.get(path, &fixture.bob.person).await;
        assert!(!tells(&list, uuid), "{path}: {list}");
    }
}

/// Of all others, a crowd of ten thousand would hear fifty million times.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_in_a_room_that_is_deleted_hears_of_nobody_but_themselves() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    let (mut at_bobs, mut at_eves) = (server.socket(&bob).await, server.socket(&eve).await);
    server.ok(Method::DELETE, &format!("/v1/rooms/{room}"), &ann, None).await;
    for (who, socket) in [(&bob, &mut at_bobs), (&eve, &mut at_eves)] {
        let deleted = socket.hear("room:deleted").await;
        assert_eq!(deleted["chatroom"]["chatroom_id"], room.as_str());
        let left = socket.overhear("room:member_left").await;
        assert_eq!(left.iter().map(|it| &it["user_id"]).collect::<Vec<_>>(), [&json!(who.id)]);
    }
}
