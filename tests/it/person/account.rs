//! Accounts: made, found, and deleted.

use parlor::{
    chat::person::profile,
    model::error::{Error, Thing},
};

use reqwest::{Method, StatusCode};

use serde_json::json;

use crate::{
    on_every_database,
    support::{people::PASSWORD, server::Server},
};

on_every_database!(
    a_name_is_taken_in_any_spelling,
    a_person_is_found_by_uuid_and_keeps_the_address_private,
    a_deleted_person_leaves_a_nameless_author,
);

async fn a_name_is_taken_in_any_spelling(server: Server) {
    server.person("ann").await;
    for (username, email) in
        [("ANN", "x@example.com"), ("ａｎｎ", "y@example.com"), ("bob", "Ann@Example.com")]
    {
        let body = json!({"username": username, "email": email, "password": PASSWORD});
        let (status, problem) =
            server.call(Method::POST, "/v1/auth/register", None, Some(body)).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::CONFLICT, &json!("conflict")),
            "{username}"
        );
    }
    let by_email = json!({"email": "ann@example.com", "password": PASSWORD});
    let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(by_email)).await;
    assert_eq!(status, StatusCode::OK);
    let wrong = json!({"username": "ann", "password": "wrong horse"});
    let (status, problem) = server.call(Method::POST, "/v1/auth/login", None, Some(wrong)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthorized")));
}

async fn a_person_is_found_by_uuid_and_keeps_the_address_private(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let mine = profile::portrait(&chat, me, me.id).await.unwrap();
    assert_eq!(mine.email.as_deref(), Some("ann@example.com"));
    let seen = profile::portrait(&chat, other, me.id).await.unwrap();
    assert_eq!((&seen.card, seen.email), (&mine.card, None));
    let found = profile::by_public_id(&chat, other, mine.card.public_id).await.unwrap();
    assert_eq!(found, mine.card);
    let nobody = profile::by_public_id(&chat, other, uuid::Uuid::new_v4()).await;
    assert!(matches!(nobody, Err(Error::Missing(Thing::User))));
}

async fn a_deleted_person_leaves_a_nameless_author(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&bob, &room, "remember me").await;
    let mut at_bobs = server.socket(&bob).await;
    server.ok(Method::DELETE, "/v1/me", &bob, None).await;
    assert_eq!(at_bobs.hear("auth:revoked").await["reason"], "account_deleted");
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
    assert_eq!(page["messages"][0]["content"], "remember me");
    assert_eq!(page["messages"][0]["user"]["username"], "deleted");
    let (status, _) = server.call(Method::GET, "/v1/me", Some(&bob), None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    server.person("bob").await;
}
