//! One socket, from the handshake to the end.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_takes_the_first_good_token() {
    let server = Server::start().await;
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    for headers in [vec![], vec![("Cookie", "access_token=junk")]] {
        let refused = server.try_plain(ONLINE, &headers).await.err();
        assert_eq!(refused, Some((403, String::new())));
    }
    let room = server.campus_room(&ann, "r").await;
    let cookie = |who: &CampusPerson| format!("access_token={}", who.access);
    let first = format!("{ONLINE}?token={}", ann.access);
    let mut socket = server.try_plain(&first, &[("Cookie", &cookie(&bob))]).await.unwrap();
    socket.say(&room, "who am I").await;
    assert_eq!(socket.message().await["author_name"], "ann X");
    for none in ["junk", "null", "undefined", ""] {
        let path = format!("{ONLINE}?token={none}");
        let mut socket = server.try_plain(&path, &[("Cookie", &cookie(&ann))]).await.unwrap();
        assert_eq!(socket.history(&room).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_said_breaks_the_socket() {
    let server = Server::start().await;
    let ann = server.campus_person("ann").await;
    let room = server.campus_room(&ann, "r").await;
    let mut socket = server.online(&ann).await;
    for text in ["", "{bad", "hello", "[]", "7", "null", "{}", "{\"action_type\":null}", "\0"] {
        socket.send_text(text).await;
        socket.error().await;
    }
    socket.send_binary(b"\xff\0").await;
    socket.error().await;
    for action in ["send_message", "get_message", "mark_room_read", "join_room", "leave_room"] {
        for id in [json!("zz"), json!(7), Value::Null] {
            let frame = json!({"action_type": action, "chatroom_id": id, "content": "x"});
            socket.send(&frame).await;
            assert_eq!(socket.error().await, "invalid room id", "{action} {id}");
        }
        let frame = json!({"action_type": action, "chatroom_id": NOWHERE, "content": "x"});
        socket.send(&frame).await;
        assert_eq!(socket.error().await, "room not exists", "{action}");
    }
    for words in [json!("\0"), json!(" "), json!(7), Value::Null, json!("x".repeat(16_001))] {
        let frame = json!({"action_type": "send_message", "chatroom_id": room, "content": words});
        socket.send(&frame).await;
        socket.error().await;
    }
    for (name, value) in [("limit", json!("many")), ("before_created_at", json!("once"))] {
        socket.send(&json!({"action_type": "get_message", "chatroom_id": room, name: value})).await;
        assert!(socket.error().await.starts_with(name));
    }
    socket.act("dance", &room).await;
    socket.say(&room, "still here").await;
    assert_eq!(socket.message().await["content"], "still here");
    assert_eq!(socket.history(&room).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_long_is_refused_and_one_without_end_is_not_read() {
    let server = Server::start().await;
    let ann = server.campus_person("ann").await;
    let mut socket = server.online(&ann).await;
    for length in [65 * 1024, 1 << 20, 3 << 20] {
        socket.send_text(&"x".repeat(length)).await;
        assert_eq!(socket.error().await, "this frame is too long");
    }
    assert_eq!(socket.expect_end().await, End::Closed(1_009, "message too long".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_read_is_cut_off_while_others_go_on() {
    let server = Server::start().await;
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    let room = server.campus_room(&ann, "busy").await;
    let mut slow = server.online(&bob).await;
    slow.join(&room).await;
    let mut hers = server.online(&ann).await;
    let words = "x".repeat(16_000);
    // Far more than the queue and the buffers of the system hold.
    let many = 3_000;
    let talking = async {
        for _ in 0..many {
            hers.say(&room, &words).await;
            assert_eq!(hers.message().await["content"].as_str().unwrap().len(), words.len());
        }
    };
    tokio::time::timeout(Duration::from_mins(2), talking).await.unwrap();
    assert_eq!(slow.end_within(Duration::from_secs(30)).await, End::Broken);
    assert!(slow.overhear().await.len() < many);
    // They come back and find everything.
    let mut back = server.online(&bob).await;
    assert_eq!(back.history(&room).await.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_socket_is_there() {
    let server = Server::start().await;
    let ann = server.campus_person("ann").await;
    let bob = server.person("bob").await;
    let found = server.get("/v1/users?query=ann", &bob).await;
    let id = found["items"][0]["user_id"].as_i64().unwrap();
    let mut watcher = server.socket(&bob).await;
    watcher.ok("presence:subscribe", json!({"user_ids": [id]})).await;
    let _socket = server.online(&ann).await;
    let changed = watcher.hear("presence:changed").await;
    assert_eq!(changed["presences"][0]["state"], "online", "{changed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_closes_sockets_so_that_they_come_back() {
    let mut server = Server::start().await;
    let ann = server.campus_person("ann").await;
    let room = server.campus_room(&ann, "r").await;
    let mut socket = server.online(&ann).await;
    let stopped = std::time::Instant::now();
    let (end, ()) = tokio::join!(socket.end_within(Duration::from_secs(3)), server.restart());
    assert_eq!(end, End::Closed(1_012, "service restart".to_owned()));
    assert!(stopped.elapsed() < Duration::from_secs(5));
    let mut socket = server.online(&ann).await;
    socket.say(&room, "back").await;
    assert_eq!(socket.message().await["content"], "back");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_go_break_nobodys_broadcast() {
    let server = Server::start().await;
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    let room = server.campus_room(&ann, "r").await;
    let mut hers = server.online(&ann).await;
    let mut polite = server.online(&bob).await;
    polite.join(&room).await;
    let (rude, mut left) = (server.online(&bob).await, server.online(&bob).await);
    hers.say(&room, "all").await;
    drop(rude);
    for number in 0..10 {
        hers.say(&room, &number.to_string()).await;
    }
    polite.close().await;
    hers.say(&room, "last").await;
    for socket in [&mut hers, &mut left] {
        let last = socket.hear_where(|it| it["messages"][0]["content"] == "last");
        assert_eq!(last.await["messages"][0]["author_name"], "ann X");
    }
}
