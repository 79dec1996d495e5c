//! Sessions that end, however they end, and accounts.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    room::leaving::Fixture,
    support::{
        clients::{ALL, RoomClient, RoomIds, Surface},
        people::{PASSWORD, Person},
        server::Server,
        texts::telling,
        websocket::End,
    },
};

on_every_database!(
    whoever_logs_out_anywhere_is_out_everywhere,
    a_session_that_others_end_hears_no_more,
    a_deleted_account_hears_no_more,
);

fn expected_end(surface: Surface) -> Option<End> {
    match surface {
        Surface::Campus | Surface::Discord | Surface::Swift => {
            Some(End::Closed(1_008, "signed out".to_owned()))
        }
        Surface::ChatSphere => Some(End::Closed(4_001, "无效token".to_owned())),
        Surface::Chatroom | Surface::Native => None,
    }
}

impl Fixture {
    /// Two devices hear what Ann says; then one is out, and only the other does.
    async fn ends(&self, room: &RoomIds, device: &Person, end: impl AsyncFnOnce()) {
        let mut here = self.clients(&ALL, device, room).await;
        let mut there = self.clients(&ALL, &self.bob.person, room).await;
        end().await;
        self.server.say(&self.ann.person, &room.uuid, "are you there?").await;
        for client in &mut there {
            assert_eq!(client.hear_words().await, "are you there?", "{:?}", client.surface);
        }
        self.are_out(&mut here, device).await;
    }

    async fn are_out(&self, clients: &mut [RoomClient], device: &Person) {
        for client in clients {
            let (end, heard) = client.end().await;
            assert_eq!(end, expected_end(client.surface), "{:?}", client.surface);
            assert_eq!(telling(&heard, "there?"), [Value::Null; 0], "{:?}", client.surface);
            self.may_not_come_back(client.surface, &client.room, device).await;
        }
    }

    /// The token opens nothing any more.
    async fn may_not_come_back(&self, surface: Surface, room: &RoomIds, device: &Person) {
        let token = &device.token;
        let door = match surface {
            Surface::Campus => format!("/message/online?token={token}"),
            Surface::ChatSphere => format!("/ws?token={token}"),
            Surface::Discord => format!("/ws/{}?token={token}", room.channel.unwrap()),
            Surface::Swift => format!("/ws/chat/{}?token={token}", room.number),
            Surface::Chatroom | Surface::Native => {
                let path =
                    if surface == Surface::Native { "/socket.io/" } else { "/ws/socket.io/" };
                let auth = Some(json!({"token": token}));
                assert!(self.server.try_socket(path, auth, None).await.is_err(), "{surface:?}");
                return;
            }
        };
        match self.server.try_plain(&door, &[]).await {
            Ok(mut socket) => {
                assert_eq!(surface, Surface::ChatSphere, "the one that lets everybody in first");
                assert!(matches!(socket.expect_end().await, End::Closed(4_001, _)));
            }
            Err(refusal) => assert_eq!(refusal, (403, String::new()), "{surface:?}"),
        }
    }
}

async fn whoever_logs_out_anywhere_is_out_everywhere(server: Server) {
    let fixture = Fixture::new(server).await;
    let (room, _) = fixture.channel("north").await;
    for path in [
        "/user/logout",
        "/api/user/logout",
        "/auth/logout",
        "/api/v1/auth/logout",
        "/api/auth/logout",
        "/v1/auth/logout",
    ] {
        let device = fixture.server.again(&fixture.bob.person).await;
        let log_out = async || {
            fixture.server.ok(Method::POST, path, &device, None).await;
        };
        fixture.ends(&room, &device, log_out).await;
    }
    everything_is_refused(&fixture, &room).await;
}

/// With a token that was good once.
async fn everything_is_refused(fixture: &Fixture, room: &RoomIds) {
    let device = fixture.server.again(&fixture.bob.person).await;
    fixture.server.ok(Method::POST, "/v1/auth/logout", &device, None).await;
    let RoomIds { uuid, number, channel, chat_type, chat_id } = room;
    for path in [
        "/message/get_rooms".to_owned(),
        format!("/chatrooms/{uuid}/messages?limit=1"),
        format!("/api/v1/messages/{chat_type}/{chat_id}"),
        format!("/channels/{}/messages", channel.unwrap()),
        format!("/v1/rooms/{uuid}/messages"),
        format!("/api/messages/{number}"),
    ] {
        let (status, answer) = fixture.server.call(Method::GET, &path, Some(&device), None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}: {answer}");
    }
    let body = Some(json!({"refresh_token": device.refresh}));
    for (path, wanted) in
        [("/v1/auth/refresh", 401), ("/api/auth/refresh", 401), ("/api/v1/auth/token/refresh", 401)]
    {
        let (status, answer) = fixture.server.call(Method::POST, path, None, body.clone()).await;
        assert_eq!(status.as_u16(), wanted, "{path}: {answer}");
    }
}

async fn a_session_that_others_end_hears_no_more(server: Server) {
    let fixture = Fixture::new(server).await;
    let (room, _) = fixture.channel("north").await;
    let (server, bob) = (&fixture.server, &fixture.bob.person);
    let device = server.again(bob).await;
    let sessions = server.get("/v1/sessions", &device).await;
    let mine = sessions["items"].as_array().unwrap().iter().find(|it| it["current"] == true);
    let path = format!("/v1/sessions/{}", mine.unwrap()["session_id"].as_str().unwrap());
    let revoked = async || drop(server.ok(Method::DELETE, &path, bob, None).await);
    fixture.ends(&room, &device, revoked).await;

    let device = server.again(bob).await;
    let others = async || drop(server.ok(Method::DELETE, "/v1/sessions", bob, None).await);
    fixture.ends(&room, &device, others).await;

    let device = server.again(bob).await;
    let body = Some(json!({"display_name": "Bob", "password": PASSWORD}));
    let changed = async || drop(server.ok(Method::PUT, "/users/me", bob, body).await);
    fixture.ends(&room, &device, changed).await;
}

async fn a_deleted_account_hears_no_more(server: Server) {
    let fixture = Fixture::new(server).await;
    let (room, _) = fixture.channel("north").await;
    let (server, ann) = (&fixture.server, &fixture.ann.person);
    for path in ["/v1/me".to_owned(), format!("/user/{}", fixture.bob.person.id)] {
        let (who, other) = if path == "/v1/me" {
            (&fixture.cid, &fixture.bob)
        } else {
            (&fixture.bob, &fixture.ann)
        };
        let who = &who.person;
        let second = server.again(who).await;
        let mut here = fixture.clients(&ALL, who, &room).await;
        let mut there = fixture.clients(&ALL, &second, &room).await;
        let mut others = fixture.clients(&ALL, &other.person, &room).await;
        server.ok(Method::DELETE, &path, who, None).await;
        server.say(ann, &room.uuid, "are you there?").await;
        for client in &mut others {
            assert_eq!(client.hear_words().await, "are you there?", "{:?}", client.surface);
        }
        fixture.are_out(&mut here, who).await;
        fixture.are_out(&mut there, &second).await;
        let body = json!({"username": who.name, "password": PASSWORD});
        let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}
