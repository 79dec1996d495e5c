//! Answers, and history in the ways in which clients ask for it.

use entity::{
    id::{MessageId, RoomId},
    message::Type,
};
use parlor::{
    chat::message,
    model::{
        error::{Ban, Error, Thing},
        message::Draft,
        page::Limit,
    },
};
use serde_json::json;

use crate::{on_every_database, support::server::Server};

on_every_database!(
    an_answer_stays_in_its_room,
    history_is_skipped_from_its_end,
    a_message_is_found_by_those_in_its_room,
    history_comes_in_pages_that_meet,
);

fn answer(reply_to: Option<MessageId>) -> Draft {
    Draft {
        content: "indeed".to_owned(),
        kind: Type::Text,
        media_url: None,
        client_msg_id: None,
        files: Vec::new(),
        reply_to,
        sent_at: None,
    }
}

async fn an_answer_stays_in_its_room(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let here = RoomId(server.direct_room(&ann, &bob).await.parse().unwrap());
    let there = RoomId(server.group(&ann, &[&bob]).await.parse().unwrap());
    let first = message::send(&chat, me, here, answer(None)).await.unwrap().message;
    let first = Some(first.row.message_id);
    let second = message::send(&chat, me, here, answer(first)).await.unwrap().message;
    let stored = message::find(&chat, me, second.row.message_id).await.unwrap();
    assert_eq!(stored.row.reply_to_id, first);
    for (room, reply_to) in [(there, first), (here, Some(MessageId(999)))] {
        let refused = message::send(&chat, me, room, answer(reply_to)).await;
        assert!(matches!(refused, Err(Error::Invalid(flaw)) if flaw.field == "reply_to_id"));
    }
}

async fn history_is_skipped_from_its_end(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let room = RoomId(server.direct_room(&ann, &bob).await.parse().unwrap());
    for _ in 0..5 {
        message::send(&chat, me, room, answer(None)).await.unwrap();
    }
    for (limit, offset, expected) in [
        (2, 0, vec![5, 4]),
        (2, 1, vec![4, 3]),
        (9, 3, vec![2, 1]),
        (9, 5, vec![]),
        (9, u64::MAX, vec![]),
    ] {
        let limit = Limit::clamped(limit);
        let page = message::newest_with_offset(&chat, me, room, limit, offset).await.unwrap();
        let seqs: Vec<i64> = page.iter().map(|it| it.row.seq).collect();
        assert_eq!(seqs, expected, "after {offset}");
    }
}

async fn a_message_is_found_by_those_in_its_room(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let room = RoomId(server.direct_room(&ann, &bob).await.parse().unwrap());
    let sent = message::send(&chat, me, room, answer(None)).await.unwrap().message;
    let id = sent.row.message_id;
    assert_eq!(message::find(&chat, me, id).await.unwrap().author.username, "ann");
    let refused = message::find(&chat, server.actor(&eve).await, id).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotMember))));
    let gone = message::find(&chat, me, MessageId(999)).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Message))));
}

async fn history_comes_in_pages_that_meet(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 1..=25 {
        server.say(&ann, &room, &format!("{n}")).await;
    }
    let path = |query: &str| format!("/v1/rooms/{room}/messages?{query}");
    let seqs = |page: &serde_json::Value| -> Vec<i64> {
        page["messages"].as_array().unwrap().iter().map(|it| it["seq"].as_i64().unwrap()).collect()
    };
    let newest = server.get(&path("limit=10"), &bob).await;
    assert_eq!(seqs(&newest), (16..=25).collect::<Vec<_>>());
    assert_eq!(
        (&newest["has_more_before"], &newest["has_more_after"]),
        (&json!(true), &json!(false))
    );
    let older = server.get(&path("limit=10&before_seq=16"), &bob).await;
    assert_eq!(seqs(&older), (6..=15).collect::<Vec<_>>());
    let oldest = server.get(&path("limit=10&before_seq=6"), &bob).await;
    assert_eq!(seqs(&oldest), (1..=5).collect::<Vec<_>>());
    assert_eq!(oldest["has_more_before"], false);
    let after = server.get(&path("limit=5&after_seq=20"), &bob).await;
    assert_eq!(seqs(&after), (21..=25).collect::<Vec<_>>());
    assert_eq!(after["has_more_after"], false);
    let around = server.get(&path("limit=5&around_seq=12"), &bob).await;
    assert_eq!(seqs(&around), vec![10, 11, 12, 13, 14]);
}
