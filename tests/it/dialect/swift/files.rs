//! Files: taken in whatever they are, handed out so that they can do nothing.

use reqwest::{Method, multipart};
use serde_json::{Value, json};

use super::{SwiftPerson, detail, hear};
use crate::{
    on_every_database,
    support::{files::png, people::Person, server::Server},
};

on_every_database!(a_sent_file_is_shown_on_every_surface, a_file_of_somebody_else_is_only_a_link);

impl Server {
    async fn put(
        &self,
        path: &str,
        who: Option<&SwiftPerson>,
        name: &str,
        bytes: Vec<u8>,
    ) -> (u16, Value) {
        let part = multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = multipart::Form::new().part("file", part);
        let mut request = self.http.post(self.url(path)).multipart(form);
        if let Some(phone) = who {
            request = request.bearer_auth(&phone.token);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn headers(&self, path: &str) -> (u16, String, String) {
        let response = self.http.get(self.url(path)).send().await.unwrap();
        let header = |name: &str| {
            response.headers().get(name).map_or("", |it| it.to_str().unwrap()).to_owned()
        };
        if response.status().is_success() {
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        }
        (response.status().as_u16(), header("content-type"), header("content-disposition"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_bytes_are_taken_and_only_pictures_are_shown() {
    let server = Server::start().await;
    let ann = server.swift_person("ann").await;
    let picture = png(2, 2);
    let (status, stored) =
        server.put("/api/upload-file", Some(&ann), "cat.png", picture.clone()).await;
    assert_eq!((status, &stored["message"]), (200, &json!("File uploaded successfully")));
    assert_eq!(
        (&stored["mime_type"], &stored["file_size"]),
        (&json!("image/png"), &json!(picture.len()))
    );
    let (url, name) = (stored["file_url"].as_str().unwrap(), stored["filename"].as_str().unwrap());
    assert_eq!(url, format!("/api/files/{name}"));
    let bytes = server.http.get(server.url(url)).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, picture, "without saying who asks");
    let (status, kind, disposition) = server.headers(url).await;
    assert_eq!((status, kind.as_str()), (200, "image/png"));
    assert_eq!(disposition, "inline; filename*=UTF-8''cat.png");

    for (given, extension) in
        [("page.html", "bin"), ("run.exe", "bin"), ("notes.txt", "txt"), ("fake.png", "bin")]
    {
        let bytes = b"<script>alert(1)</script>".to_vec();
        let (status, stored) = server.put("/api/upload-file", Some(&ann), given, bytes).await;
        assert_eq!(
            (status, &stored["mime_type"]),
            (200, &json!("application/octet-stream")),
            "{given}"
        );
        let name = stored["filename"].as_str().unwrap();
        assert!(name.ends_with(&format!(".{extension}")), "{given}: {name}");
        let (_, kind, disposition) = server.headers(stored["file_url"].as_str().unwrap()).await;
        assert_eq!((kind.as_str(), &disposition[..10]), ("application/octet-stream", "attachment"));
        let hidden = server.tell("GET", &format!("/api/images/{name}"), None, None).await;
        assert_eq!(hidden, (404, detail("Image not found")));
    }
    let (status, stored) = server.put("/api/upload-image", Some(&ann), "cat.png", picture).await;
    assert_eq!((status, &stored["message"]), (200, &json!("Image uploaded successfully")));
    assert_eq!(server.headers(stored["image_url"].as_str().unwrap()).await.1, "image/png");
    let text = server.put("/api/upload-image", Some(&ann), "cat.png", b"no picture".to_vec()).await;
    assert_eq!(text, (400, detail("File must be an image")));
    let pdf = server.put("/api/upload-image", Some(&ann), "cat.png", b"%PDF-1.4 x".to_vec()).await;
    assert_eq!(pdf, (400, detail("File must be an image")));
    for path in ["/api/files/nothing.png", "/api/files/..%2F..%2Fparlor.db", "/api/files/.x.part"] {
        assert_eq!(
            server.tell("GET", path, None, None).await,
            (404, detail("File not found")),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_nobodys_is_refused_in_words() {
    let server = Server::start().await;
    let ann = server.swift_person("ann").await;
    let limit = 10 << 20;
    let large = server.put("/api/upload-file", Some(&ann), "a.bin", vec![0; limit + 1]).await;
    assert_eq!(large, (400, detail("File size must be less than 10MB")));
    let largest = server.put("/api/upload-file", Some(&ann), "a.bin", vec![0; limit]).await;
    assert_eq!(largest.0, 200, "{}", largest.1);
    for path in ["/api/upload-file", "/api/upload-image"] {
        let refused = server.put(path, None, "a.bin", vec![0; 5 << 20]).await;
        assert_eq!(refused, (403, detail("Not authenticated")), "the answer is heard");
    }
    let (status, problem) =
        server.tell("POST", "/api/upload-file", Some(&ann), Some(json!({}))).await;
    assert_eq!((status, &problem["detail"][0]["loc"]), (422, &json!(["body", "file"])));
}

async fn a_sent_file_is_shown_on_every_surface(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let id = server.direct_room(&ann, &bob).await;
    let (anns, bobs) = (SwiftPerson::of_person(&ann), SwiftPerson::of_person(&bob));
    let rooms = server.fetch("/api/rooms", &anns).await;
    let room =
        rooms.as_array().unwrap().iter().find(|it| it["name"] == "bob").unwrap()["id"].clone();
    let stored = server.put("/api/upload-file", Some(&anns), "upload.png", png(3, 4)).await.1;
    let absolute = format!("http://192.168.1.5:8000{}", stored["file_url"].as_str().unwrap());
    let mut sender = server.enter(&anns, &room).await;
    let mut hearer = server.enter(&bobs, &room).await;
    let mut native = server.socket(&bob).await;
    sender
        .send(&json!({"type": "message", "content": "look", "message_type": "text_with_image",
        "attachment": {"type": "image", "filename": "cat.png", "url": absolute, "size": 1,
        "mime_type": "image/png"}}))
        .await;
    let heard = hear(&mut hearer, "message").await;
    assert_eq!(heard["file_url"], stored["file_url"], "relative");
    assert_eq!(
        (&heard["file_name"], &heard["mime_type"]),
        (&json!("cat.png"), &json!("image/png"))
    );
    assert_eq!(heard["file_size"], stored["file_size"], "what it is, and not what is said of it");
    assert_eq!(
        (&heard["message"], &heard["message_type"]),
        (&json!("look"), &json!("text_with_image"))
    );
    let created = native.hear("message:created").await["message"].clone();
    others_show_it(&server, &bob, &id, &created, &stored).await;

    // A file is sent once; after that it is a link, with the same things known of it.
    sender.send(&json!({"type": "message", "file_url": stored["file_url"]})).await;
    hear(&mut hearer, "message").await;
    let again = server.fetch(&format!("/api/messages/{room}"), &bobs).await[1].clone();
    for key in ["file_url", "file_name", "file_size", "mime_type"] {
        assert_eq!(again[key], heard[key], "{key}");
    }
    assert_eq!((&again["message"], &again["message_type"]), (&json!(""), &json!("image")));
    // And what the Vue client writes into its words is a file here.
    let name = stored["filename"].as_str().unwrap();
    let words = json!({"chatroom_id": id, "sender_id": ann.id, "message_type": "image",
        "content": format!("http://localhost:8000/static/message/{name}"), "read_status": "unread",
        "timestamp": "2026-11-20T23:50:03.123Z"});
    let path = format!("/chatrooms/{id}/message");
    assert_eq!(server.call(Method::POST, &path, Some(&ann), Some(words)).await.0, 200);
    let heard = hear(&mut hearer, "message").await;
    assert_eq!((&heard["file_url"], &heard["message"]), (&stored["file_url"], &json!("")));
}

/// On the native surface, and to the Vue client.
async fn others_show_it(server: &Server, bob: &Person, id: &str, created: &Value, stored: &Value) {
    let attached = &created["attachments"][0];
    assert_eq!((&attached["name"], &attached["mime"]), (&json!("cat.png"), &json!("image/png")));
    assert_eq!((&attached["width"], &created["message_type"]), (&json!(3), &json!("image")));
    assert_eq!(created["content"], "look");
    let bytes =
        server.http.get(server.url(attached["url"].as_str().unwrap())).bearer_auth(&bob.token);
    assert_eq!(bytes.send().await.unwrap().status(), 200);
    let path = format!("/chatrooms/{id}/messages?limit=5");
    let (_, vue) = server.call(Method::GET, &path, Some(bob), None).await;
    let name = stored["filename"].as_str().unwrap();
    // That client knows words or one file in each message.
    assert_eq!((&vue[0]["content"], &vue[0]["message_type"]), (&json!("look"), &json!("text")));
    assert_eq!(vue[1]["media_url"], server.url(&format!("/static/message/{name}")));
    assert_eq!(server.headers(&format!("/static/message/{name}")).await.1, "image/png");
}

async fn a_file_of_somebody_else_is_only_a_link(server: Server) {
    let (ann, bob) = (server.swift_person("ann").await, server.swift_person("bob").await);
    let room = server.open_room(&ann, "room").await;
    let stored = server.put("/api/upload-file", Some(&ann), "mine.txt", b"mine".to_vec()).await.1;
    let mut bobs = server.enter(&bob, room).await;
    let mut anns = server.enter(&ann, room).await;
    bobs.send(&json!({"type": "message", "file_url": stored["file_url"], "file_name": "his.txt"}))
        .await;
    let heard = hear(&mut anns, "message").await;
    assert_eq!(
        (&heard["file_url"], &heard["message_type"]),
        (&stored["file_url"], &json!("document"))
    );
    // It is still hers to send.
    anns.send(&json!({"type": "message", "file_url": stored["file_url"]})).await;
    hear(&mut bobs, "message").await;
    let heard = hear(&mut bobs, "message").await;
    assert_eq!((&heard["file_name"], &heard["sender"]), (&json!("mine.txt"), &json!("ann")));
    // What is not kept here keeps what was said of it.
    let foreign = json!({"type": "message", "file_url": "https://elsewhere.example/a b#x",
        "file_name": "Ä & b.mov", "file_size": 7, "mime_type": "video/quicktime"});
    anns.send(&foreign).await;
    hear(&mut bobs, "message").await;
    let history = server.fetch(&format!("/api/messages/{room}"), &bob).await;
    assert_eq!(history[2]["file_name"], "Ä & b.mov");
    assert_eq!(
        (&history[2]["file_size"], &history[2]["message_type"]),
        (&json!(7), &json!("video"))
    );
    assert_eq!(history[2]["file_url"], "https://elsewhere.example/a b");
}
