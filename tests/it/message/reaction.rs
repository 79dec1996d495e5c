//! Reactions, by the doors of new clients.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        group::{invalid, missing, no_member, nobody},
        server::Server,
    },
};

on_every_database!(
    any_emoji_is_put_and_taken_back,
    what_is_no_emoji_is_refused,
    fifty_reactions_at_once_are_all_there,
);

async fn any_emoji_is_put_and_taken_back(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.ann, &group.room, "what do you think?").await;
    let (mut at_anns, mut at_bobs) =
        (server.socket(&group.ann).await, server.socket(&group.bob).await);
    let family = "👨‍👩‍👧‍👦";
    let reaction = json!({"message_id": id, "emoji": family});
    let put = at_bobs.ok("reaction:add", reaction.clone()).await;
    let one = json!([{"emoji": family, "count": 1, "user_ids": [group.bob.id]}]);
    assert_eq!(put, json!({ "reactions": one }));
    let shown = server.message(id, &group.max).await;
    assert_eq!(shown["reactions"], one);
    let told = json!({"message_id": id, "chatroom_id": group.room, "emoji": family,
        "user_id": group.bob.id, "reactions": one, "rev": shown["rev"]});
    assert_eq!(at_anns.hear("reaction:added").await, told);
    assert_eq!(at_bobs.ok("reaction:add", reaction.clone()).await, put, "twice is once");

    let path = format!("/v1/messages/{id}/reactions/{family}");
    let both = server.ok(Method::PUT, &path, &group.ann, None).await;
    let people = json!([group.bob.id, group.ann.id]);
    assert_eq!(both["reactions"], json!([{"emoji": family, "count": 2, "user_ids": people}]));
    server.ok(Method::DELETE, &path, &group.ann, None).await;
    let none = server.refused(Method::DELETE, &path, Some(&group.ann), None).await;
    assert_eq!(none, missing());
    assert_eq!(at_bobs.ok("reaction:remove", reaction).await, json!({"reactions": []}));
    at_anns.hear("reaction:removed").await;
    assert_eq!(at_anns.hear("reaction:removed").await["reactions"], json!([]));
    assert_eq!(server.message(id, &group.max).await["reactions"], json!([]));
}

async fn what_is_no_emoji_is_refused(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.ann, &group.room, "what do you think?").await;
    let mut socket = server.socket(&group.bob).await;
    for emoji in ["", " ", "ok", "👍\u{1}", "\u{200d}", "7"] {
        let reaction = json!({"message_id": id, "emoji": emoji});
        assert_eq!(socket.fault("reaction:add", reaction).await, "validation_failed", "{emoji:?}");
    }
    for payload in [
        json!({"message_id": id}),
        json!({"emoji": "👍"}),
        json!({"message_id": "x", "emoji": "👍"}),
    ] {
        assert_eq!(socket.fault("reaction:add", payload).await, "validation_failed");
    }
    let path = format!("/v1/messages/{id}/reactions/ok");
    assert_eq!(server.refused(Method::PUT, &path, Some(&group.bob), None).await, invalid());
    let path = format!("/v1/messages/{id}/reactions/👍");
    for (who, wanted) in [(Some(&group.eve), no_member()), (None, nobody())] {
        assert_eq!(server.refused(Method::PUT, &path, who, None).await, wanted);
        assert_eq!(server.refused(Method::DELETE, &path, who, None).await, wanted);
    }
    let stale = "/v1/messages/999999/reactions/👍";
    assert_eq!(server.refused(Method::PUT, stale, Some(&group.bob), None).await, missing());
    assert_eq!(server.message(id, &group.bob).await["reactions"], json!([]));
}

async fn fifty_reactions_at_once_are_all_there(server: Server) {
    let group = server.group_of_three().await;
    let id = server.said(&group.ann, &group.room, "what do you think?").await;
    let mut at_anns = server.socket(&group.ann).await;
    let mut rev = server.room(&group.room, &group.ann).await["rev"].as_i64().unwrap();
    let people = [&group.ann, &group.max, &group.bob];
    let emoji: Vec<char> = ('🐀'..='🐐').collect();
    assert_eq!(emoji.len(), 17);
    let puts = emoji.iter().flat_map(|emoji| {
        let path = format!("/v1/messages/{id}/reactions/{emoji}");
        let server = &server;
        people.map(move |who| {
            let path = path.clone();
            async move { server.ok(Method::PUT, &path, who, None).await }
        })
    });
    join_all(puts).await;
    let mut last = Value::Null;
    for _ in 0..51 {
        let told = at_anns.hear("reaction:added").await;
        rev += 1;
        assert_eq!(told["rev"], rev);
        last = told["reactions"].clone();
    }
    let now = server.message(id, &group.bob).await["reactions"].clone();
    assert_eq!(now, last);
    assert_eq!(now.as_array().unwrap().len(), 17);
    assert!(now.as_array().unwrap().iter().all(|it| it["count"] == 3));
}
