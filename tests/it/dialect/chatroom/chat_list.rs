//! What this client makes of its list of chats: names, friends, and who has asked whom.

use reqwest::Method;
use serde_json::{Value, json};

use super::ChatroomPerson;
use crate::{
    on_every_database,
    support::{server::Server, texts::tells},
};

on_every_database!(
    asking_back_is_no_acceptance_here,
    natively_asking_back_makes_friends,
    a_group_is_shown_by_its_name_and_is_nobody,
    a_room_for_two_is_called_as_the_other_person_is,
    who_was_a_friend_can_be_asked_again,
    both_may_ask_again_whoever_ended_it_and_how,
);

async fn asking_back_is_no_acceptance_here(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let ask = async |who: &ChatroomPerson, whom: &ChatroomPerson| {
        let path = format!("/friends/request?friend_id={}", whom.id);
        server.ask(Method::POST, &path, who, None).await
    };
    assert_eq!(ask(&ann, &bob).await, (200, Value::Null));
    let refused = (400, json!({"detail": "Friend request already sent"}));
    assert_eq!(ask(&bob, &ann).await, refused);
    let friends = server.ask(Method::GET, "/friends/", &bob, None).await.1;
    assert_eq!(friends, json!([]));
    // So Bob's page still offers to accept, which makes the room.
    let pending = server.ask(Method::GET, "/friends/requests/pending", &bob, None).await.1;
    assert_eq!(pending[0]["user_id"], json!(ann.id));
    let accept = format!("/friends/requests/accepted?friend_id={}", ann.id);
    assert_eq!(server.ask(Method::POST, &accept, &bob, None).await, (200, Value::Null));
    server.pair_room(&bob, &ann).await;
    let chats = server.ask(Method::GET, "/chatrooms/", &ann, None).await.1;
    assert_eq!(chats[0]["username"], "bob");
}

async fn natively_asking_back_makes_friends(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    at_anns.ok("friend:request", json!({"user_id": bob.id})).await;
    at_bobs.ok("friend:request", json!({"user_id": ann.id})).await;
    assert_eq!(at_anns.hear("friend:accepted").await["relation"]["state"], "friends");
}

async fn a_group_is_shown_by_its_name_and_is_nobody(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let carl = server.chatroom_person("carl").await;
    let body = json!({"members_id": [bob.id, carl.id], "chatroom_name": "the band"});
    let made = server.ask(Method::POST, "/chatrooms/", &ann, Some(body)).await.1;
    let chats = server.ask(Method::GET, "/chatrooms/", &bob, None).await.1;
    let group = &chats[0];
    assert_eq!(group["chatroom_id"], made["chatroom_id"]);
    assert_eq!((&group["username"], &group["nickname"]), (&json!("the band"), &Value::Null));
    assert_eq!(group["is_group"], true);
    // The client says "already friends" of everybody who is in this list.
    assert_eq!(group["user_id"], 0);
}

async fn a_room_for_two_is_called_as_the_other_person_is(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let room = server.pair_room(&ann, &bob).await;
    let shown = server.ask(Method::GET, &format!("/v1/rooms/{room}"), &ann, None).await.1;
    assert_eq!(
        (&shown["chatroom_name"], &shown["peer"]["username"]),
        (&Value::Null, &json!("bob"))
    );
    let list = server.ask(Method::GET, "/api/rooms", &bob, None).await.1;
    let names: Vec<&Value> = list.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert!(names.contains(&&json!("ann")), "{list}");
    assert!(!tells(&list, "Default Chatroom"), "{list}");
}

async fn who_was_a_friend_can_be_asked_again(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let befriend = async || {
        let request = format!("/friends/request?friend_id={}", bob.id);
        assert_eq!(server.ask(Method::POST, &request, &ann, None).await.0, 200);
        let accept = format!("/friends/requests/accepted?friend_id={}", ann.id);
        assert_eq!(server.ask(Method::POST, &accept, &bob, None).await.0, 200);
        server.pair_room(&bob, &ann).await
    };
    let chats = async || server.ask(Method::GET, "/chatrooms/", &ann, None).await.1;
    let room = befriend().await;
    assert_eq!(chats().await[0]["chatroom_id"], json!(room));
    let end = format!("/friends/?friend_id={}", bob.id);
    assert_eq!(server.ask(Method::DELETE, &end, &ann, None).await.0, 204);
    assert_eq!(chats().await, json!([]), "the client compares with this list");
    // They are again, in the same room, with all that was said there.
    assert_eq!(befriend().await, room);
    assert_eq!(chats().await[0]["chatroom_id"], json!(room));
    // And who writes to a friend of old is heard.
    assert_eq!(server.ask(Method::DELETE, &end, &ann, None).await.0, 204);
    let path = format!("/chatrooms/{room}/message");
    server.ask(Method::POST, &path, &bob, Some(super::said(&room, "still there?"))).await;
    assert_eq!(chats().await[0]["chatroom_id"], json!(room));
}

/// Not only where the Vue client ended it, and natively the chat stays where it was.
async fn both_may_ask_again_whoever_ended_it_and_how(server: Server) {
    let (ann, bob) = (server.chatroom_person("ann").await, server.chatroom_person("bob").await);
    let auth = json!({"token": ann.token});
    let mut at_anns = server.try_socket("/socket.io/", Some(auth), None).await.unwrap();
    let room = server.pair_room(&bob, &ann).await;
    let chats =
        async |who: &ChatroomPerson| server.ask(Method::GET, "/chatrooms/", who, None).await.1;
    for ending in ["friend:remove", "user:block"] {
        at_anns.ok("friend:request", json!({"user_id": bob.id})).await;
        let accept = format!("/friends/requests/accepted?friend_id={}", ann.id);
        assert_eq!(server.ask(Method::POST, &accept, &bob, None).await.0, 200);
        for who in [&ann, &bob] {
            assert_eq!(chats(who).await[0]["chatroom_id"], json!(room));
        }
        at_anns.ok(ending, json!({"user_id": bob.id})).await;
        for who in [&ann, &bob] {
            assert_eq!(chats(who).await, json!([]), "{ending}");
            let natively = server.ask(Method::GET, &format!("/v1/rooms/{room}"), who, None).await.1;
            assert_eq!(natively["settings"]["hidden"], false, "{natively}");
        }
    }
}
