//! The socket: who is let in, what is understood, who hears, and how it ends.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{SwiftPerson, hear, said};
use crate::{
    on_every_database,
    support::{server::Server, websocket::End},
};

on_every_database!(
    both_surfaces_talk_to_each_other,
    typing_is_told_in_both_spellings,
    whoever_is_removed_hears_no_more,
);

/// The room's id on the native surface.
async fn native_id(server: &Server, number: i64) -> String {
    parlor::chat::room::number::room_of(&server.chat(), number).await.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_entered_by_number_or_by_name() {
    let server = Server::start().await;
    let ann = server.swift_person("ann").await;
    let room = server.open_room(&ann, "Tech Talk").await;
    for called in [room.to_string(), "Tech%20Talk".to_owned(), "tEcH%20tAlK".to_owned()] {
        let mut socket = server.plain_by_query(&format!("/ws/chat/{called}"), &ann.token).await;
        let first = socket.hear().await;
        assert_eq!((&first["type"], &first["room_id"]), (&json!("connected"), &json!(room)));
    }
    server.plain_by_bearer(&format!("/ws/chat/{room}"), &ann.token).await;
    let refused = async |path: String| server.try_plain(&path, &[]).await.err().unwrap().0;
    assert_eq!(refused(format!("/ws/chat/{room}")).await, 403);
    assert_eq!(refused(format!("/ws/chat/{room}?token=junk")).await, 403);
    assert_eq!(refused(format!("/ws/chat/nowhere?token={}", ann.token)).await, 403);
    for unknown in ["2147483000", "-1", "0"] {
        let mut socket = server.plain_by_query(&format!("/ws/chat/{unknown}"), &ann.token).await;
        assert_eq!(socket.hear().await, json!({"type": "error", "message": "Room not found"}));
        assert_eq!(socket.expect_end().await, End::Closed(1_000, String::new()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_frame_is_answered_and_the_socket_lives_on() {
    let server = Server::start().await;
    let (ann, bob) = (server.swift_person("ann").await, server.swift_person("bob").await);
    let room = server.open_room(&ann, "room").await;
    let (mut anns, mut bobs) = (server.enter(&ann, room).await, server.enter(&bob, room).await);
    hear(&mut anns, "user_joined").await;
    let complaint = json!({"type": "error", "message": "Invalid JSON format"});
    anns.send_text("not json").await;
    assert_eq!(anns.hear().await, complaint);
    anns.send_binary(b"\xff\xfe\x00").await;
    assert_eq!(anns.hear().await, complaint);
    for (frame, told) in [
        (
            json!({"type": "message"}),
            "Missing 'content', 'file_url', or 'attachment' field. Received: ['type']",
        ),
        (json!([1]), "Error processing message"),
        (json!(5), "Error processing message"),
        (json!({"type": "message", "content": 5}), "Error processing message"),
        (json!({"type": "message", "content": "a\u{0}b"}), "Error processing message"),
        (
            json!({"type": "message", "content": "x", "message_type": "weird"}),
            "Error processing message",
        ),
        (json!({"type": "message", "content": "x", "attachment": 5}), "Error processing message"),
        (json!({"type": "message", "file_url": "javascript:alert(1)"}), "File_url: must be a path"),
        (json!({"type": "reaction", "message_id": 1}), "Missing message_id or reaction_type"),
        (
            json!({"type": "reaction", "message_id": 1, "reaction_type": "🦀"}),
            "Error processing message",
        ),
        (
            json!({"type": "reaction", "message_id": 9999, "reaction_type": "👍"}),
            "Message not found",
        ),
        (said(&"long".repeat(5_000)), "Content: must have at most 16000 characters"),
    ] {
        anns.send(&frame).await;
        let error = anns.hear().await;
        assert_eq!(error["type"], "error");
        let message = error["message"].as_str().unwrap();
        assert!(message.starts_with(told), "{message} instead of {told}");
    }
    for silent in [json!({"type": "dance"}), json!({"type": 7}), json!({})] {
        anns.send(&silent).await;
    }
    anns.send(&said("still here")).await;
    assert_eq!(anns.hear().await["message"], "still here");
    assert_eq!(bobs.hear().await["message"], "still here", "nobody else hears of mistakes");
    for length in [1 << 20, 3 << 20] {
        anns.send(&said(&"a".repeat(length))).await;
        assert_eq!(anns.hear().await["message"], "Message too long");
    }
    assert!(matches!(anns.end_within(Duration::from_secs(3)).await, End::Closed(1_009, _)));
    bobs.expect_silence().await;
}

async fn both_surfaces_talk_to_each_other(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.swift_person("bob").await);
    let room = server.open_room(&bob, "shared").await;
    let mut bobs = server.enter(&bob, room).await;
    let mut phone = server.enter(&SwiftPerson::of_person(&ann), room).await;
    hear(&mut bobs, "user_joined").await;
    let id = native_id(&server, room).await;
    let mut anns = server.socket(&ann).await;
    bobs.send(&said("from the app")).await;
    assert_eq!(anns.hear("message:created").await["message"]["content"], "from the app");
    assert_eq!(hear(&mut phone, "message").await["message"], "from the app", "her other device");
    anns.ok("message:send", json!({"chatroom_id": id, "content": "to the app"})).await;
    hear(&mut bobs, "message").await;
    let heard = hear(&mut bobs, "message").await;
    assert_eq!((&heard["sender"], &heard["message"]), (&json!("ann"), &json!("to the app")));
    assert_eq!(heard["room_id"], room);
    assert_eq!((&heard["reactions"], &heard["user_reaction"]), (&json!([]), &Value::Null));
}

async fn typing_is_told_in_both_spellings(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.swift_person("bob").await);
    let room = server.open_room(&bob, "shared").await;
    let mut bobs = server.enter(&bob, room).await;
    let mut anns = server.enter(&SwiftPerson::of_person(&ann), room).await;
    hear(&mut bobs, "user_joined").await;
    let id = native_id(&server, room).await;
    let mut native = server.socket(&ann).await;
    let from = json!({"room_id": room, "sender": "bob"});
    let typing = |kind: &str| {
        let mut frame = from.clone();
        frame["type"] = json!(kind);
        frame
    };
    bobs.send(&typing("typing_start")).await;
    let heard = hear(&mut anns, "typing_start").await;
    assert_eq!((&heard["sender"], &heard["room_id"]), (&json!("bob"), &json!(room)));
    assert!(heard.get("message").is_none(), "a plainer client would show it as a message");
    assert_eq!(native.hear("typing:changed").await["chatroom_id"], json!(id));
    bobs.send(&typing("typing_start")).await;
    hear(&mut anns, "typing_start").await;
    bobs.send(&typing("typing_stop")).await;
    assert_eq!(hear(&mut anns, "typing_stop").await["sender"], "bob");
    bobs.send(&typing("typing")).await;
    assert_eq!(hear(&mut anns, "typing").await["message"], "bob is typing...");
    hear(&mut anns, "typing_start").await;
    // Words, or going away, end it.
    bobs.send(&said("there")).await;
    hear(&mut anns, "typing_stop").await;
    hear(&mut bobs, "message").await;
    bobs.expect_silence().await;
    bobs.send(&typing("typing_start")).await;
    hear(&mut anns, "typing_start").await;
    bobs.close().await;
    hear(&mut anns, "typing_stop").await;
    // From another surface.
    let mut bobs = server.enter(&bob, room).await;
    native.ok("typing:start", json!({"chatroom_id": id})).await;
    assert_eq!(hear(&mut bobs, "typing_start").await["sender"], "ann");
    native.ok("typing:stop", json!({"chatroom_id": id})).await;
    assert_eq!(hear(&mut bobs, "typing_stop").await["sender"], "ann");
}

async fn whoever_is_removed_hears_no_more(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let phone = SwiftPerson::of_person(&bob);
    let rooms = server.fetch("/api/rooms", &phone).await;
    let number =
        rooms.as_array().unwrap().iter().find(|it| it["name"] == "the group").unwrap()["id"]
            .as_i64()
            .unwrap();
    let (mut first, mut second) =
        (server.enter(&phone, number).await, server.enter(&phone, number).await);
    let path = format!("/v1/rooms/{group}/members/{}", bob.id);
    server.ok(Method::DELETE, &path, &ann, None).await;
    for socket in [&mut first, &mut second] {
        let end = socket.end_within(Duration::from_secs(3)).await;
        assert_eq!(end, End::Closed(1_000, "left".to_owned()));
    }
    let mut back = server.plain_by_query(&format!("/ws/chat/{number}"), &bob.token).await;
    assert_eq!(back.hear().await["message"], "Room not found");
    // Signing out ends the sockets of that session.
    let mut here = server.enter(&SwiftPerson::of_person(&ann), number).await;
    let out =
        server.tell("POST", "/api/auth/logout", Some(&SwiftPerson::of_person(&ann)), None).await;
    assert_eq!(out.0, 200);
    assert!(matches!(here.end_within(Duration::from_secs(3)).await, End::Closed(1_008, _)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_holds_nobody_up() {
    let server = Server::start().await;
    let (ann, bob) = (server.swift_person("ann").await, server.swift_person("bob").await);
    let room = server.open_room(&ann, "room").await;
    let slow = server.enter(&bob, room).await;
    drop(server.enter(&bob, room).await);
    let (mut anns, mut others) = (server.enter(&ann, room).await, server.enter(&ann, room).await);
    let words = "words ".repeat(2_000);
    for number in 0..1_300 {
        anns.send(&said(&format!("{words}{number}"))).await;
        if number % 20 == 19 {
            for socket in [&mut anns, &mut others] {
                for _ in 0..20 {
                    hear(socket, "message").await;
                }
            }
        }
    }
    anns.send(&said("the end")).await;
    assert_eq!(hear(&mut others, "message").await["message"], "the end");
    drop(slow);
}
