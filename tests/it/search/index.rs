//! What the index keeps, whatever happens while it is made.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use entity::{
    id::{MessageId, RoomId, UserId},
    message::{self, Type},
    search_posting,
};
use futures_util::future::join_all;
use parlor::{
    chat::engine::clock::{Clock, micros_after},
    store::{
        room,
        search::{key, lease, posting},
    },
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait};
use uuid::Uuid;

use super::{delete, eager, edit, found, indexed, places, row, server};
use crate::support::{databases::Kind, server::Server};

on_every_kind!(
    messages_that_commit_late_are_not_skipped,
    many_writers_lose_nothing,
    what_was_begun_before_a_restart_is_finished_after_it,
    nothing_of_a_deleted_message_is_left_in_the_index,
    the_index_is_what_the_messages_say,
    lists_are_joined_without_a_change,
    changes_while_a_block_is_made_are_not_lost,
    what_changes_between_two_parts_of_a_block_is_not_lost,
);

/// Stores a message as another node would, under a number of its own block.
async fn store(server: &Server, room: RoomId, sender: i64, id: i64, words: &str, wait: u64) {
    let chat = server.chat();
    let tx = server.writer().begin().await.unwrap();
    let head = room::advance(&tx, &[(room, 1)]).await.unwrap().remove(0);
    let row = message::Model {
        message_id: MessageId(id),
        public_id: Uuid::now_v7(),
        chatroom_id: room,
        sender_id: UserId(sender),
        seq: head.last_seq,
        rev: head.rev,
        client_msg_id: None,
        content: words.to_owned(),
        message_type: Type::Text,
        media_url: None,
        timestamp: micros_after(chat.now(), id % 1_000),
        reply_to_id: None,
        edited_at: None,
        deleted_at: None,
        forwarded_from_id: None,
    };
    let row = row.into_active_model().reset_all();
    message::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    tokio::time::sleep(Duration::from_millis(wait)).await;
    tx.commit().await.unwrap();
}

async fn messages_that_commit_late_are_not_skipped(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let one = RoomId(server.direct_room(&ann, &bob).await.parse().unwrap());
    let two = RoomId(server.group(&ann, &[&bob]).await.parse().unwrap());
    store(&server, one, ann.id, 1 << 30, "word first", 0).await;
    indexed(&server).await;
    // Lower numbers, handed out to somebody else before, and only now used.
    store(&server, one, bob.id, 1_000, "word second", 0).await;
    store(&server, two, bob.id, 500, "word third", 0).await;
    assert_eq!(found(&server, &ann, "word", &[]).await.len(), 3);
    store(&server, two, ann.id, (1 << 30) + 1, "word fourth", 0).await;
    indexed(&server).await;
    assert_eq!(places(server.db().await).await.len(), 4);
    let expected = ["word fourth", "word third", "word second", "word first"];
    assert_eq!(found(&server, &ann, "word", &[]).await, expected, "in the order of time");
}

async fn many_writers_lose_nothing(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let rooms = [server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob]).await];
    let rooms = rooms.map(|it| RoomId(it.parse().unwrap()));
    let sqlite = matches!(kind, Kind::Sqlite);
    // Each writes with numbers that fall, holds its transaction for a while, and commits in
    // whatever order that gives.
    let writers = (0..4_u64).map(async |writer| {
        for n in 0..25_u64 {
            let id = i64::try_from((writer + 1) * 100_000 - n).unwrap();
            let room = rooms[usize::try_from((writer + n) % 2).unwrap()];
            let wait = if sqlite { 0 } else { (n * 7 + writer * 3) % 20 };
            store(&server, room, ann.id, id, &format!("word {id}"), wait).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    join_all(writers).await;
    assert_eq!(found(&server, &bob, "word", &[]).await.len(), 100, "with what is not indexed");
    store(&server, rooms[0], ann.id, 1 << 30, "word last", 0).await;
    indexed(&server).await;
    let all = places(server.db().await).await;
    assert_eq!(all.len(), 101);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 101, "each once");
    let found = found(&server, &bob, "word", &[]).await;
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 101);
    assert_eq!(found.len(), 101);
}

async fn what_was_begun_before_a_restart_is_finished_after_it(kind: Kind) {
    let mut server = server(kind, |settings| settings.search.block = 30).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    for n in 0..20 {
        server.say(&ann, &room, &format!("before {n}")).await;
    }
    // As if it had been killed in the middle of a block: lists that no block stands for.
    let junk = vec![posting::row(0, key_of("before"), &[0, 3, 9]), posting::row(3, 77, &[5])];
    posting::insert(server.db().await, junk).await.unwrap();
    assert_eq!(found(&server, &bob, "before", &[]).await.len(), 20);
    server.stop().await;
    server.begin(Clock::system()).await;
    assert_eq!(found(&server, &bob, "before", &[]).await.len(), 20);
    for n in 0..15 {
        server.say(&ann, &room, &format!("after {n}")).await;
    }
    while places(server.db().await).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(found(&server, &bob, "before", &[]).await.len(), 20);
    assert_eq!(found(&server, &bob, "after", &[]).await.len(), 15);
    let rows = search_posting::Entity::find().all(server.db().await).await.unwrap();
    assert!(rows.iter().all(|it| it.span == 0), "nothing is left of what was not finished");
}

fn key_of(word: &str) -> i64 {
    let query = parlor::model::search::Query::parse(word).unwrap();
    let key::Clue::One(key) = key::clues(&query)[0] else { panic!("{word}") };
    key
}

/// Which keys lead to which place.
async fn leads(server: &Server) -> BTreeMap<u32, Vec<i64>> {
    let rows = search_posting::Entity::find().all(server.db().await).await.unwrap();
    let mut leads: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for row in &rows {
        for place in posting::places(row) {
            leads.entry(place).or_default().push(row.gram);
        }
    }
    for keys in leads.values_mut() {
        keys.sort_unstable();
    }
    leads
}

async fn nothing_of_a_deleted_message_is_left_in_the_index(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut sent = Vec::new();
    for n in 0..12 {
        sent.push(server.say(&ann, &room, &format!("shared secret 秘密 {n}")).await);
    }
    indexed(&server).await;
    for n in [0, 5, 11] {
        delete(&server, &sent[n]).await;
    }
    let all = places(server.db().await).await;
    let leads = leads(&server).await;
    for (n, message) in sent.iter().enumerate() {
        let id = message["message_id"].as_i64().unwrap();
        let place = u32::try_from(all.iter().position(|it| *it == id).unwrap()).unwrap();
        assert_eq!(leads.contains_key(&place), ![0, 5, 11].contains(&n), "message {n}");
    }
}

async fn the_index_is_what_the_messages_say(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut sent = Vec::new();
    for n in 0..30 {
        sent.push(server.say(&ann, &room, &format!("version one of {n}")).await);
    }
    indexed(&server).await;
    for (n, message) in sent.iter().enumerate() {
        edit(&server, message, &format!("version two of {n}, 第二版")).await;
        if n % 3 == 0 {
            edit(&server, message, "version three, as it happens").await;
        }
        if n % 7 == 0 {
            delete(&server, message).await;
        }
    }
    check(&server, &sent).await;
}

/// Every place has the keys of its message, and no other.
async fn check(server: &Server, sent: &[serde_json::Value]) {
    let all = places(server.db().await).await;
    let leads = leads(server).await;
    for message in sent {
        let id = message["message_id"].as_i64().unwrap();
        let place = u32::try_from(all.iter().position(|it| *it == id).unwrap()).unwrap();
        let keys = key::of(&row(server, message).await);
        let found = leads.get(&place).cloned().unwrap_or_default();
        assert_eq!(found, keys, "message {id} at {place}");
    }
}

async fn lists_are_joined_without_a_change(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut sent = Vec::new();
    for n in 0..40 {
        sent.push(server.say(&ann, &room, &format!("joined 結合 {n}")).await);
        if n % 10 == 0 {
            indexed(&server).await;
        }
    }
    indexed(&server).await;
    let db = server.writer();
    let before = search_posting::Entity::find().all(&db).await.unwrap().len();
    // However few rows are read at once.
    for limit in [2, 5, 1_000] {
        let mut from = Some(i64::MIN);
        while let Some(key) = from {
            let tx = db.begin().await.unwrap();
            lease::lock(&tx).await.unwrap();
            from = posting::join(&tx, 0, key, limit).await.unwrap();
            tx.commit().await.unwrap();
        }
        check(&server, &sent).await;
        assert_eq!(found(&server, &bob, "joined 結合", &[]).await.len(), 40, "by {limit}");
    }
    let rows = search_posting::Entity::find().all(&db).await.unwrap();
    let keys: BTreeSet<i64> = rows.iter().map(|it| it.gram).collect();
    assert!(rows.len() < before);
    assert_eq!(rows.len(), keys.len(), "each list is in one piece");
    edit(&server, &sent[3], "parted 分離").await;
    delete(&server, &sent[4]).await;
    check(&server, &sent).await;
}

async fn changes_while_a_block_is_made_are_not_lost(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut sent = Vec::new();
    for round in 0..4 {
        for n in 0..40 {
            let message = server.say(&ann, &room, &format!("first {round} {n} 初版")).await;
            edit(&server, &message, &format!("second {round} {n} 再版")).await;
            if n % 5 == 0 {
                delete(&server, &message).await;
            }
            sent.push(message);
        }
        indexed(&server).await;
        check(&server, &sent).await;
    }
    assert_eq!(found(&server, &bob, "初版", &[]).await.len(), 0);
    assert_eq!(found(&server, &bob, "再版", &[]).await.len(), 128);
}

/// A block of so many different words that it is written in many parts: what is changed after
/// the first of them and before the last was read for it as it was before.
async fn what_changes_between_two_parts_of_a_block_is_not_lost(kind: Kind) {
    let server = server(kind, eager).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (db, mut sent, mut between) = (server.db().await, Vec::new(), [0, 0]);
    for round in 0..40 {
        let (before, rows) = (places(db).await.len(), postings(db).await);
        for n in 0..8 {
            sent.push(server.say(&ann, &room, &many_words(round * 8 + n)).await);
        }
        while postings(db).await == rows && places(db).await.len() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        for (turn, message) in sent.iter().rev().take(8).enumerate() {
            match turn % 2 {
                0 => edit(&server, message, &format!("later {round} 再版")).await,
                _ => delete(&server, message).await,
            }
            between[turn % 2] += usize::from(places(db).await.len() == before);
        }
        indexed(&server).await;
        check(&server, &sent).await;
        if between.iter().all(|it| *it > 3) {
            return;
        }
    }
    panic!("so few edits and deletions came in between: {between:?}");
}

/// Different ones for each number, from letters in no order.
fn many_words(n: u32) -> String {
    let mut state = u64::from(n) * 2 + 1;
    let letters = (0..1_500).map(|_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_u32(0x4e00 + u32::try_from(state >> 50).unwrap_or(0)).unwrap()
    });
    letters.collect()
}

async fn postings(db: &impl ConnectionTrait) -> u64 {
    search_posting::Entity::find().count(db).await.unwrap()
}
