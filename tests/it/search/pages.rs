//! Filters, and pages that meet.

use std::collections::HashSet;

use entity::message::Type;
use futures_util::future::join_all;
use parlor::{chat::message, model::message::Draft, store::search::lease};
use reqwest::Method;
use serde_json::{Value, json};

use super::{eager, found, found_whole, indexed, indexed_up_to, path, server};
use crate::support::{databases::Kind, people::Person, server::Server};

on_every_kind!(
    filters_narrow_the_search,
    pages_meet_while_more_is_said,
    a_page_that_begins_within_a_block_misses_nothing_before_it,
);

async fn filters_narrow_the_search(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (one, two) = (server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await);
    server.say(&ann, &one, "lunch at noon").await;
    server.say(&bob, &one, "lunch at one").await;
    server.say(&bob, &two, "lunch for everybody").await;
    with_link(&server, &ann, &two, "lunch menu").await;
    let all = found_whole(&server, &ann, "lunch", &[]).await;
    let moments: Vec<&str> = all.iter().map(|it| it["timestamp"].as_str().unwrap()).collect();
    let bob_id = bob.id.to_string();
    for _ in 0..2 {
        for (filters, expected) in [
            (vec![], vec!["lunch menu", "lunch for everybody", "lunch at one", "lunch at noon"]),
            (vec![("chatroom_id", one.as_str())], vec!["lunch at one", "lunch at noon"]),
            (vec![("sender_id", bob_id.as_str())], vec!["lunch for everybody", "lunch at one"]),
            (vec![("has_file", "true")], vec!["lunch menu"]),
            (
                vec![("has_file", "false"), ("sender_id", bob_id.as_str()), ("chatroom_id", &two)],
                vec!["lunch for everybody"],
            ),
            (vec![("before", moments[3])], vec![]),
            (vec![("after", "2100-01-01T00:00:00Z")], vec![]),
            (
                vec![("after", moments[3]), ("before", "2100-01-01T00:00:00Z")],
                vec!["lunch menu", "lunch for everybody", "lunch at one", "lunch at noon"],
            ),
        ] {
            assert_eq!(found(&server, &ann, "lunch", &filters).await, expected, "{filters:?}");
        }
        // Moments are shown in milliseconds; what was sent within one is on neither side.
        let after = found(&server, &ann, "lunch", &[("after", moments[0])]).await;
        assert_eq!(after[0], "lunch menu");
        let before = found(&server, &ann, "lunch", &[("before", moments[0])]).await;
        assert_eq!(after.len() + before.len(), 4);
        indexed(&server).await;
    }
}

async fn pages_meet_while_more_is_said(kind: Kind) {
    let server = server(kind, |settings| settings.search.block = 40).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let rooms = [server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await];
    let mut there = Vec::new();
    for n in 0..300 {
        let words = if n % 3 == 0 { format!("noise {n}") } else { format!("common 共通 {n}") };
        server.say(&ann, &rooms[n % 2], &words).await;
        if n % 3 > 0 {
            there.push(words);
        }
    }
    there.reverse();
    for (query, limit) in [("common", "7"), ("共通", "100"), ("mon", "1")] {
        let mut seen: Vec<String> = Vec::new();
        let mut cursor: Option<String> = None;
        for n in 0.. {
            let mut filters = vec![("limit", limit)];
            filters.extend(cursor.as_deref().map(|it| ("cursor", it)));
            let page = server.get(&path(query, &filters), &bob).await;
            let items = page["items"].as_array().unwrap();
            seen.extend(items.iter().map(|it| it["content"].as_str().unwrap().to_owned()));
            if n % 10 == 0 {
                server.say(&bob, &rooms[n % 2], "one more that is common 共通").await;
            }
            match &page["next"] {
                Value::String(next) => cursor = Some(next.clone()),
                _ => break,
            }
        }
        let old: Vec<&String> = seen.iter().filter(|it| !it.starts_with("one more")).collect();
        assert_eq!(old, there.iter().collect::<Vec<_>>(), "{query} by {limit}");
        assert_eq!(old.iter().collect::<HashSet<_>>().len(), there.len());
        indexed_up_to(&server, 40).await;
    }
}

async fn a_page_that_begins_within_a_block_misses_nothing_before_it(kind: Kind) {
    let server = server(kind, |settings| settings.search.block = 40).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    // The indexer is not to begin before a block is whole.
    let other = uuid::Uuid::new_v4();
    let mut there = Vec::new();
    for length in [40, 40, 40, 40, 100] {
        assert!(lease::claim(server.db().await, other, i64::MAX - 1, i64::MAX).await.unwrap());
        for n in 0..length {
            let words = format!("common {n} of {length}");
            server.say(&ann, &room, &words).await;
            there.push(words);
        }
        lease::release(server.db().await, other).await.unwrap();
        indexed(&server).await;
    }
    there.reverse();
    for limit in ["7", "99", "100"] {
        let seen = found(&server, &bob, "common", &[("limit", limit)]).await;
        assert_eq!(seen, there, "by {limit}");
    }
}

async fn with_link(server: &Server, who: &Person, room: &str, words: &str) {
    let body = json!({"content": words, "media_url": "/static/menu.pdf", "message_type": "file"});
    let path = format!("/v1/rooms/{room}/messages");
    server.ok(Method::POST, &path, who, Some(body)).await;
}

/// A search that would have to look at more than it may goes on with the next page.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_search_comes_in_short_pages() {
    let server = server(Kind::Sqlite, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    // As if another node had promised to index it all, and did not get to it.
    assert!(
        lease::claim(server.db().await, uuid::Uuid::new_v4(), i64::MAX - 1, i64::MAX)
            .await
            .unwrap()
    );
    let id = entity::id::RoomId(room.parse().unwrap());
    for batch in 0..15 {
        let sends = (0..2_000).map(|n| {
            let n = batch * 2_000 + n;
            let content =
                if n % 10_000 == 0 { format!("needle {n}") } else { format!("straw {n}") };
            let draft = Draft {
                content,
                kind: Type::Text,
                media_url: None,
                client_msg_id: None,
                files: Vec::new(),
                reply_to: None,
                sent_at: None,
            };
            message::send(&chat, me, id, draft)
        });
        join_all(sends).await.into_iter().for_each(|sent| drop(sent.unwrap()));
    }
    let page = server.get(&path("needle", &[]), &bob).await;
    assert!(page["items"].as_array().unwrap().len() < 3 && page["next"].is_string(), "{page}");
    let all = found(&server, &bob, "needle", &[]).await;
    assert_eq!(all, ["needle 20000", "needle 10000", "needle 0"]);
}
