//! Whoever leaves, is removed, logs out or is deleted hears no more, on whatever surface;
//! and whatever they still say is refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    dialect::crossing::channel,
    on_every_database,
    support::{
        clients::{ALL, Actress, BUT_DISCORD, Ear, Place, Surface},
        doors::{Inside, keep_out_of_line},
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
fn farewell(surface: Surface) -> Option<End> {
    match surface {
        Surface::Discord => Some(End::Closed(1_000, "no longer in this channel".to_owned())),
        Surface::Swift => Some(End::Closed(1_000, "left".to_owned())),
        Surface::Campus | Surface::Chatroom | Surface::ChatSphere | Surface::Native => None,
    }
}

pub struct Scene {
    pub server: Server,
    pub ann: Actress,
    pub bob: Actress,
    pub cid: Actress,
    /// Somebody who is in no room.
    dan: Person,
}

impl Scene {
    pub async fn new(server: Server) -> Self {
        let (ann, bob) = (server.actress("ann").await, server.actress("bob").await);
        let (cid, dan) = (server.actress("cid").await, server.person("dan").await);
        Self { server, ann, bob, cid, dan }
    }

    pub async fn group(&self, name: &str) -> Place {
        let users = [&self.bob, &self.cid].map(|it| it.person.id);
        let body = json!({"kind": "group", "user_ids": users, "chatroom_name": name});
        self.server.ok(Method::POST, "/v1/rooms", &self.ann.person, Some(body)).await;
        self.server.place(&self.bob.person, name).await
    }

    /// A channel, and its server's number.
    pub async fn channel(&self, name: &str) -> (Place, i64) {
        let number = channel(&self.server, [&self.ann, &self.bob], name).await;
        let path = format!("/channels/{number}");
        let sea = self.server.get(&path, &self.ann.person).await["server_id"].as_i64().unwrap();
        let join = format!("/servers/{sea}/join");
        self.server.ok(Method::POST, &join, &self.cid.person, None).await;
        (self.server.place(&self.bob.person, name).await, sea)
    }

    pub async fn ears(&self, surfaces: &[Surface], who: &Person, place: &Place) -> Vec<Ear> {
        let mut ears = Vec::new();
        for surface in surfaces {
            ears.push(self.server.ear(*surface, who, place).await);
        }
        ears
    }

    /// Bob and Cid hear what Ann says; then Bob goes, and only Cid does.
    pub async fn part(
        &self,
        surfaces: &[Surface],
        place: &Place,
        go: impl AsyncFnOnce(&mut [Ear]),
    ) {
        let mut bobs = self.ears(surfaces, &self.bob.person, place).await;
        let mut cids = self.ears(surfaces, &self.cid.person, place).await;
        let said = self.server.say(&self.ann.person, &place.uuid, "before").await;
        for ear in bobs.iter_mut().chain(&mut cids) {
            assert_eq!(ear.hear_words().await, "before", "{:?}", ear.surface);
        }
        go(&mut bobs).await;
        self.server.say(&self.ann.person, &place.uuid, "behind his back").await;
        for ear in &mut cids {
            assert_eq!(ear.hear_words().await, "behind his back", "{:?}", ear.surface);
        }
        for ear in &mut bobs {
            let heard = match farewell(ear.surface) {
                Some(wanted) => {
                    let (end, heard) = ear.end().await;
                    assert_eq!(end, Some(wanted));
                    heard
                }
                None => ear.all_so_far().await,
            };
            assert_eq!(telling(&heard, "behind"), [Value::Null; 0], "{:?}", ear.surface);
        }
        self.refused(&mut bobs, place, said["message_id"].as_i64().unwrap()).await;
        self.server.say(&self.ann.person, &place.uuid, "after").await;
        for ear in &mut cids {
            assert_eq!(ear.hear_words().await, "after", "{:?}, nothing of Bob's", ear.surface);
        }
    }

    /// Everything that Bob's clients can still try.
    async fn refused(&self, bobs: &mut [Ear], place: &Place, message: i64) {
        let (bob, cid) = (&self.bob.person, &self.cid.person);
        let sea = match place.channel {
            Some(number) => {
                let path = format!("/channels/{number}");
                self.server.get(&path, &self.ann.person).await["server_id"].as_i64()
            }
            None => None,
        };
        let (member, outsider) = (cid.id, self.dan.id);
        let inside = Inside { place, message, sea, member, outsider };
        for ear in bobs {
            keep_out_of_line(&self.server, bob, ear, &inside).await;
            // By what it calls the room itself, too.
            if ear.surface == Surface::ChatSphere {
                ear.say(&self.server, "let me in").await;
                let error = ear.plain().hear_where(|it| it["type"] == "error").await;
                assert_eq!(error["data"]["message"], "消息发送失败，请重试");
            }
        }
        let rooms = self.server.get("/message/get_rooms", bob).await;
        assert!(rooms["room_ids"].get(&place.uuid).is_none(), "{rooms}");
    }
}

async fn whoever_leaves_a_group_hears_no_more(server: Server) {
    let scene = Scene::new(server).await;
    let (server, bob) = (&scene.server, &scene.bob.person);
    let place = scene.group("left by REST").await;
    let path = format!("/v1/rooms/{}/members/me", place.uuid);
    let by_rest = async |_: &mut [Ear]| drop(server.ok(Method::DELETE, &path, bob, None).await);
    scene.part(&BUT_DISCORD, &place, by_rest).await;

    let place = scene.group("left by an event").await;
    let by_event = async |bobs: &mut [Ear]| {
        let native = bobs.iter_mut().find(|it| it.surface == Surface::Native).unwrap();
        native.socket().ok("room:leave", json!({"chatroom_id": place.uuid})).await;
    };
    scene.part(&BUT_DISCORD, &place, by_event).await;

    let place = scene.group("left on campus").await;
    let on_campus = async |bobs: &mut [Ear]| {
        let campus = bobs.iter_mut().find(|it| it.surface == Surface::Campus).unwrap();
        let frame = json!({"action_type": "leave_room", "chatroom_id": place.uuid});
        campus.plain().send(&frame).await;
        campus.all_so_far().await;
    };
    scene.part(&BUT_DISCORD, &place, on_campus).await;
}

async fn whoever_is_removed_from_a_group_hears_no_more(server: Server) {
    let scene = Scene::new(server).await;
    let (server, ann) = (&scene.server, &scene.ann.person);
    let place = scene.group("a strict room").await;
    let path = format!("/v1/rooms/{}/members/{}", place.uuid, scene.bob.person.id);
    let removed = async |_: &mut [Ear]| drop(server.ok(Method::DELETE, &path, ann, None).await);
    scene.part(&BUT_DISCORD, &place, removed).await;
}

async fn whoever_leaves_a_server_hears_no_more(server: Server) {
    let scene = Scene::new(server).await;
    let (place, sea) = scene.channel("north").await;
    let path = format!("/servers/{sea}/leave");
    let (server, bob) = (&scene.server, &scene.bob.person);
    let leaves = async |_: &mut [Ear]| drop(server.ok(Method::POST, &path, bob, None).await);
    scene.part(&ALL, &place, leaves).await;
}

/// Everybody may look into a public room, so only being told of it by itself ends.
async fn whoever_leaves_a_public_room_hears_what_strangers_hear(server: Server) {
    let scene = Scene::new(server).await;
    let (server, bob) = (&scene.server, &scene.bob.person);
    let body = Some(json!({"name": "the square"}));
    let made = server.ok(Method::POST, "/api/rooms", &scene.ann.person, body).await;
    for who in [bob, &scene.cid.person] {
        server.get(&format!("/api/messages/{}", made["id"]), who).await;
    }
    let place = server.place(bob, "the square").await;
    let mut bobs = scene.ears(&BUT_DISCORD, bob, &place).await;
    let path = format!("/v1/rooms/{}/members/me", place.uuid);
    server.ok(Method::DELETE, &path, bob, None).await;
    server.say(&scene.ann.person, &place.uuid, "well?").await;
    for ear in &mut bobs {
        if ear.surface == Surface::ChatSphere {
            assert_eq!(ear.hear().await["content"], "well?", "every public room is on its list");
            continue;
        }
        let heard = match farewell(ear.surface) {
            Some(wanted) => {
                let (end, heard) = ear.end().await;
                assert_eq!(end, Some(wanted));
                heard
            }
            None => ear.all_so_far().await,
        };
        assert_eq!(telling(&heard, "well?"), [Value::Null; 0], "{:?}", ear.surface);
    }
}

async fn a_deleted_room_is_silent_to_all(server: Server) {
    let scene = Scene::new(server).await;
    let (server, ann) = (&scene.server, &scene.ann.person);
    let still_here = scene.group("still here").await;
    let group = scene.group("short-lived").await;
    let (first, _) = scene.channel("first").await;
    let (second, sea) = scene.channel("second").await;
    for (surfaces, place, path) in [
        (&BUT_DISCORD[..], &group, format!("/v1/rooms/{}", group.uuid)),
        (&ALL[..], &first, format!("/channels/{}", first.channel.unwrap())),
        (&ALL[..], &second, format!("/servers/{sea}")),
    ] {
        let mut bobs = scene.ears(surfaces, &scene.bob.person, place).await;
        server.ok(Method::DELETE, &path, ann, None).await;
        let (status, _) = server
            .call(
                Method::POST,
                &format!("/v1/rooms/{}/messages", place.uuid),
                Some(ann),
                Some(json!({"content": "into the void"})),
            )
            .await;
        assert_eq!(status.as_u16(), 404);
        server.say(ann, &still_here.uuid, "elsewhere").await;
        for ear in &mut bobs {
            match ear.surface {
                Surface::Campus | Surface::ChatSphere | Surface::Native => {
                    // It is the next message that is heard, and the line lives on.
                    ear.place = still_here.clone();
                    assert_eq!(ear.hear_words().await, "elsewhere");
                }
                Surface::Chatroom => {
                    let told = ear.socket().ask("join_room", json!(place.uuid)).await;
                    assert_eq!(told, Value::Null);
                    assert_eq!(ear.socket().hear("error").await["error"]["code"], "not_found");
                }
                Surface::Discord | Surface::Swift => {
                    assert_eq!(ear.end().await.0, farewell(ear.surface));
                }
            }
        }
        gone(&scene, place).await;
    }
}

/// It is in nobody's list, and by its ids nothing is found.
async fn gone(scene: &Scene, place: &Place) {
    let Place { uuid, number, chat_id, .. } = place;
    for path in [
        format!("/chatrooms/{uuid}"),
        format!("/channels/{number}"),
        format!("/api/rooms/{number}"),
        format!("/api/messages/{number}"),
        format!("/v1/rooms/{uuid}"),
    ] {
        let (status, answer) =
            scene.server.call(Method::GET, &path, Some(&scene.bob.person), None).await;
        assert_eq!(status.as_u16(), 404, "{path}: {answer}");
    }
    let path = format!("/api/v1/messages/group/{chat_id}");
    let page = scene.server.get(&path, &scene.bob.person).await;
    assert_eq!(page["messages"], json!([]));
    for path in ["/message/get_rooms", "/chatrooms/", "/api/rooms", "/v1/rooms"] {
        let list = scene.server.get(path, &scene.bob.person).await;
        assert!(!tells(&list, uuid), "{path}: {list}");
    }
}
