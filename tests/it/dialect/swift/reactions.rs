//! Six emoji, one per person and message.

use serde_json::{Value, json};

use super::{SwiftPerson, detail, hear, said};
use crate::{
    on_every_database,
    support::{server::Server, websocket::Plain},
};

on_every_database!(a_person_has_one_reaction_to_a_message, reactions_stay_in_their_room);

fn summary(emoji: &str, users: &[&str]) -> Value {
    json!([{"reaction_type": emoji, "count": users.len(), "users": users}])
}

async fn a_person_has_one_reaction_to_a_message(server: Server) {
    let (ann, bob) = (server.swift_person("ann").await, server.swift_person("bob").await);
    let room = server.open_room(&ann, "room").await;
    let (mut anns, mut bobs) = (server.enter(&ann, room).await, server.enter(&bob, room).await);
    anns.send(&said("react to me")).await;
    let id = hear(&mut bobs, "message").await["message_id"].clone();
    hear(&mut anns, "user_joined").await;
    hear(&mut anns, "message").await;
    let react = |emoji: &str| json!({"type": "reaction", "message_id": id, "reaction_type": emoji});
    bobs.send(&react("👍")).await;
    for socket in [&mut anns, &mut bobs] {
        let heard = hear(socket, "reaction_added").await;
        assert_eq!((&heard["sender"], &heard["reaction_type"]), (&json!("bob"), &json!("👍")));
        assert_eq!((&heard["message_id"], &heard["room_id"]), (&id, &json!(room)));
        assert_eq!(heard["reaction_summary"], summary("👍", &["bob"]));
    }
    let body = json!({"message_id": id, "reaction_type": "❤️"});
    let (status, put) = server.tell("POST", "/api/reactions/add", Some(&bob), Some(body)).await;
    assert_eq!((status, &put["success"]), (200, &json!(true)));
    assert_eq!(put["message"], "Reaction added successfully");
    assert_eq!(put["reaction_summary"], summary("❤️", &["bob"]), "the first gave way");
    let reaction = &put["reaction"];
    assert_eq!((&reaction["message_id"], &reaction["reaction_type"]), (&id, &json!("❤️")));
    assert!(reaction["id"].is_i64() && reaction["user_id"].is_i64());
    assert!(reaction["created_at"].is_string() && reaction["updated_at"].is_string());
    assert_eq!(
        hear(&mut anns, "reaction_added").await["reaction_summary"],
        summary("❤️", &["bob"])
    );
    anns.expect_silence().await;
    what_only_others_know_is_not_shown(&server, [&ann, &bob], room, &id, &mut anns).await;
    a_reaction_is_taken_back_by_its_person(&server, &bob, &id, &mut anns).await;
    let six = server.tell("GET", "/api/reactions/available", None, None).await;
    assert_eq!(six, (200, json!(["👍", "❤️", "😂", "😮", "😢", "😡"])));
}

async fn what_only_others_know_is_not_shown(
    server: &Server,
    [ann, bob]: [&SwiftPerson; 2],
    room: i64,
    id: &Value,
    anns: &mut Plain,
) {
    let person = server.actor_of(ann).await;
    let message = entity::id::MessageId(id.as_i64().unwrap());
    let chat = server.chat();
    parlor::chat::message::reaction::put(&chat, person, message, "🦀", &[]).await.unwrap();
    anns.expect_silence().await;
    let shown = server.fetch(&format!("/api/reactions/message/{id}"), ann).await;
    assert_eq!(
        (&shown["reactions"], &shown["user_reaction"]),
        (&summary("❤️", &["bob"]), &Value::Null)
    );
    assert_eq!((&shown["id"], &shown["content"]), (id, &json!("react to me")));
    assert_eq!(shown["sender_username"], "ann");
    let listed = server.fetch(&format!("/api/reactions/room/{room}/messages?limit=5"), bob).await;
    assert_eq!(listed[0]["user_reaction"], "❤️");
    let counted = server.fetch(&format!("/api/reactions/stats/{room}"), bob).await;
    let expected = json!({"room_id": room, "reaction_stats": {"❤️": 1}, "total_reactions": 1});
    assert_eq!(counted, expected);
}

async fn a_reaction_is_taken_back_by_its_person(
    server: &Server,
    bob: &SwiftPerson,
    id: &Value,
    anns: &mut Plain,
) {
    let back = json!({"type": "reaction", "message_id": id, "reaction_type": "❤️",
        "action": "remove"});
    anns.send(&back).await;
    assert_eq!(hear(anns, "error").await["message"], "Reaction not found");
    let path = format!("/api/reactions/remove/{id}");
    let (status, left) = server.tell("DELETE", &path, Some(bob), None).await;
    assert_eq!((status, &left["reaction"]), (200, &Value::Null));
    assert_eq!(left["reaction_summary"], json!([]));
    let heard = hear(anns, "reaction_removed").await;
    assert_eq!((&heard["reaction_type"], &heard["sender"]), (&json!("❤️"), &json!("bob")));
    let again = server.tell("DELETE", &path, Some(bob), None).await;
    assert_eq!(again, (404, detail("Reaction not found")));
}

async fn reactions_stay_in_their_room(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.swift_person("eve").await;
    let direct = server.direct_room(&ann, &bob).await;
    let secret = server.say(&ann, &direct, "secret").await["message_id"].clone();
    let room = server.open_room(&eve, "room").await;
    let mut socket = server.enter(&eve, room).await;
    socket.send(&json!({"type": "reaction", "message_id": secret, "reaction_type": "👍"})).await;
    assert_eq!(hear(&mut socket, "error").await["message"], "Message not found");
    let missing = (404, detail("Message not found"));
    let add = async |body| server.tell("POST", "/api/reactions/add", Some(&eve), Some(body)).await;
    assert_eq!(add(json!({"message_id": secret, "reaction_type": "👍"})).await, missing);
    assert_eq!(add(json!({"message_id": 9_999_999, "reaction_type": "👍"})).await, missing);
    let path = format!("/api/reactions/message/{secret}");
    assert_eq!(server.tell("GET", &path, Some(&eve), None).await, missing);
    assert_eq!(add(json!({"message_id": secret, "reaction_type": "🦀"})).await.0, 422);
    // Also of another room of one's own.
    let other = server.open_room(&eve, "other").await;
    let mut elsewhere = server.enter(&eve, other).await;
    elsewhere.send(&said("here")).await;
    let id = hear(&mut elsewhere, "message").await["message_id"].clone();
    socket.send(&json!({"type": "reaction", "message_id": id, "reaction_type": "👍"})).await;
    assert_eq!(hear(&mut socket, "error").await["message"], "Message not found");
}

impl Server {
    async fn actor_of(&self, phone: &super::SwiftPerson) -> parlor::model::actor::Actor {
        parlor::chat::session::recognise(&self.chat(), &phone.token).await.unwrap().actor
    }
}
