//! Friendship, from both sides.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{on_every_database, support::server::Server};

on_every_database!(
    a_request_is_heard_and_accepted,
    a_rejection_is_not_told,
    whoever_is_blocked_is_not_told_so,
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

async fn whoever_is_blocked_is_not_told_so(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.ok(Method::PUT, &format!("/v1/blocks/{}", bob.id), &ann, None).await;
    let words = json!({"content": "hello?"});
    let path = format!("/v1/rooms/{room}/messages");
    let (status, problem) = server.call(Method::POST, &path, Some(&bob), Some(words)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(problem["detail"], "this person is not accepting requests");
    let (status, _) =
        server.call(Method::PUT, &format!("/v1/friends/{}", ann.id), Some(&bob), None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    server.ok(Method::DELETE, &format!("/v1/blocks/{}", bob.id), &ann, None).await;
    server.say(&bob, &room, "back again").await;
}
