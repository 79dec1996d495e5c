//! What is heard of servers.

use reqwest::Method;
use serde_json::{Value, json};

use super::ChannelServer;
use crate::{on_every_database, support::server::Server};

on_every_database!(
    a_new_channel_is_announced_to_each_once,
    whoever_is_on_a_server_hears_what_becomes_of_it,
    ones_own_devices_hear_of_servers_that_one_joins_and_leaves,
    whoever_is_not_there_any_more_hears_nothing,
);

async fn a_new_channel_is_announced_to_each_once(server: Server) {
    let ann = server.person("ann").await;
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let mut everybody = vec![(ann.id, server.socket(&ann).await)];
    for name in ["bob", "cat", "dan"] {
        let person = server.person(name).await;
        server.ok(Method::PUT, &channel_server.path("/members/me"), &person, None).await;
        everybody.push((person.id, server.socket(&person).await));
    }
    let body = json!({"chatroom_name": "south"});
    let south = server.ok(Method::POST, &channel_server.path("/channels"), &ann, Some(body)).await;
    let south = &south["chatroom_id"];
    for (id, socket) in &mut everybody {
        let heard = socket.overhear("room:created").await;
        let made: Vec<_> = heard.iter().map(|it| &it["chatroom"]["chatroom_id"]).collect();
        assert_eq!(made, [south]);
        let heard = socket.overhear("room:member_joined").await;
        let here = heard.iter().filter(|it| it["chatroom_id"] == *south);
        // Had they been told of each other, a thousand would be told a million times.
        let joined: Vec<_> = here.map(|it| it["user_id"].as_i64().unwrap()).collect();
        assert_eq!(joined, [*id]);
    }
    let (_, mut at_anns) = everybody.remove(0);
    let words = json!({"chatroom_id": south, "content": "who is here?",
        "client_msg_id": uuid::Uuid::new_v4()});
    at_anns.ok("message:send", words).await;
    for (_, socket) in &mut everybody {
        assert_eq!(socket.hear("message:created").await["message"]["content"], "who is here?");
    }
}

async fn whoever_is_on_a_server_hears_what_becomes_of_it(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut at_anns = server.socket(&ann).await;
    // Several channels do not make several pieces of news.
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let made = at_anns.hear("server:created").await["server"].take();
    assert_eq!((&made["server_id"], &made["role"]), (&json!(channel_server.id), &json!("owner")));
    assert_eq!(made, {
        let mut shown = server.get(&channel_server.path(""), &ann).await;
        shown["member_count"] = json!(1);
        shown
    });
    assert_eq!(
        at_anns.hear("room:created").await["chatroom"]["server_id"],
        json!(channel_server.id)
    );
    let body = json!({"chatroom_name": "south"});
    server.ok(Method::POST, &channel_server.path("/channels"), &ann, Some(body)).await;

    server.ok(Method::PUT, &channel_server.path("/members/me"), &bob, None).await;
    let heard = at_anns.overhear("server:member_joined").await;
    let [joined] = heard.as_slice() else { panic!("{heard:?}") };
    let whom = ["server_id", "user_id", "member_count"].map(|it| &joined[it]);
    assert_eq!(whom, [&json!(channel_server.id), &json!(bob.id), &json!(2)]);
    let member = &joined["member"];
    assert_eq!((&member["user"]["username"], &member["role"]), (&json!("bob"), &json!("member")));
    let mut at_bobs = server.socket(&bob).await;
    let change = json!({"name": "the ocean", "is_open": false});
    server.ok(Method::PATCH, &channel_server.path(""), &ann, Some(change)).await;
    let heard = at_bobs.hear("server:updated").await["server"].take();
    assert_eq!((&heard["name"], &heard["is_open"]), (&json!("the ocean"), &json!(false)));
    assert_eq!(heard["member_count"], 2);
    assert!(heard.get("role").is_none(), "it differs from one to the other");

    let path = channel_server.path(&format!("/members/{}", bob.id));
    server.ok(Method::PUT, &path, &ann, Some(json!({"role": "admin"}))).await;
    let raised = json!({"server_id": channel_server.id, "user_id": bob.id, "role": "admin"});
    assert_eq!(at_anns.hear("server:member_updated").await, raised);
    assert_eq!(at_bobs.hear("server:member_updated").await, raised);
    assert_eq!(
        at_bobs.hear("room:updated").await["chatroom"]["server_id"],
        json!(channel_server.id)
    );
    let rooms = server.get("/v1/rooms?kind=channel", &bob).await;
    assert!(rooms["items"].as_array().unwrap().iter().all(|it| it["role"] == "admin"));

    let rename = json!({"chatroom_name": "cold"});
    let room = format!("/v1/rooms/{}", channel_server.channel);
    server.ok(Method::PATCH, &room, &ann, Some(rename)).await;
    let is_cold = |it: &Value| it["chatroom"]["chatroom_name"] == "cold";
    assert!(at_bobs.overhear("room:updated").await.iter().any(is_cold));
    server.ok(Method::DELETE, &channel_server.path(""), &ann, None).await;
    let gone = json!({"server": {"server_id": channel_server.id}});
    assert_eq!(at_bobs.hear("server:deleted").await, gone);
    assert_eq!(at_anns.hear("server:deleted").await, gone);
    assert_eq!(at_bobs.overhear("room:deleted").await.len(), 2);
    for event in ["channel:created", "channel:updated", "channel:deleted"] {
        assert!(at_bobs.overhear(event).await.is_empty(), "nothing has two names");
    }
}

async fn ones_own_devices_hear_of_servers_that_one_joins_and_leaves(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let phone = server.again(&bob).await;
    let mut on_phone = server.socket(&phone).await;
    let quiet = json!({"name": "no channels yet"});
    let quiet = server.ok(Method::POST, "/v1/servers", &ann, Some(quiet)).await;
    let path = format!("/v1/servers/{}", quiet["server_id"]);
    server.ok(Method::PUT, &format!("{path}/members/me"), &bob, None).await;
    let heard = on_phone.hear("server:member_joined").await;
    assert_eq!((&heard["server_id"], &heard["user_id"]), (&quiet["server_id"], &json!(bob.id)));
    server.ok(Method::PATCH, &path, &ann, Some(json!({"name": "still none"}))).await;
    assert_eq!(on_phone.hear("server:updated").await["server"]["name"], "still none");
    server.ok(Method::DELETE, &format!("{path}/members/me"), &bob, None).await;
    let heard = on_phone.hear("server:member_left").await;
    let left = json!({"server_id": quiet["server_id"], "user_id": bob.id, "member_count": 1});
    assert_eq!(heard, left);
    // What one makes oneself is heard as it is made.
    let own = json!({"name": "mine"});
    let own = server.ok(Method::POST, "/v1/servers", &bob, Some(own)).await;
    assert_eq!(on_phone.hear("server:created").await["server"], own);
    let path = format!("/v1/servers/{}", own["server_id"]);
    server.ok(Method::PUT, &format!("{path}/members/me"), &ann, None).await;
    assert_eq!(on_phone.hear("server:member_joined").await["user_id"], json!(ann.id));
}

async fn whoever_is_not_there_any_more_hears_nothing(server: Server) {
    let ann = server.person("ann").await;
    let channel_server = ChannelServer::made(&server, &ann, true).await;
    let bob = channel_server.with(&server, &ann, "bob", "member").await;
    let ben = channel_server.with(&server, &ann, "ben", "member").await;
    let (mut at_bobs, mut at_bens) = (server.socket(&bob).await, server.socket(&ben).await);
    let path = channel_server.path(&format!("/members/{}", bob.id));
    server.ok(Method::DELETE, &path, &ann, None).await;
    channel_server.ban(&server, &ann, &ben).await;
    for (socket, who) in [(&mut at_bobs, &bob), (&mut at_bens, &ben)] {
        for event in ["room:member_left", "server:member_left"] {
            // The other one's going may be heard first.
            while socket.hear(event).await["user_id"] != json!(who.id) {}
        }
    }
    server.say(&ann, &channel_server.channel, "gossip").await;
    server.ok(Method::PATCH, &channel_server.path(""), &ann, Some(json!({"name": "secret"}))).await;
    for socket in [&mut at_bobs, &mut at_bens] {
        assert!(socket.overhear("server:updated").await.is_empty());
        assert!(socket.overhear("message:created").await.is_empty());
    }
    // Nor does a socket that is opened now.
    let mut at_bobs = server.socket(&bob).await;
    server.ok(Method::PATCH, &channel_server.path(""), &ann, Some(json!({"name": "more"}))).await;
    assert!(at_bobs.overhear("server:updated").await.is_empty());
}
