//! Of two people one of whom has blocked the other, neither sees whether the other is there.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server, websocket::Plain},
};

on_every_database!(
    whoever_is_blocked_does_not_see_who_is_there,
    whoever_is_unblocked_sees_everybody_again,
);

fn names(list: &Value) -> Vec<String> {
    let people = list.as_array().into_iter().flatten();
    people.map(|it| it["username"].as_str().unwrap().to_owned()).collect()
}

fn shows(frame: &Value, wanted: &[&str]) -> bool {
    frame["type"] == "online_users" && names(&frame["data"]) == wanted
}

async fn open(server: &Server, who: &Person) -> Plain {
    server.plain_by_query("/ws", &who.token).await
}

async fn join(socket: &mut Plain, kind: &str) {
    socket.send(&json!({"type": kind, "data": {"room_id": "general"}})).await;
    socket.send(&json!({"type": "ping"})).await;
    socket.hear_where(|it| it["type"] == "pong").await;
}

async fn whoever_is_blocked_does_not_see_who_is_there(server: Server) {
    let (ann, bob, cid) =
        (server.person("ann").await, server.person("bob").await, server.person("cid").await);
    server.ok(Method::PUT, &format!("/v1/blocks/{}", bob.id), &ann, None).await;
    let mut at_bobs = open(&server, &bob).await;
    at_bobs.hear_where(|it| shows(it, &["bob"])).await;
    let mut at_anns = open(&server, &ann).await;
    at_anns.hear_where(|it| shows(it, &["ann"])).await;
    join(&mut at_anns, "join_room").await;
    let typing = json!({"chat_type": "room", "chat_id": "general", "is_typing": true});
    at_anns.send(&json!({"type": "typing", "data": typing})).await;
    let mut at_cids = open(&server, &cid).await;
    at_cids.hear_where(|it| shows(it, &["ann", "bob", "cid"])).await;
    for (who, seen) in [(&bob, ["bob", "cid"]), (&ann, ["ann", "cid"])] {
        let list = server.get("/api/v1/users/online", who).await;
        assert_eq!(
            (&list["count"], names(&list["users"]).as_slice()),
            (&json!(2), &seen.map(String::from)[..])
        );
        assert_eq!(server.get("/api/v1/stats", who).await["online_users"], 2);
    }
    let path = "/api/v1/rooms/general/online-count";
    assert_eq!(server.get(path, &bob).await["online_users"], json!([]));
    assert_eq!(server.get(path, &cid).await["online_count"], 1);
    join(&mut at_anns, "leave_room").await;
    at_cids.hear_where(|it| it["type"] == "user_left").await;
    at_anns.close().await;
    at_cids.hear_where(|it| shows(it, &["bob", "cid"])).await;
    // All that Bob has heard is that Cid came, and that once.
    let mut heard: Vec<Value> = at_bobs.overhear().await;
    heard.retain(|it| it["type"] != "connection_established");
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(shows(&heard[0], &["bob", "cid"]), "{heard:?}");
}

async fn whoever_is_unblocked_sees_everybody_again(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let path = format!("/v1/blocks/{}", bob.id);
    server.ok(Method::PUT, &path, &ann, None).await;
    let mut at_bobs = open(&server, &bob).await;
    at_bobs.hear_where(|it| shows(it, &["bob"])).await;
    let mut at_anns = open(&server, &ann).await;
    at_anns.hear_where(|it| shows(it, &["ann"])).await;
    server.ok(Method::DELETE, &path, &ann, None).await;
    at_bobs.hear_where(|it| shows(it, &["ann", "bob"])).await;
    at_anns.hear_where(|it| shows(it, &["ann", "bob"])).await;
}
