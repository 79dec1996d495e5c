//! The socket: who is let in, what it bears, who is there.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{is_message, said, settled};
use crate::{
    on_every_database,
    support::{server::Server, websocket::End},
};

on_every_database!(
    a_failed_frame_is_answered_and_the_socket_lives_on,
    typing_is_told_to_those_who_may_hear_the_chat
);

fn names(frame: &Value) -> Vec<&str> {
    let people = frame["data"].as_array().into_iter().flatten();
    people.map(|it| it["username"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_known_is_told_why_after_being_let_in() {
    let server = Server::start().await;
    for (path, reason) in [
        ("/ws", "缺少认证token"),
        ("/ws/", "缺少认证token"),
        ("/ws?token=", "缺少认证token"),
        ("/ws?token=null", "缺少认证token"),
        ("/ws?token=junk", "认证失败"),
    ] {
        let mut socket = server.try_plain(path, &[]).await.unwrap();
        assert_eq!(socket.expect_end().await, End::Closed(4_001, reason.to_owned()), "{path}");
    }
    let ann = server.chatsphere_person("ann").await;
    let token = &ann.native.token;
    for mut elsewhere in
        [server.plain_by_cookie("/ws", token).await, server.plain_by_bearer("/ws", token).await]
    {
        let end = End::Closed(4_001, "缺少认证token".to_owned());
        assert_eq!(elsewhere.expect_end().await, end, "only the address counts");
    }
    let page = [("Origin", "http://localhost:5173")];
    let path = format!("/ws/?token={}", ann.native.token);
    let mut socket = server.try_plain(&path, &page).await.unwrap();
    assert_eq!(socket.hear().await["type"], "connection_established");
    let path = format!("/ws?token={}", ann.refresh);
    let mut socket = server.try_plain(&path, &page).await.unwrap();
    assert_eq!(socket.expect_end().await, End::Closed(4_001, "认证失败".to_owned()));
}

async fn a_failed_frame_is_answered_and_the_socket_lives_on(server: Server) {
    let ann = server.chatsphere_person("ann").await;
    let mut socket = server.open(&ann).await;
    let not_sent = "消息发送失败，请重试";
    for (text, message) in [
        ("{", "无效的JSON格式"),
        ("hello", "无效的JSON格式"),
        ("[1]", "无效的JSON格式"),
        (r#"{"type": "zzz"}"#, "未知的消息类型: zzz"),
        ("{}", "未知的消息类型: None"),
        (r#"{"type": "send_message"}"#, not_sent),
        (r#"{"type": "send_message", "data": {"content": "x"}}"#, not_sent),
        (
            r#"{"type": "send_message", "data": {"content": "x", "chat_type": "room", "chat_id": "nowhere"}}"#,
            not_sent,
        ),
        (
            r#"{"type": "send_message", "data": {"content": "a\u0000b", "chat_type": "room", "chat_id": "general"}}"#,
            not_sent,
        ),
        (r#"{"type": "typing"}"#, "消息格式错误"),
        (r#"{"type": "join_room", "data": {"room_id": "nowhere"}}"#, "加入房间失败"),
    ] {
        socket.send_text(text).await;
        let error = socket.hear_where(|it| it["type"] == "error").await;
        assert_eq!(error["data"]["message"], message, "{text}");
    }
    socket.send_binary(b"{}").await;
    let error = socket.hear_where(|it| it["type"] == "error").await;
    assert_eq!(error["data"]["message"], "无效的JSON格式");
    socket.send(&said("room", "general", " \n ")).await;
    settled(&mut socket).await;
    socket.expect_silence().await;
    socket.send(&said("room", "general", "well")).await;
    socket.hear_where(is_message("well")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_long_is_refused_and_one_without_end_ends_its_socket_alone() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.open(&ann).await, server.open(&bob).await);
    at_anns.send(&said("room", "general", &"x".repeat(1 << 20))).await;
    at_anns.hear_where(|it| it["type"] == "error").await;
    settled(&mut at_anns).await;
    at_anns.send(&said("room", "general", &"x".repeat(3 << 20))).await;
    at_anns.hear_where(|it| it["type"] == "error").await;
    assert!(matches!(at_anns.end_within(Duration::from_secs(3)).await, End::Closed(1_009, _)));
    settled(&mut at_bobs).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_takes_nothing_from_the_first() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut at_bobs = server.open(&bob).await;
    let (first, mut second) = (server.open(&ann).await, server.open(&ann).await);
    first.close().await;
    settled(&mut second).await;
    assert_eq!(server.see("/api/v1/users/online", &bob).await["count"], 2, "once each");
    at_bobs.send(&said("private", &ann.id, "still there?")).await;
    second.hear_where(is_message("still there?")).await;
    at_bobs.overhear().await;
    second.close().await;
    let heard = at_bobs.hear_where(|it| it["type"] == "online_users").await;
    assert_eq!(names(&heard), ["bob"], "the last tab takes its person along");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_hears_who_comes_and_goes_on_whatever_surface() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut at_anns = server.open(&ann).await;
    let both = |it: &Value| it["type"] == "online_users" && names(it) == ["ann", "bob"];
    let native = server.socket(&bob.native).await;
    at_anns.hear_where(both).await;
    drop(native);
    let at_bobs = server.open(&bob).await;
    at_anns.hear_where(both).await;
    drop(at_bobs);
    at_anns.hear_where(|it| it["type"] == "online_users" && names(it) == ["ann"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_opened_and_left_and_nobody_stays_behind() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.open(&ann).await, server.open(&bob).await);
    let in_tech = async || {
        let count = server.see("/api/v1/rooms/tech/online-count", &bob).await;
        let people = count["online_users"].as_array().unwrap().clone();
        assert_eq!(
            (&count["room_id"], &count["online_count"]),
            (&json!("tech"), &json!(people.len()))
        );
        people
    };
    for (ask, told, people) in
        [("join_room", "user_joined", vec![json!(ann.id)]), ("leave_room", "user_left", vec![])]
    {
        at_anns.send(&json!({"type": ask, "data": {"room_id": "tech"}})).await;
        let heard = at_bobs.hear_where(|it| it["type"] == told).await;
        let expected = json!({"user_id": ann.id, "username": "ann", "display_name": "D ann",
            "room_id": "tech"});
        assert_eq!(heard["data"], expected);
        assert_eq!(in_tech().await, people);
    }
    settled(&mut at_anns).await;
    let heard = at_anns.overhear().await;
    assert!(heard.iter().all(|it| it["type"] == "online_users"), "nothing of oneself: {heard:?}");
    let mut tab = server.open(&ann).await;
    for socket in [&mut at_anns, &mut tab] {
        socket.send(&json!({"type": "join_room", "data": {"room_id": "tech"}})).await;
        settled(socket).await;
    }
    assert_eq!(in_tech().await, [json!(ann.id)], "once");
    assert_eq!(server.see("/api/v1/rooms", &bob).await["rooms"][1]["online_count"], 1);
    at_anns.close().await;
    assert_eq!(in_tech().await.len(), 1);
    tab.close().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(in_tech().await.is_empty());
    assert_eq!(server.see("/api/v1/rooms/nowhere/online-count", &bob).await["online_count"], 0);
}

async fn typing_is_told_to_those_who_may_hear_the_chat(server: Server) {
    let (ann, bob, eve) = (
        server.chatsphere_person("ann").await,
        server.chatsphere_person("bob").await,
        server.chatsphere_person("eve").await,
    );
    let [mut at_anns, mut at_bobs, mut at_eves] =
        [server.open(&ann).await, server.open(&bob).await, server.open(&eve).await];
    let types = |chat_type: &str, chat_id: &str, is_typing: bool| {
        json!({"type": "typing", "data": {"chat_type": chat_type, "chat_id": chat_id,
            "is_typing": is_typing}})
    };
    for is_typing in [true, false] {
        at_anns.send(&types("room", "tech", is_typing)).await;
        for socket in [&mut at_bobs, &mut at_eves] {
            let heard = socket.hear_where(|it| it["type"] == "typing").await;
            let expected = json!({"user_id": ann.id, "username": "ann", "display_name": "D ann",
                "is_typing": is_typing, "chat_type": "room", "chat_id": "tech"});
            assert_eq!(heard["data"], expected);
        }
    }
    at_anns.send(&said("private", &bob.id, "psst")).await;
    at_bobs.hear_where(is_message("psst")).await;
    at_anns.send(&types("private", &bob.id, true)).await;
    let heard = at_bobs.hear_where(|it| it["type"] == "typing").await;
    assert_eq!(
        (&heard["data"]["chat_id"], &heard["data"]["is_typing"]),
        (&json!(ann.id), &json!(true))
    );
    // A message ends it, and so does somebody on the native surface.
    at_anns.send(&said("private", &bob.id, "well")).await;
    at_bobs.hear_where(|it| it["type"] == "typing" && it["data"]["is_typing"] == false).await;
    let room = server.direct_room(&ann.native, &bob.native).await;
    let mut native = server.socket(&ann.native).await;
    native.ok("typing:start", json!({"chatroom_id": room})).await;
    at_bobs.hear_where(|it| it["type"] == "typing" && it["data"]["is_typing"] == true).await;
    at_eves.send(&types("private", &bob.id, true)).await;
    settled(&mut at_eves).await;
    for socket in [&mut at_anns, &mut at_eves] {
        let heard = socket.overhear().await;
        assert!(heard.iter().all(|it| it["type"] != "typing"), "{heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_of_old_says_is_heard_and_not_kept() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.open(&ann).await, server.open(&bob).await);
    at_anns.send(&json!({"type": "chat", "content": "hi", "room_id": "general"})).await;
    let heard = at_bobs.hear_where(|it| it["type"] == "chat_message").await;
    assert_eq!(
        (&heard["from_user_id"], &heard["from_display_name"]),
        (&json!(ann.id), &json!("D ann"))
    );
    assert_eq!((&heard["room_id"], &heard["content"]), (&json!("general"), &json!("hi")));
    let group = server.group(&bob.native, &[&server.person("carl").await]).await;
    at_anns.send(&json!({"type": "chat", "content": "hi", "room_id": group})).await;
    at_anns.hear_where(|it| it["type"] == "error").await;
    let page = server.see("/api/v1/messages/room/general", &ann).await;
    assert_eq!(page["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_socket_keeps_nothing_from_the_others() {
    let server = Server::start().await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut at_bobs = server.open(&bob).await;
    let (broken, _never_reads) = (server.open(&ann).await, server.open(&ann).await);
    drop(broken);
    let mut native = server.socket(&ann.native).await;
    let mut at_anns = server.open(&ann).await;
    for number in 0..50 {
        at_anns.send(&said("private", &bob.id, &number.to_string())).await;
    }
    for number in 0..50 {
        let heard = at_bobs.hear_where(|it| it["type"] == "message").await;
        assert_eq!(heard["data"]["content"], number.to_string());
        let heard = native.hear("message:created").await;
        assert_eq!(heard["message"]["content"], number.to_string());
    }
    server.ok(Method::POST, "/api/v1/auth/logout", &ann.native, None).await;
    settled(&mut at_bobs).await;
}
