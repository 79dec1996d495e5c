//! What was edited or deleted is right on every surface, and nobody is told what their
//! client has no words for.

use entity::id::RoomId;
use parlor::{
    chat::{
        room::number,
        server::{self, channel},
    },
    model::server::{ChannelDraft, ServerDraft},
};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server, websocket::Plain},
};

on_every_database!(
    every_history_shows_what_is_there_now,
    offsets_count_what_is_there,
    a_chat_of_two_is_looked_at_again,
);

/// A channel, which is a room on every surface.
struct SharedChannel {
    ann: Person,
    bob: Person,
    room: String,
    number: i64,
    channel: i64,
}

impl Server {
    async fn shared_channel(&self) -> SharedChannel {
        let (ann, bob) = (self.person("ann").await, self.person("bob").await);
        let (chat, owner, other) = (self.chat(), self.actor(&ann).await, self.actor(&bob).await);
        let draft = ServerDraft {
            name: "sea".to_owned(),
            description: None,
            icon_url: None,
            is_open: true,
        };
        let server = server::create(&chat, owner, draft).await.unwrap().server_id;
        server::join(&chat, other, server).await.unwrap();
        let draft = ChannelDraft { server, name: "north".to_owned(), description: None };
        let room: RoomId = channel::create(&chat, owner, draft).await.unwrap().room.chatroom_id;
        let number = number::of_room(&chat, room).await.unwrap();
        let channel = number::of_channel(&chat, room).await.unwrap();
        SharedChannel { ann, bob, room: room.to_string(), number, channel }
    }

    /// The words of the history on each surface, oldest first.
    async fn histories(
        &self,
        at: &SharedChannel,
        campus: &mut Plain,
    ) -> Vec<(&'static str, Vec<String>)> {
        let (room, number, channel) = (&at.room, at.number, at.channel);
        let list = |value: &Value, key: &str| -> Vec<String> {
            let words = |it: &Value| it[key].as_str().unwrap().to_owned();
            value.as_array().unwrap().iter().map(words).collect()
        };
        let reversed = |mut words: Vec<String>| {
            words.reverse();
            words
        };
        let get = async |path: String| self.get(&path, &at.bob).await;
        let chatroom = get(format!("/chatrooms/{room}/messages?limit=50")).await;
        let chatsphere = get(format!("/api/v1/messages/group/{room}")).await;
        let discord = get(format!("/channels/{channel}/messages")).await;
        let swift = get(format!("/api/messages/{number}")).await;
        let reacted = get(format!("/api/reactions/room/{number}/messages")).await;
        campus.send(&json!({"action_type": "get_message", "chatroom_id": room})).await;
        let campus = campus.hear().await;
        vec![
            ("chatroom", list(&chatroom, "content")),
            ("chatsphere", list(&chatsphere["messages"], "content")),
            ("discord", reversed(list(&discord, "content"))),
            ("swift", list(&swift, "message")),
            ("swift, reactions", list(&reacted, "content")),
            ("campus", reversed(list(&campus["messages"], "content"))),
        ]
    }
}

async fn every_history_shows_what_is_there_now(server: Server) {
    let at = server.shared_channel().await;
    let token = &at.bob.token;
    let mut campus = server.plain_by_cookie("/message/online", token).await;
    let mut discord = server.plain_by_query(&format!("/ws/{}", at.channel), token).await;
    let mut swift = server.plain_by_query(&format!("/ws/chat/{}", at.number), token).await;
    let mut sphere = server.plain_by_query("/ws", token).await;
    let auth = Some(json!({ "token": token }));
    let mut old = server.try_socket("/ws/socket.io/", auth, None).await.unwrap();
    old.ask("join_room", json!(at.room)).await;
    let first = server.said(&at.ann, &at.room, "first").await;
    let second = server.said(&at.ann, &at.room, "secnd").await;
    let third = server.said(&at.ann, &at.room, "third").await;
    old.hear("receive_message").await;
    for socket in [&mut campus, &mut discord, &mut swift, &mut sphere] {
        socket.overhear().await;
    }

    server.edit(second, &at.ann, "second").await;
    server.delete(third, &at.ann).await;
    for (surface, words) in server.histories(&at, &mut campus).await {
        assert_eq!(words, ["first", "second"], "{surface}");
    }
    for socket in [&mut campus, &mut discord, &mut swift] {
        socket.expect_silence().await;
    }
    let told = sphere.overhear().await;
    let again: Vec<(&Value, &Value)> =
        told.iter().map(|it| (&it["type"], &it["data"]["message_id"])).collect();
    let updated = json!("conversation_updated");
    let (second_id, third_id) = (json!(second.to_string()), json!(third.to_string()));
    assert_eq!(again, [(&updated, &second_id), (&updated, &third_id)]);
    assert_eq!(old.overhear("receive_message").await.len(), 2);

    previews_and_marks_follow(&server, &at, third).await;

    // An emoji that this client's decoders do not know would lose it the whole list.
    let crab = format!("/v1/messages/{first}/reactions/🦀");
    server.ok(reqwest::Method::PUT, &crab, &at.ann, None).await;
    swift.expect_silence().await;
    let shown = server.get(&format!("/api/messages/{}", at.number), &at.ann).await;
    assert_eq!((&shown[0]["reactions"], &shown[0]["user_reaction"]), (&json!([]), &Value::Null));
    server.delete(first, &at.ann).await;
    server.delete(second, &at.ann).await;
    for (surface, words) in server.histories(&at, &mut campus).await {
        assert_eq!(words, [""; 0], "{surface}");
    }
    let listed = server.listed_on_swift(&at).await;
    assert_eq!((&listed["last_message"], &listed["unread_count"]), (&Value::Null, &json!(0)));
}

/// Of the first two messages, the second of which was edited, and of the third, which is gone.
async fn previews_and_marks_follow(server: &Server, at: &SharedChannel, third: i64) {
    let listed = server.listed_on_swift(at).await;
    assert_eq!(listed["last_message"]["message"], "second");
    let chats = server.get("/api/v1/conversations", &at.bob).await;
    assert_eq!(chats["conversations"][0]["last_message"]["content"], "second");
    let history = server.get(&format!("/api/v1/messages/group/{}", at.room), &at.bob).await;
    let edited = history["messages"].as_array().unwrap().iter().map(|it| &it["is_edited"]);
    assert_eq!(edited.collect::<Vec<_>>(), [false, true]);
    let discord = server.get(&format!("/channels/{}/messages", at.channel), &at.bob).await;
    assert_ne!(discord[0]["created_at"], discord[0]["updated_at"]);
    assert_eq!(discord[1]["created_at"], discord[1]["updated_at"]);
    let gone = format!("/api/reactions/message/{third}");
    assert_eq!(server.call(reqwest::Method::GET, &gone, Some(&at.bob), None).await.0, 404);
    let body = json!({"message_id": third, "reaction_type": "👍"});
    let react = server.call(reqwest::Method::POST, "/api/reactions/add", Some(&at.bob), Some(body));
    assert_eq!(react.await.0, 404);
}

impl Server {
    async fn listed_on_swift(&self, at: &SharedChannel) -> Value {
        let rooms = self.get("/api/rooms", &at.bob).await;
        let mut rooms = rooms.as_array().unwrap().iter();
        rooms.find(|it| it["id"] == at.number).unwrap().clone()
    }
}

async fn offsets_count_what_is_there(server: Server) {
    let at = server.shared_channel().await;
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(server.said(&at.ann, &at.room, &format!("m{n}")).await);
    }
    for n in [0, 3, 4, 8, 9] {
        server.delete(ids[n], &at.ann).await;
    }
    let left = ["m7", "m6", "m5", "m2", "m1"];
    for (limit, offset) in [(2, 0), (2, 2), (2, 4), (5, 0), (5, 5), (9, 3)] {
        let path = format!("/channels/{}/messages?limit={limit}&offset={offset}", at.channel);
        let page = server.get(&path, &at.bob).await;
        let shown: Vec<&str> =
            page.as_array().unwrap().iter().map(|it| it["content"].as_str().unwrap()).collect();
        let wanted: Vec<&str> = left.iter().skip(offset).take(limit).copied().collect();
        assert_eq!(shown, wanted, "{limit} after {offset}");
        let path = format!("/api/v1/messages/group/{}?limit={limit}&offset={offset}", at.room);
        let page = server.get(&path, &at.bob).await;
        assert_eq!(page["total"], 5);
        assert_eq!(page["has_more"], !wanted.is_empty() && offset + wanted.len() < 5);
        assert_eq!(page["messages"].as_array().unwrap().len(), wanted.len());
    }
    let recent = server.get(&format!("/api/messages/{}/recent?limit=3", at.number), &at.bob).await;
    assert_eq!((recent.as_array().unwrap().len(), &recent[0]["message"]), (3, &json!("m5")));
    let stats = server.get("/api/v1/stats", &at.bob).await;
    assert_eq!((&stats["total_messages"], &stats["today_messages"]), (&json!(5), &json!(5)));
}

async fn a_chat_of_two_is_looked_at_again(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let room = server.direct_room(&ann, &bob).await;
    let id = server.said(&ann, &room, "helo").await;
    let mut sockets = Vec::new();
    for who in [&ann, &bob, &eve] {
        let mut socket = server.plain_by_query("/ws", &who.token).await;
        socket.overhear().await;
        sockets.push(socket);
    }
    for socket in &mut sockets {
        socket.overhear().await;
    }
    server.edit(id, &ann, "hello").await;
    let public_id = async |who: &Person| server.get("/v1/me", who).await["public_id"].clone();
    for (socket, peer) in sockets.iter_mut().zip([&bob, &ann]) {
        let told = socket.hear_where(|it| it["type"] == "conversation_updated").await;
        assert_eq!(told["data"]["chat_id"], public_id(peer).await);
    }
    assert!(sockets[2].overhear().await.iter().all(|it| it["type"] != "conversation_updated"));
}
