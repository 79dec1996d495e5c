//! A message with words and several files, for clients that know one of them in each message.

use reqwest::{Method, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::files::png,
    support::{
        clients::{RoomClient, Surface},
        people::Person,
        server::Server,
    },
};

on_every_database!(words_and_files_are_said_one_after_the_other_to_clients_that_know_one_of_them);

const PDF: &[u8] = b"%PDF-1.4\n%%EOF\n";

impl Server {
    async fn named_file(&self, who: &Person, name: &str, bytes: Vec<u8>) -> Value {
        let part = multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = multipart::Form::new().part("file", part);
        let request = self.http.post(self.url("/v1/files")).bearer_auth(&who.token);
        request.multipart(form).send().await.unwrap().json().await.unwrap()
    }
}

async fn words_and_files_are_said_one_after_the_other_to_clients_that_know_one_of_them(
    server: Server,
) {
    let (ann, bob) = (server.identity("ann").await, server.identity("bob").await);
    server.direct_room(&ann.person, &bob.person).await;
    let room = server.room_ids(&bob.person, "ann").await;
    let known = [Surface::Chatroom, Surface::ChatSphere, Surface::Campus];
    let mut clients: Vec<RoomClient> = Vec::new();
    for surface in known {
        clients.push(server.client(surface, &bob.person, &room).await);
    }
    let mut files = Vec::new();
    for (name, bytes) in [("a.png", png(2, 3)), ("b.png", png(4, 5)), ("c.pdf", PDF.to_vec())] {
        files.push(server.named_file(&ann.person, name, bytes).await["id"].clone());
    }
    let body = json!({"content": "look", "attachment_ids": files});
    let path = format!("/v1/rooms/{}/messages", room.uuid);
    let said = server.ok(Method::POST, &path, &ann.person, Some(body)).await;
    server.say(&ann.person, &room.uuid, "the end").await;
    for client in &mut clients {
        let mut live = Vec::new();
        while live.last().is_none_or(|it: &Value| it["content"] != "the end") {
            live.extend(client.hear_all().await);
        }
        let history = server.history(client.surface, &bob.person, &room).await;
        for parts in [&live, &history] {
            let shown: Vec<&str> = parts.iter().map(|it| it["content"].as_str().unwrap()).collect();
            let kinds: Vec<&Value> = parts.iter().map(|it| &it["message_type"]).collect();
            assert_eq!(shown.len(), 5, "{:?}: {shown:?}", client.surface);
            assert_eq!((shown[0], shown[4]), ("look", "the end"), "{:?}", client.surface);
            for (at, file) in (1..4).zip(said["attachments"].as_array().unwrap()) {
                let name = file["name"].as_str().unwrap();
                let id = file["id"].as_str().unwrap();
                let stored = shown[at].rsplit('/').next().unwrap().split('.').next();
                let is_it = stored == Some(id) || shown[at] == name;
                assert!(is_it, "{:?}: {shown:?}", client.surface);
            }
            if client.surface != Surface::Campus {
                assert_eq!(kinds, ["text", "image", "image", "file", "text"]);
            }
            // Clients tell messages by their ids, where they have some.
            let mut ids: Vec<String> = parts.iter().map(|it| it["id"].to_string()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert!(client.surface == Surface::Chatroom || ids.len() == 5, "{ids:?}");
        }
    }
}
