//! A client that syncs while others write.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::copy::SyncedCopy;
use crate::{on_every_database, support::server::Server};

on_every_database!(a_copy_made_while_others_write_is_the_servers_in_the_end);

/// Two people send, come, go, rename and read as fast as they can while a third syncs in a
/// loop; in the end one more sync makes the copy whole.
async fn a_copy_made_while_others_write_is_the_servers_in_the_end(server: Server) {
    let server = Arc::new(server);
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (eve, dan) = (server.person("eve").await, server.person("dan").await);
    let kim = server.person("kim").await;
    let rooms = [
        server.direct_room(&ann, &bob).await,
        server.group(&ann, &[&bob, &eve]).await,
        server.group(&bob, &[&ann]).await,
    ];
    let path = format!("/v1/rooms/{}/members/{}", rooms[1], bob.id);
    server.ok(Method::PUT, &path, &ann, Some(json!({"role": "admin"}))).await;
    let mut copy = SyncedCopy { limit: Some(3), ..SyncedCopy::default() };
    copy.sync(&server, &bob).await;
    let done = CancellationToken::new();
    let mut writers = Vec::new();
    for (who, other) in [(ann.clone(), dan), (bob.clone(), kim)] {
        let (server, rooms) = (server.clone(), rooms.clone());
        writers.push(tokio::spawn(async move {
            for n in 0..40 {
                let room = &rooms[n % 3];
                server.say(&who, room, &format!("{} {n}", who.name)).await;
                let path = format!("/v1/rooms/{room}/read");
                server.ok(Method::PUT, &path, &who, None).await;
                if n % 10 == 9 {
                    let path = format!("/v1/rooms/{}/members/{}", rooms[1], other.id);
                    server.ok(Method::PUT, &path, &who, Some(json!({}))).await;
                    let name = json!({"chatroom_name": format!("round {n}")});
                    let path = format!("/v1/rooms/{}", rooms[1]);
                    server.ok(Method::PATCH, &path, &who, Some(name)).await;
                    let path = format!("/v1/rooms/{}/members/me", rooms[1]);
                    server.ok(Method::DELETE, &path, &other, None).await;
                }
            }
        }));
    }
    let reader = {
        let (server, bob, done) = (server.clone(), bob.clone(), done.clone());
        tokio::spawn(async move {
            let mut rounds = 0;
            while !done.is_cancelled() {
                rounds += copy.sync(&server, &bob).await;
            }
            (copy, rounds)
        })
    };
    for writer in writers {
        writer.await.unwrap();
    }
    done.cancel();
    let (mut copy, rounds) = reader.await.unwrap();
    assert!(rounds > 3, "it did sync meanwhile");
    copy.sync(&server, &bob).await;
    copy.check(&server, &bob).await;
    let last = server.get(&format!("/v1/rooms/{}", rooms[1]), &bob).await;
    assert_eq!(last["chatroom_name"], "round 39", "all of it was done");
    assert_eq!(server.get(&path_of(&rooms[1]), &bob).await["items"].as_array().unwrap().len(), 3);
}

fn path_of(room: &str) -> String {
    format!("/v1/rooms/{room}/members")
}
