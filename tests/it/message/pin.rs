//! Messages that a room keeps in view.

use entity::id::RoomId;
use parlor::chat::room::{member, public};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        group::{forbidden, invalid, missing, no_member, nobody},
        server::Server,
    },
};

on_every_database!(pins_are_the_rooms, a_public_rooms_pins_are_its_managers, pins_are_not_endless);

async fn pins_are_the_rooms(server: Server) {
    let group = server.group_of_three().await;
    let first = server.said(&group.ann, &group.room, "the rules").await;
    let second = server.said(&group.ann, &group.room, "the address").await;
    let (mut at_anns, mut at_bobs) =
        (server.socket(&group.ann).await, server.socket(&group.bob).await);
    let pinned = at_bobs.ok("message:pin", json!({"message_id": first})).await["message"].clone();
    assert!(pinned["pinned_at"].is_string());
    assert_eq!(pinned["edited_at"], Value::Null);
    let told = at_anns.hear("message:updated").await;
    assert_eq!(told, json!({"message": pinned, "rev": pinned["rev"]}));
    let again = at_bobs.ok("message:pin", json!({"message_id": first})).await;
    assert_eq!(again["message"], pinned, "a second time changes nothing");
    let path = format!("/v1/messages/{second}/pin");
    let later = server.ok(Method::PUT, &path, &group.ann, None).await;
    let pins = format!("/v1/rooms/{}/pins", group.room);
    let all = server.get(&pins, &group.max).await;
    assert_eq!(all, json!({"items": [later, pinned], "next": null}), "the latest first");
    let part = server.get(&format!("{pins}?limit=1"), &group.max).await;
    assert_eq!(part["items"], json!([later]));
    let rest = format!("{pins}?cursor={}", part["next"].as_str().unwrap());
    assert_eq!(server.get(&rest, &group.max).await["items"], json!([pinned]));

    server.ok(Method::DELETE, &path, &group.bob, None).await;
    server.ok(Method::DELETE, &path, &group.bob, None).await;
    let left = at_anns.ok("message:unpin", json!({"message_id": first})).await["message"].clone();
    assert_eq!(left["pinned_at"], Value::Null);
    assert_eq!(server.get(&pins, &group.max).await["items"], json!([]));
    for (who, wanted) in [(Some(&group.eve), no_member()), (None, nobody())] {
        assert_eq!(server.refused(Method::PUT, &path, who, None).await, wanted);
        assert_eq!(server.refused(Method::DELETE, &path, who, None).await, wanted);
        assert_eq!(server.refused(Method::GET, &pins, who, None).await, wanted);
    }
    let stale = "/v1/messages/999999/pin";
    assert_eq!(server.refused(Method::PUT, stale, Some(&group.ann), None).await, missing());
}

async fn a_public_rooms_pins_are_its_managers(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let (chat, owner, member) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let view = public::create(&chat, owner, "the square", None).await.unwrap();
    let room: RoomId = view.room.chatroom_id;
    member::join(&chat, member, room).await.unwrap();
    let id = server.said(&bob, &room.to_string(), "mine").await;
    let path = format!("/v1/messages/{id}/pin");
    assert_eq!(server.refused(Method::PUT, &path, Some(&bob), None).await, forbidden());
    assert_eq!(server.refused(Method::PUT, &path, Some(&eve), None).await, no_member());
    server.ok(Method::PUT, &path, &ann, None).await;
    assert_eq!(server.refused(Method::DELETE, &path, Some(&bob), None).await, forbidden());
    let pins = server.get(&format!("/v1/rooms/{room}/pins"), &eve).await;
    assert_eq!(pins["items"][0]["message_id"], id, "whoever may read may see them");
}

async fn pins_are_not_endless(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut socket = server.socket(&ann).await;
    for _ in 0..100 {
        let id = server.said(&ann, &room, "pin me").await;
        socket.ok("message:pin", json!({"message_id": id})).await;
    }
    let id = server.said(&ann, &room, "one too many").await;
    let path = format!("/v1/messages/{id}/pin");
    assert_eq!(server.refused(Method::PUT, &path, Some(&bob), None).await, invalid());
}
