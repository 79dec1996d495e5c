//! A server that is killed in the middle of its work has lost nothing that it acknowledged.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::sleep;
use uuid::Uuid;

use crate::support::{databases::Kind, people::Person, process::Process, socketio::Socket};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_sqlite() {
    nothing_is_lost(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_postgres() {
    nothing_is_lost(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_mariadb() {
    nothing_is_lost(Kind::MariaDb).await;
}

async fn nothing_is_lost(kind: Kind) {
    let process = Process::on(kind).await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(process.person(&format!("p{n}")).await);
    }
    let others: Vec<&Person> = people[1..].iter().collect();
    let room = process.group(&people[0], &others).await;
    let mut acknowledged: HashMap<Uuid, i64> = HashMap::new();
    let mut unsure = Vec::new();
    for _ in 0..3 {
        let sockets = join_all(people.iter().map(|it| process.socket(it))).await;
        let senders: Vec<_> =
            sockets.into_iter().map(|it| tokio::spawn(talk(it, room.clone()))).collect();
        sleep(Duration::from_millis(700)).await;
        process.kill_and_start_again().await;
        for sender in senders {
            let (done, last) = sender.await.unwrap();
            acknowledged.extend(done);
            unsure.push(last);
        }
    }
    assert!(acknowledged.len() > 100, "they hardly spoke: {}", acknowledged.len());
    let stored = read_back(&process, &people[0], &room).await;
    let seqs: Vec<i64> = stored.iter().map(|it| it.0).collect();
    let last = i64::try_from(stored.len()).unwrap();
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "holes, or not in order");
    let kept: HashMap<Uuid, i64> = stored.iter().map(|(seq, id)| (*id, *seq)).collect();
    assert_eq!(kept.len(), stored.len(), "something is there twice");
    for (id, seq) in &acknowledged {
        assert_eq!(kept.get(id), Some(seq), "{id} was acknowledged");
    }
    let known = |it: &&Uuid| acknowledged.contains_key(it) || unsure.contains(it);
    assert_eq!(kept.keys().filter(known).count(), kept.len(), "nobody sent that");
}

/// Speaks until the line breaks: what was acknowledged, and the last word, which may or
/// may not have arrived.
async fn talk(mut socket: Socket, room: String) -> (Vec<(Uuid, i64)>, Uuid) {
    let mut done = Vec::new();
    loop {
        let id = Uuid::new_v4();
        let words = json!({"chatroom_id": room, "content": id, "client_msg_id": id});
        let Some(sent) = socket.try_ok("message:send", &words).await else {
            return (done, id);
        };
        done.push((id, sent["message"]["seq"].as_i64().unwrap()));
    }
}

async fn read_back(process: &Process, who: &Person, room: &str) -> Vec<(i64, Uuid)> {
    let (mut stored, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/v1/rooms/{room}/messages?after_seq={after}&limit=100");
        let page = process.get(&path, who).await;
        for message in page["messages"].as_array().unwrap() {
            let id = message["content"].as_str().unwrap().parse().unwrap();
            stored.push((message["seq"].as_i64().unwrap(), id));
        }
        if page["has_more_after"] != true {
            return stored;
        }
        after = stored.last().unwrap().0;
    }
}
