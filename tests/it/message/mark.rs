//! Marks: how many events it takes to tell a room how far its members have read.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{people::Person, server::Server, socketio::Socket},
};

on_every_database!(
    everybody_who_reads_is_told_of_in_few_events,
    whoever_hides_meanwhile_is_not_told_of,
    whoever_is_removed_meanwhile_reads_nothing,
);

const READERS: usize = 20;

async fn readers(server: &Server) -> Vec<Person> {
    join_all((0..READERS).map(async |n| server.person(&format!("reader{n}")).await)).await
}

async fn read(server: &Server, who: &Person, room: &str, seq: i64) -> Value {
    let path = format!("/v1/rooms/{room}/read");
    server.ok(Method::PUT, &path, who, Some(json!({"seq": seq}))).await
}

/// Until the room has been told that each of them has read so far; with how many events.
async fn told(socket: &mut Socket, people: &[Person], seq: i64) -> usize {
    let mut missing: Vec<i64> = people.iter().map(|it| it.id).collect();
    let mut events = 0;
    while !missing.is_empty() {
        let heard = socket.hear("room:marks").await;
        events += 1;
        for mark in heard["marks"].as_array().unwrap() {
            assert_eq!(mark["last_read_seq"], mark["last_delivered_seq"], "what is read arrived");
            missing.retain(|it| mark["user_id"] != *it || mark["last_read_seq"] != seq);
        }
    }
    events
}

async fn everybody_who_reads_is_told_of_in_few_events(server: Server) {
    let ann = server.person("ann").await;
    let people = readers(&server).await;
    let room = server.group(&ann, &people.iter().collect::<Vec<_>>()).await;
    let on_phone = server.again(&people[0]).await;
    let (mut at_anns, mut on_phone) = (server.socket(&ann).await, server.socket(&on_phone).await);
    let begun = Instant::now();
    let mut events = 0;
    for seq in 1..=5 {
        server.say(&ann, &room, "read this").await;
        for answer in join_all(people.iter().map(|it| read(&server, it, &room, seq))).await {
            assert_eq!(answer, json!({"last_read_seq": seq, "unread_count": 0}));
        }
    }
    events += told(&mut at_anns, &people, 5).await;
    // One at once, and then one for each second that it took.
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap();
    assert!(events <= seconds + 2, "{events} events in {seconds} s");
    let mut seq = 0;
    while seq < 5 {
        let unread = on_phone.hear("room:unread").await;
        assert_eq!(unread["unread_count"], 0);
        assert!(unread["last_read_seq"].as_i64().unwrap() > seq, "counts are told in order");
        seq = unread["last_read_seq"].as_i64().unwrap();
    }
    let page = server.get(&format!("/v1/rooms/{room}/messages"), &ann).await;
    assert_eq!(page["messages"][4]["read_status"], "read");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_large_room_nobody_is_told() {
    let server = Server::tweaked(|it| it.sync.marks_told = 2).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    let on_phone = server.again(&bob).await;
    let (mut at_anns, mut on_phone) = (server.socket(&ann).await, server.socket(&on_phone).await);
    let message = server.say(&ann, &room, "hello, all of you").await;
    assert_eq!(read(&server, &bob, &room, 1).await["last_read_seq"], 1);
    assert_eq!(on_phone.hear("room:unread").await["unread_count"], 0);
    assert!(at_anns.overhear("room:marks").await.is_empty());
    // Whoever wants to know asks.
    let path = format!("/v1/messages/{}/receipts", message["message_id"]);
    let receipts = server.get(&path, &ann).await;
    assert_eq!(receipts["read_count"], 1);
    assert_eq!(receipts["delivered_count"], 1);
    assert_eq!(receipts["readers"][0]["user_id"], bob.id);
    // A small one is told all the same.
    let pair = server.direct_room(&ann, &bob).await;
    server.say(&ann, &pair, "hello, you").await;
    read(&server, &bob, &pair, 1).await;
    assert_eq!(at_anns.hear("room:marks").await["chatroom_id"], pair.as_str());
}

async fn whoever_hides_meanwhile_is_not_told_of(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut at_anns = server.socket(&ann).await;
    for words in ["one", "two"] {
        server.say(&ann, &room, words).await;
    }
    read(&server, &bob, &room, 1).await;
    assert_eq!(at_anns.hear("room:marks").await["marks"][0]["last_read_seq"], 1);
    // Within the second in which the room is not told again.
    read(&server, &bob, &room, 2).await;
    server.ok(Method::PATCH, "/v1/me", &bob, Some(json!({"sends_receipts": false}))).await;
    assert_eq!(at_anns.hear("room:cursor_changed").await["last_read_seq"], Value::Null);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    for later in at_anns.overhear("room:marks").await {
        assert_eq!(later["marks"][0]["last_read_seq"], 2, "told before Bob hid it: {later}");
    }
    let members = server.get(&format!("/v1/rooms/{room}/members"), &ann).await;
    let bobs = members["items"].as_array().unwrap().iter().find(|it| it["user"]["id"] == bob.id);
    assert_eq!(bobs.unwrap()["last_read_seq"], Value::Null);
}

async fn whoever_is_removed_meanwhile_reads_nothing(server: Server) {
    let people = readers(&server).await;
    let ann = server.person("ann").await;
    let room = server.group(&ann, &people.iter().collect::<Vec<_>>()).await;
    server.say(&ann, &room, "hello").await;
    let removals = people.iter().map(async |it| {
        let path = format!("/v1/rooms/{room}/members/{}", it.id);
        server.ok(Method::DELETE, &path, &ann, None).await
    });
    let readings = people.iter().map(async |it| {
        let path = format!("/v1/rooms/{room}/read");
        server.call(Method::PUT, &path, Some(it), Some(json!({}))).await
    });
    let (_, readings) = tokio::join!(join_all(removals), join_all(readings));
    for (status, answer) in readings {
        assert!(status == 200 || answer["code"] == "not_member", "{status}: {answer}");
    }
    let listed = server.get(&format!("/v1/rooms/{room}/members"), &ann).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
