//! Between two people.

use reqwest::Method;
use serde_json::{Value, json};

use super::{TRIES, race};
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    whoever_is_blocked_is_no_friend_and_asks_for_nothing,
    whoever_is_blocked_is_not_written_to_for_the_first_time_meanwhile,
    whoever_is_deleted_is_brought_in_nowhere,
    many_who_ask_and_block_at_once_are_all_answered,
);

async fn whoever_is_blocked_is_no_friend_and_asks_for_nothing(server: Server) {
    let ann = server.person("ann").await;
    for n in 0..TRIES {
        let bob = server.person(&format!("bob{n}")).await;
        let (to_bob, to_ann) =
            (format!("/v1/friends/{}", bob.id), format!("/v1/friends/{}", ann.id));
        if n % 4 > 1 {
            server.ok(Method::PUT, &to_ann, &bob, None).await;
        }
        let block = (Method::PUT, format!("/v1/blocks/{}", ann.id), &bob, None);
        let ask = (Method::PUT, to_bob.clone(), &ann, None);
        let [blocked, asked] = race(&server, n, block, ask).await;
        assert!(blocked.is_success(), "{blocked}");
        let state = server.get(&to_ann, &bob).await;
        assert_eq!(state["state"], "none", "asked: {asked}");
    }
}

/// The room may be there, if it was made first; what comes after the block is refused.
async fn whoever_is_blocked_is_not_written_to_for_the_first_time_meanwhile(server: Server) {
    let ann = server.person("ann").await;
    for n in 0..TRIES {
        let bob = server.person(&format!("bob{n}")).await;
        let block = (Method::PUT, format!("/v1/blocks/{}", ann.id), &bob, None);
        let body = json!({"kind": "direct", "user_ids": [bob.id]});
        let open = (Method::POST, "/v1/rooms".to_owned(), &ann, Some(body));
        let [blocked, opened] = race(&server, n, block, open).await;
        assert!(blocked.is_success(), "{blocked}");
        let rooms = server.get("/v1/rooms", &bob).await;
        let rooms = rooms["items"].as_array().unwrap();
        assert_eq!(rooms.len(), usize::from(opened.is_success()), "{rooms:?}");
        for room in rooms {
            let path = format!("/v1/rooms/{}/messages", room["chatroom_id"].as_str().unwrap());
            let body = Some(json!({"content": "hello?"}));
            let (status, _) = server.call(Method::POST, &path, Some(&ann), body).await;
            assert_eq!(status, 403);
        }
    }
}

async fn whoever_is_deleted_is_brought_in_nowhere(server: Server) {
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    for n in 0..TRIES {
        let bob = server.person(&format!("bob{n}")).await;
        let room = server.group(&ann, &[&eve]).await;
        let member = format!("/v1/rooms/{room}/members/{}", bob.id);
        let channel_server = json!({"name": "the sea", "is_open": true});
        let channel_server =
            server.ok(Method::POST, "/v1/servers", &ann, Some(channel_server)).await;
        let members = format!("/v1/servers/{}/members", channel_server["server_id"]);
        let leave = (Method::DELETE, "/v1/me".to_owned(), &bob, None);
        let bring = match n % 4 {
            0 => (Method::PUT, member, &ann, None),
            1 => (Method::PUT, format!("/v1/friends/{}", bob.id), &ann, None),
            2 => (Method::PUT, format!("{members}/me"), &bob, None),
            _ => (Method::PUT, format!("/v1/blocks/{}", bob.id), &ann, None),
        };
        let [left, _] = race(&server, n / 4, leave, bring).await;
        assert_eq!(left, 204);
        for members in [format!("/v1/rooms/{room}/members"), members] {
            let there = server.get(&members, &ann).await;
            assert!(!is_named(&there, &bob), "{members}: {there}");
        }
        for list in ["/v1/friends/requests?direction=out", "/v1/friends", "/v1/blocks"] {
            let there = server.get(list, &ann).await;
            assert!(!is_named(&there, &bob), "{list}: {there}");
        }
    }
}

fn is_named(list: &Value, who: &Person) -> bool {
    list["items"].as_array().unwrap().iter().any(|it| it["user_id"] == who.id)
}

async fn many_who_ask_and_block_at_once_are_all_answered(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let calls = (0..48).map(|n| {
        let (me, other) = if n % 2 == 0 { (&ann, &bob) } else { (&bob, &ann) };
        let (method, path) = match n / 2 % 4 {
            0 => (Method::PUT, "friends"),
            1 => (Method::PUT, "blocks"),
            2 => (Method::DELETE, "friends"),
            _ => (Method::DELETE, "blocks"),
        };
        let (server, path) = (&server, format!("/v1/{path}/{}", other.id));
        async move { server.call(method, &path, Some(me), None).await }
    });
    for (status, answer) in futures_util::future::join_all(calls).await {
        assert!(!status.is_server_error(), "{status} {answer}");
    }
}
