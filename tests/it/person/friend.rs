//! Friendship, from both sides.
mod again;
mod nobody;
mod pair;
mod transitions;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{on_every_database, support::server::Server};

on_every_database!(
    a_request_is_heard_and_accepted,
    a_rejection_is_not_told,
    whoever_is_blocked_is_not_told_so,
    a_block_tells_nobody_of_a_stranger_who_had_asked,
);

async fn a_request_is_heard_and_accepted(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let asked = at_anns.ok("friend:request", json!({"username": "BOB"})).await;
    assert_eq!(asked["relation"]["state"], "outgoing");
    let heard = at_bobs.hear("friend:requested").await;
    assert_eq!(heard["relation"]["state"], "incoming");
    assert_eq!(heard["user"]["username"], "ann");
    assert_eq!(at_anns.fault("friend:request", json!({"user_id": bob.id})).await, "conflict");
    at_bobs.ok("friend:accept", json!({"user_id": ann.id})).await;
    assert_eq!(at_anns.hear("friend:accepted").await["relation"]["state"], "friends");
    at_bobs.ok("friend:accept", json!({"user_id": ann.id})).await;
    assert_eq!(
        at_anns.fault("friend:request", json!({"user_id": bob.id})).await,
        "already_friends"
    );
    assert_eq!(server.get("/v1/friends", &bob).await["items"][0]["user"]["username"], "ann");
    at_anns.ok("friend:remove", json!({"user_id": bob.id})).await;
    at_bobs.hear("friend:removed").await;
    assert_eq!(server.get("/v1/friends", &bob).await["items"], json!([]));
}

async fn a_rejection_is_not_told(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    at_anns.ok("friend:request", json!({"user_id": bob.id})).await;
    at_anns.hear("friend:requested").await;
    at_bobs.ok("friend:reject", json!({"user_id": ann.id})).await;
    at_bobs.hear("friend:cancelled").await;
    assert!(at_anns.overhear("friend:cancelled").await.is_empty());
    let (status, _) =
        server.call(Method::PUT, &format!("/v1/friends/{}", bob.id), Some(&ann), None).await;
    assert_eq!(status, StatusCode::CREATED, "asking again is possible");
}

/// The answer is the one of somebody who takes no requests; nothing is stored, so nothing
/// comes to light later, and nobody hears anything.
async fn whoever_is_blocked_is_not_told_so(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    server.ok(Method::PUT, &format!("/v1/blocks/{}", bob.id), &ann, None).await;
    at_anns.hear("user:blocked").await;
    let before = server.get(&format!("/v1/rooms/{room}"), &bob).await;
    let words = || json!({"content": "hello?"});
    let (messages, to_ann) =
        (format!("/v1/rooms/{room}/messages"), format!("/v1/friends/{}", ann.id));
    for (method, path, body) in
        [(Method::POST, &messages, Some(words())), (Method::PUT, &to_ann, None)]
    {
        let (status, problem) = server.call(method, path, Some(&bob), body).await;
        let told = (status.as_u16(), &problem["code"], &problem["detail"]);
        let wanted = "this person is not accepting requests";
        assert_eq!(told, (403, &json!("not_accepting"), &json!(wanted)), "{path}");
    }
    let fault = at_bobs.fault("friend:request", json!({"user_id": ann.id})).await;
    assert_eq!(fault, "not_accepting");
    assert_eq!(server.get(&to_ann, &bob).await["state"], "none");
    for (who, direction) in [(&ann, "in"), (&bob, "out")] {
        let path = format!("/v1/friends/requests?direction={direction}");
        assert_eq!(server.get(&path, who).await["items"], json!([]), "{}", who.name);
    }
    for who in [&ann, &bob] {
        assert_eq!(server.get(&messages, who).await["messages"], json!([]), "{}", who.name);
    }
    assert_eq!(server.get(&format!("/v1/rooms/{room}"), &bob).await, before);
    for (who, socket) in [("ann", &mut at_anns), ("bob", &mut at_bobs)] {
        let heard = [socket.overhear("").await, socket.so_far()].concat();
        let told = heard.iter().filter(|it| it[0] != "presence:changed" && it[0] != "heads");
        assert_eq!(told.count(), 0, "{who}: {heard:?}");
    }
    server.ok(Method::DELETE, &format!("/v1/blocks/{}", bob.id), &ann, None).await;
    server.say(&bob, &room, "back again").await;
    assert_eq!(at_anns.hear("message:created").await["message"]["content"], "back again");
}

/// They have never heard of each other's coming and going, so that one seems to go would tell
/// of the block.
async fn a_block_tells_nobody_of_a_stranger_who_had_asked(server: Server) {
    for blocker in ["who was asked", "who asked"] {
        let end = blocker.len();
        let (ann, bob) = (format!("ann{end}"), format!("bob{end}"));
        let (ann, bob) = (server.person(&ann).await, server.person(&bob).await);
        let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
        at_anns.ok("friend:request", json!({"user_id": bob.id})).await;
        let (me, other) = if blocker == "who asked" { (&ann, &bob) } else { (&bob, &ann) };
        server.ok(Method::PUT, &format!("/v1/blocks/{}", other.id), me, None).await;
        at_anns.hear("friend:removed").await;
        at_bobs.hear("friend:removed").await;
        for (socket, stranger) in [(&mut at_anns, &bob), (&mut at_bobs, &ann)] {
            for news in socket.overhear("presence:changed").await {
                let mut presences = news["presences"].as_array().unwrap().iter();
                assert!(!presences.any(|it| it["user_id"] == stranger.id), "{blocker}: {news}");
            }
        }
    }
}
