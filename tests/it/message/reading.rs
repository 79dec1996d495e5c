//! How far somebody has read.

use serde_json::json;

use crate::{on_every_database, support::server::Server};

on_every_database!(reading_is_heard_by_the_others_and_on_ones_own_devices,);

async fn reading_is_heard_by_the_others_and_on_ones_own_devices(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let on_phone = server.again(&bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let mut on_phone = server.socket(&on_phone).await;
    for words in ["one", "two", "three"] {
        server.say(&ann, &room, words).await;
    }
    assert_eq!(server.get("/v1/rooms", &bob).await["items"][0]["unread_count"], 3);
    assert_eq!(server.get("/v1/rooms", &ann).await["items"][0]["unread_count"], 0);
    let read = at_bobs.ok("message:read", json!({"chatroom_id": room, "seq": 2})).await;
    assert_eq!(read, json!({"last_read_seq": 2, "unread_count": 1}));
    let heard = at_anns.hear("message:read_by").await;
    assert_eq!(
        (heard["user_id"].clone(), heard["last_read_seq"].clone()),
        (json!(bob.id), json!(2))
    );
    let cleared = on_phone.hear("room:unread").await;
    assert_eq!((&cleared["unread_count"], &cleared["last_read_seq"]), (&json!(1), &json!(2)));
    // A cursor never falls, and never passes the last message.
    let back = at_bobs.ok("message:read", json!({"chatroom_id": room, "seq": 1})).await;
    assert_eq!(back["last_read_seq"], 2);
    let beyond = at_bobs.ok("message:read", json!({"chatroom_id": room, "seq": 99})).await;
    assert_eq!(beyond, json!({"last_read_seq": 3, "unread_count": 0}));
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
    assert_eq!(page["messages"][2]["read_status"], "read");
}
