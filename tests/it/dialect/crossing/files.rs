//! A file that is sent on one surface is on the others what they know of files: a file with
//! its name, an address that leads to it, or at least its name.

use reqwest::multipart;
use serde_json::{Value, json};

use super::{both, channel, two_people};
use crate::{
    on_every_database,
    support::files::png,
    support::{
        clients::{ALL, RoomClient, Surface, read},
        people::Person,
        server::Server,
    },
};

on_every_database!(a_file_goes_from_every_surface_that_sends_some_to_all);

const SENDERS: [Surface; 4] =
    [Surface::Native, Surface::Swift, Surface::Chatroom, Surface::ChatSphere];

async fn a_file_goes_from_every_surface_that_sends_some_to_all(server: Server) {
    let (ann, bob) = two_people(&server).await;
    channel(&server, [&ann, &bob], "north").await;
    let rooms = both(&server, [&ann, &bob], ["north"; 2]).await;
    let mut clients = Vec::new();
    for surface in ALL {
        clients.push(server.client(surface, &bob.person, &rooms[1]).await);
    }
    for (number, sender) in SENDERS.into_iter().enumerate() {
        let picture = png(3, 4 + u32::try_from(number).unwrap());
        let mut client = server.client(sender, &ann.person, &rooms[0]).await;
        let named = send(&server, &mut client, &ann.person, picture.clone()).await;
        for client in &mut clients {
            let frame = client.hear().await;
            check(&server, &bob.person, (client.surface, &frame), (&named, &picture)).await;
            assert_eq!(read(client.surface, &[&ann, &bob], &frame).author, "ann");
            // And so it stays.
            let history = server.history(client.surface, &bob.person, &rooms[1]).await;
            assert_eq!(history.len(), number + 1);
            check(&server, &bob.person, (client.surface, &history[number]), (&named, &picture))
                .await;
        }
    }
}

/// As each client sends a picture: how it is named where names are all that is shown.
async fn send(server: &Server, client: &mut RoomClient, who: &Person, picture: Vec<u8>) -> String {
    let room = client.room.uuid.clone();
    let route = match client.surface {
        Surface::Native => "/v1/files",
        Surface::Swift => "/api/upload-file",
        _ => "/upload/upload-message-file",
    };
    let part = multipart::Part::bytes(picture).file_name("cat.png");
    let form = multipart::Form::new().part("file", part);
    let request = server.http.post(server.url(route)).bearer_auth(&who.token).multipart(form);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{route}: {}", answer.status());
    let stored: Value = answer.json().await.unwrap();
    match client.surface {
        Surface::Native => {
            let frame = json!({"chatroom_id": room, "attachment_ids": [stored["id"]]});
            client.socket().ok("message:send", frame).await;
            return "cat.png".to_owned();
        }
        Surface::Swift => {
            let frame = json!({"type": "message", "content": "", "message_type": "image",
                "file_url": stored["file_url"], "file_name": "cat.png",
                "file_size": stored["file_size"], "mime_type": "image/png"});
            client.plain().send_binary(frame.to_string().as_bytes()).await;
            return "cat.png".to_owned();
        }
        Surface::ChatSphere => {
            let data = json!({"content": stored["url"], "message_type": "image",
                "chat_type": client.room.chat_type, "chat_id": client.room.chat_id});
            client.plain().send(&json!({"type": "send_message", "data": data})).await;
        }
        _ => {
            let body = json!({"chatroom_id": room, "message_type": "image", "sender_id": who.id,
                "read_status": "unread", "content": stored["url"],
                "timestamp": "2026-11-20T23:50:03.123Z"});
            let path = format!("/chatrooms/{room}/message");
            server.ok(reqwest::Method::POST, &path, who, Some(body)).await;
        }
    }
    stored["url"].as_str().unwrap().to_owned()
}

async fn check(
    server: &Server,
    reader: &Person,
    (surface, frame): (Surface, &Value),
    (named, bytes): (&str, &[u8]),
) {
    let link = match surface {
        // It knows words alone.
        Surface::Campus => {
            assert!([named, "cat.png"].contains(&frame["content"].as_str().unwrap()), "{frame}");
            return;
        }
        Surface::Discord => frame["content"].as_str(),
        Surface::Chatroom | Surface::ChatSphere => {
            assert_eq!(frame["message_type"], "image", "{frame}");
            frame["content"].as_str()
        }
        Surface::Swift => {
            assert_eq!((&frame["message_type"], &frame["message"]), (&json!("image"), &json!("")));
            frame["file_url"].as_str()
        }
        Surface::Native => {
            assert_eq!(frame["message_type"], "image", "{frame}");
            frame["attachments"][0]["url"].as_str().or(frame["content"].as_str())
        }
    };
    let link = link.unwrap();
    // Its page may be on another origin than this server.
    assert!(surface != Surface::Chatroom || link.starts_with(&server.url("/static/")), "{link}");
    let url = if link.starts_with("http") { link.to_owned() } else { server.url(link) };
    let mut request = server.http.get(&url);
    if surface == Surface::Native && !link.starts_with("http") {
        request = request.bearer_auth(&reader.token);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{surface:?}: {url}");
    assert_eq!(answer.bytes().await.unwrap(), bytes, "{surface:?}: {url}");
}
