//! Who is there, and who is told of it.

use parlor::{chat::person::presence, model::person::presence::Mood};
use serde_json::json;

use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn presence_is_told_to_friends_and_a_second_tab_changes_nothing() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    server.direct_room(&ann, &bob).await;
    let mut at_bobs = server.socket(&bob).await;
    let first = server.socket(&ann).await;
    let of_ann = |news: &serde_json::Value| {
        let all = news["presences"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["user_id"] == json!(ann.id))
    };
    loop {
        let news = at_bobs.hear("presence:changed").await;
        if let Some(presence) = of_ann(&news) {
            assert_eq!(presence["state"], "online");
            break;
        }
    }
    let mut second = server.socket(&ann).await;
    drop(first);
    second.ok("presence:set", json!({"state": "dnd", "status_text": "busy"})).await;
    let news = at_bobs.hear("presence:changed").await;
    let presence = of_ann(&news).unwrap();
    assert_eq!((&presence["state"], &presence["status_text"]), (&json!("dnd"), &json!("busy")));
    second.ok("presence:set", json!({"state": "invisible"})).await;
    assert_eq!(of_ann(&at_bobs.hear("presence:changed").await).unwrap()["state"], "offline");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_online_is_everybody_but_the_invisible() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    assert!(presence::everybody_online(&chat).await.unwrap().is_empty());
    let _sockets = (server.socket(&ann).await, server.socket(&bob).await);
    let names = async || -> Vec<String> {
        let there = presence::everybody_online(&chat).await.unwrap();
        there.into_iter().map(|it| it.username).collect()
    };
    assert_eq!(names().await, ["ann", "bob"]);
    presence::set(&chat, me, Mood::Invisible, None).await.unwrap();
    assert_eq!(names().await, ["bob"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_too_many_goes_on_hearing_of_those_they_had() {
    let server = Server::start().await;
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let (mut at_anns, mut at_eves) = (server.socket(&ann).await, server.socket(&eve).await);
    let mut most: Vec<i64> = (1_001..1_200).collect();
    most.push(ann.id);
    at_eves.ok("presence:subscribe", json!({"user_ids": most})).await;
    let one_more = json!({"user_ids": [ann.id, 1_200]});
    assert_eq!(at_eves.fault("presence:subscribe", one_more).await, "validation_failed");
    // Whom she watches already counts once.
    at_eves.ok("presence:subscribe", json!({"user_ids": [1_001, 1_002]})).await;
    at_eves.ok("presence:unsubscribe", json!({"user_ids": [1_001]})).await;
    at_eves.ok("presence:subscribe", json!({"user_ids": [1_200]})).await;
    assert_eq!(
        at_eves.fault("presence:subscribe", json!({"user_ids": [1_201]})).await,
        "validation_failed"
    );
    at_anns.ok("presence:set", json!({"state": "dnd"})).await;
    loop {
        let news = at_eves.hear("presence:changed").await;
        let mut presences = news["presences"].as_array().unwrap().iter();
        if presences.any(|it| it["user_id"] == ann.id && it["state"] == "dnd") {
            break;
        }
    }
}
