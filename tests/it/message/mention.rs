//! `@username`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{on_every_database, support::server::Server};

on_every_database!(members_are_spoken_of_by_their_names);

async fn members_are_spoken_of_by_their_names(server: Server) {
    let group = server.group_of_three().await;
    let ming = server.person("小明").await;
    let room = server.group(&group.ann, &[&group.bob, &ming]).await;
    let ids = |people: &[i64]| {
        let mut people = people.to_vec();
        people.sort_unstable();
        json!(people)
    };
    let (ann, bob, ming) = (group.ann.id, group.bob.id, ming.id);
    let mut at_bobs = server.socket(&group.bob).await;
    for (words, wanted) in [
        ("hello", ids(&[])),
        ("hello @BOB, and @bob again", ids(&[bob])),
        ("@eve and @max are not here", ids(&[])),
        ("@bobby, ann@bob.example", ids(&[])),
        ("你好@小明吃飯了嗎 @ann", ids(&[ming, ann])),
    ] {
        let said = server.say(&group.ann, &room, words).await;
        assert_eq!(said["mentions"], wanted, "{words}");
        assert_eq!(at_bobs.hear("message:created").await["message"], said);
        let stored = server.message(said["message_id"].as_i64().unwrap(), &group.bob).await;
        assert_eq!(stored, said);
    }
    let id = server.said(&group.ann, &room, "@bob").await;
    for (words, wanted) in
        [("@ann", ids(&[ann])), ("@ann @bob", ids(&[ann, bob])), ("nobody", ids(&[]))]
    {
        assert_eq!(server.edit(id, &group.ann, words).await["mentions"], wanted);
        assert_eq!(server.message(id, &group.bob).await["mentions"], wanted);
        assert_eq!(at_bobs.hear("message:updated").await["message"]["mentions"], wanted);
    }
    let many = "@bob ".repeat(3_000);
    assert_eq!(server.say(&group.ann, &room, &many).await["mentions"], ids(&[bob]));
    let path = format!("/v1/rooms/{room}/messages?limit=2");
    let page: Value = server.ok(Method::GET, &path, &group.bob, None).await;
    let shown: Vec<&Value> =
        page["messages"].as_array().unwrap().iter().map(|it| &it["mentions"]).collect();
    assert_eq!(shown, [&ids(&[]), &ids(&[bob])]);
}
