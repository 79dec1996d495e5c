//! What holds when everybody does it at once.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::{on_every_database, support::server::Server};

on_every_database!(
    a_hundred_actors_on_one_pair_make_one_friendship_and_one_room,
    fifty_sends_with_one_id_make_one_row,
    twenty_senders_in_a_room_of_fifty_have_one_order,
);

async fn a_hundred_actors_on_one_pair_make_one_friendship_and_one_room(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let acts = (0..100).map(|n| {
        let (me, other) = if n % 2 == 0 { (&ann, &bob) } else { (&bob, &ann) };
        let server = &server;
        async move {
            if n % 4 < 2 {
                let path = format!("/v1/friends/{}", other.id);
                let (status, body) = server.call(Method::PUT, &path, Some(me), None).await;
                assert!(status.is_success() || status == 409, "{status} {body}");
                None
            } else {
                Some(server.direct_room(me, other).await)
            }
        }
    });
    let rooms: HashSet<String> = join_all(acts).await.into_iter().flatten().collect();
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    for (me, other) in [(&ann, &bob), (&bob, &ann)] {
        let friends = server.get("/v1/friends", me).await;
        assert_eq!(friends["items"].as_array().unwrap().len(), 1);
        assert_eq!(friends["items"][0]["user_id"], json!(other.id));
        assert_eq!(server.get("/v1/rooms", me).await["items"].as_array().unwrap().len(), 1);
    }
}

async fn fifty_sends_with_one_id_make_one_row(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let body = json!({"content": "once", "client_msg_id": Uuid::new_v4()});
    let path = format!("/v1/rooms/{room}/messages");
    let sends = (0..50).map(|_| server.ok(Method::POST, &path, &ann, Some(body.clone())));
    let answers = join_all(sends).await;
    assert!(answers.iter().all(|it| it == &answers[0]), "fifty equal answers");
    let page = server.get(&path, &bob).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
    assert_eq!(page["messages"][0]["seq"], 1);
}

async fn twenty_senders_in_a_room_of_fifty_have_one_order(server: Server) {
    let server = Arc::new(server);
    let people = join_all((0..50).map(|n| {
        let server = server.clone();
        async move { server.person(&format!("p{n}")).await }
    }))
    .await;
    let others: Vec<_> = people[1..].iter().collect();
    let room = server.group(&people[0], &others).await;
    // Everybody is there before anybody speaks.
    let sockets = join_all(people.iter().map(|it| server.socket(it))).await;
    let mut tasks = Vec::new();
    for (n, mut socket) in sockets.into_iter().enumerate() {
        let room = room.clone();
        tasks.push(tokio::spawn(async move {
            if n < 20 {
                for m in 0..25 {
                    let words = json!({"chatroom_id": room, "content": format!("{n}:{m}")});
                    socket.post("message:send", &words).await;
                }
            }
            let mut heard = Vec::new();
            for _ in 0..500 {
                let message = &socket.hear("message:created").await["message"];
                let seq = message["seq"].as_i64().unwrap();
                heard.push((seq, message["content"].as_str().unwrap().to_owned()));
            }
            heard
        }));
    }
    let mut orders = Vec::new();
    for task in tasks {
        orders.push(task.await.unwrap());
    }
    let seqs: Vec<i64> = orders[0].iter().map(|it| it.0).collect();
    assert_eq!(seqs, (1..=500).collect::<Vec<_>>(), "no holes, in order");
    assert!(orders.iter().all(|it| it == &orders[0]), "everybody heard the same");
    for n in 0..20 {
        let own: Vec<usize> = orders[0]
            .iter()
            .filter_map(|it| it.1.strip_prefix(&format!("{n}:")))
            .map(|it| it.parse().unwrap())
            .collect();
        assert_eq!(own, (0..25).collect::<Vec<_>>(), "each sender's order is kept");
    }
}
