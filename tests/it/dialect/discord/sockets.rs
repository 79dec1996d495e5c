//! One socket per channel.

use std::time::{Duration, Instant};

use entity::id::RoomId;
use parlor::chat::room::number;
use reqwest::Method;
use serde_json::{Value, json};

use super::DiscordPerson;
use crate::{
    on_every_database,
    support::{
        databases::Kind,
        server::Server,
        websocket::{End, Plain},
    },
};

on_every_database!(
    everybody_in_a_channel_hears_everything_once_and_in_order,
    a_native_member_hears_and_is_heard,
    whoever_leaves_is_told_to_go_and_hears_no_more,
    who_may_not_come_in_is_refused_at_the_door,
);

const LEFT: (u16, &str) = (1_000, "no longer in this channel");

async fn everybody_in_a_channel_hears_everything_once_and_in_order(server: Server) {
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let (id, channel) = server.channel(&ann, &[&bob]).await;
    let body = json!({"name": "other", "server_id": id});
    let (_, other) = server.bearer(Method::POST, "/channels/", &ann, Some(body)).await;
    let mut aside = server.in_channel(other["id"].as_i64().unwrap(), &bob).await;
    let mut tabs = [
        server.in_channel(channel, &ann).await,
        server.in_channel(channel, &ann).await,
        server.plain_by_bearer(&format!("/ws/{channel}"), &bob.token).await,
    ];
    for n in 0..10 {
        tabs[n % 3].send(&json!({"content": format!("m{n}")})).await;
        for tab in &mut tabs {
            let said = tab.hear().await;
            assert_eq!(said["content"], format!("m{n}"));
            assert_eq!(said["author_username"], if n % 3 == 2 { "bob" } else { "ann" });
        }
    }
    for n in 0..50 {
        tabs[0].send(&json!({"content": format!("quick {n}")})).await;
    }
    for tab in &mut tabs {
        for n in 0..50 {
            assert_eq!(tab.hear().await["content"], format!("quick {n}"));
        }
        tab.expect_silence().await;
    }
    aside.expect_silence().await;
}

async fn a_native_member_hears_and_is_heard(server: Server) {
    let ann = server.discord_person("ann").await;
    let (id, channel) = server.channel(&ann, &[]).await;
    let bob = server.person("bob").await;
    let mut native = server.socket(&bob).await;
    let at = DiscordPerson { id: bob.id, name: bob.name.clone(), token: bob.token.clone() };
    let path = format!("/servers/{id}/join");
    assert_eq!(server.bearer(Method::POST, &path, &at, None).await.0, 200, "one token for all");
    native.hear("room:member_joined").await;
    let mut plain = server.in_channel(channel, &ann).await;

    plain.send(&json!({"content": "from here"})).await;
    plain.hear().await;
    assert_eq!(native.hear("message:created").await["message"]["content"], "from here");
    let room = room_of(&server, channel).await;
    let words = json!({"chatroom_id": room.0, "client_msg_id": uuid::Uuid::new_v4(),
        "content": "from there"});
    let sent = native.ok("message:send", words).await;
    let heard = plain.hear().await;
    assert_eq!((&heard["content"], &heard["author_id"]), (&json!("from there"), &json!(bob.id)));
    assert_eq!(heard["id"], sent["message"]["message_id"]);
    assert_eq!(heard["channel_id"], channel);

    // What else happens in the room is not for this client, who prints every frame.
    let typing = json!({"chatroom_id": room.0});
    native.ask("typing:start", typing).await;
    let path = format!("/v1/rooms/{}/read", room.0);
    server.ok(Method::PUT, &path, &bob, Some(json!({}))).await;
    server.ok(Method::PATCH, "/v1/me", &bob, Some(json!({"nickname": "Bobby"}))).await;
    plain.expect_silence().await;
    let picture = json!({"chatroom_id": room.0, "message_type": "image",
        "read_status": "unread", "media_url": "http://x/pic.png"});
    let path = format!("/chatrooms/{}/message", room.0);
    server.ok(Method::POST, &path, &bob, Some(picture)).await;
    assert_eq!(plain.hear().await["content"], "http://x/pic.png");
}

async fn room_of(server: &Server, channel: i64) -> RoomId {
    number::channel_of(&server.chat(), channel).await.unwrap()
}

async fn whoever_leaves_is_told_to_go_and_hears_no_more(server: Server) {
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let (id, channel) = server.channel(&ann, &[&bob]).await;
    let (other_server, elsewhere) = server.channel(&ann, &[&bob]).await;
    let mut anns = server.in_channel(channel, &ann).await;
    let mut bobs = server.in_channel(channel, &bob).await;
    let mut still = server.in_channel(elsewhere, &bob).await;
    let go = async |method, path: String, who| {
        assert_eq!(server.bearer(method, &path, who, None).await.0, 204, "{path}");
    };

    go(Method::POST, format!("/servers/{id}/leave"), &bob).await;
    anns.send(&json!({"content": "gossip"})).await;
    assert_eq!(anns.hear().await["content"], "gossip");
    expect_end(&mut bobs, LEFT).await;
    let refused = server.try_plain(&address(channel, &bob), &[]).await.err().unwrap();
    assert_eq!(refused, (403, String::new()));

    go(Method::DELETE, format!("/channels/{channel}"), &ann).await;
    expect_end(&mut anns, LEFT).await;
    still.send(&json!({"content": "here"})).await;
    assert_eq!(still.hear().await["content"], "here", "another channel is another matter");

    go(Method::DELETE, format!("/servers/{other_server}"), &ann).await;
    expect_end(&mut still, LEFT).await;

    let (_, channel) = server.channel(&ann, &[&bob]).await;
    let mut anns = server.in_channel(channel, &ann).await;
    let mut bobs = server.in_channel(channel, &bob).await;
    let (status, _) = server.bearer(Method::POST, "/auth/logout", &bob, None).await;
    assert_eq!(status, 200);
    expect_end(&mut bobs, (1_008, "signed out")).await;
    anns.send(&json!({"content": "alone"})).await;
    assert_eq!(anns.hear().await["content"], "alone");
}

async fn expect_end(socket: &mut Plain, (code, reason): (u16, &str)) {
    assert_eq!(socket.expect_end().await, End::Closed(code, reason.to_owned()));
    assert_eq!(socket.overhear().await, [Value::Null; 0]);
}

async fn who_may_not_come_in_is_refused_at_the_door(server: Server) {
    let (ann, eve) = (server.discord_person("ann").await, server.discord_person("eve").await);
    let (_, channel) = server.channel(&ann, &[]).await;
    let token = &ann.token;
    for path in [
        format!("/ws/{channel}"),
        format!("/ws/{channel}?token="),
        format!("/ws/{channel}?token=junk"),
        address(channel, &eve),
        format!("/ws/999?token={token}"),
        format!("/ws/-1?token={token}"),
        // The number of a public room that is there from the start, and of no channel.
        format!("/ws/2?token={token}"),
        format!("/ws/abc?token={token}"),
        format!("/ws/99999999999999999999?token={token}"),
        format!("/ws/1e3?token={token}"),
    ] {
        let refused = server.try_plain(&path, &[]).await.err();
        assert_eq!(refused, Some((403, String::new())), "{path}");
    }
    let cookie = format!("access_token={token}");
    let refused = server.try_plain(&format!("/ws/{channel}"), &[("Cookie", &cookie)]).await;
    assert!(refused.is_err(), "a cookie is no credential here");
    server.plain_by_cookie(&address(channel, &ann), "junk").await.close().await;
    let (status, body) = server.call(Method::GET, &format!("/ws/{channel}"), None, None).await;
    assert_eq!((status.as_u16(), body), (404, json!({"detail": "Not Found"})));
}

fn address(channel: i64, who: &DiscordPerson) -> String {
    format!("/ws/{channel}?token={}", who.token)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_is_passed_over_and_the_socket_lives_on() {
    let server = Server::start().await;
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let (_, channel) = server.channel(&ann, &[&bob]).await;
    let mut anns = server.in_channel(channel, &ann).await;
    let mut bobs = server.in_channel(channel, &bob).await;
    let long = json!({"content": "x".repeat(20_000)}).to_string();
    for silence in [
        r#"{"content": ""}"#,
        r#"{"content": "  \n"}"#,
        r#"{"content": null}"#,
        r#"{"content": 5}"#,
        r#"{"content": ["x"]}"#,
        r#"{"content": "a\u0000b"}"#,
        r#"{"type": "ping"}"#,
        "{}",
        "[1, 2]",
        "5",
        "null",
        "\"quoted\"",
        "",
        "   ",
        &long,
    ] {
        anns.send_text(silence).await;
    }
    for noise in [&b"\xff\xfe\x00"[..], b"", b"[]", b"bytes", br#"{"content": " "}"#] {
        anns.send_binary(noise).await;
    }
    anns.expect_silence().await;

    anns.send_text("just words").await;
    anns.send_text("{not json").await;
    anns.send_binary(r#"{"content": "안녕 👋"}"#.as_bytes()).await;
    anns.send(&json!({"content": " kept as it is \n", "author_id": bob.id})).await;
    for wanted in ["just words", "{not json", "안녕 👋", " kept as it is \n"] {
        for socket in [&mut anns, &mut bobs] {
            let said = socket.hear().await;
            assert_eq!((&said["content"], &said["author_id"]), (&json!(wanted), &json!(ann.id)));
        }
    }
    let path = format!("/channels/{channel}/messages");
    let (_, page) = server.bearer(Method::GET, &path, &ann, None).await;
    assert_eq!(page.as_array().unwrap().len(), 4, "nothing else is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_broken_socket_does_not_stop_the_others() {
    let server = Server::start().await;
    let (ann, bob) = (server.discord_person("ann").await, server.discord_person("bob").await);
    let (_, channel) = server.channel(&ann, &[&bob]).await;
    let mut anns = server.in_channel(channel, &ann).await;
    let mut second = server.in_channel(channel, &bob).await;
    // Gone without a word; there, but never reading; and far too loud.
    drop(server.in_channel(channel, &bob).await);
    let mut deaf = server.in_channel(channel, &bob).await;
    let mut loud = server.in_channel(channel, &bob).await;
    loud.send_text(&"x".repeat(1_000_000)).await;
    loud.expect_silence().await;
    loud.send_text(&"x".repeat(3_000_000)).await;
    assert_eq!(loud.expect_end().await, End::Closed(1_009, "message too long".to_owned()));
    let words = "x".repeat(10_000);
    for n in 0..100 {
        anns.send(&json!({"content": format!("{n} {words}")})).await;
        for socket in [&mut anns, &mut second] {
            let said = socket.hear().await;
            assert!(said["content"].as_str().unwrap().starts_with(&format!("{n} ")));
        }
    }
    deaf.send(&json!({"content": "not dumb"})).await;
    assert_eq!(anns.hear().await["content"], "not dumb");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_too_fast_is_listened_to_more_slowly_and_loses_nothing() {
    let server = Server::with(Kind::Sqlite, &[("RATE_LIMITS", "on")]).await;
    let ann = server.discord_person("ann").await;
    let (_, channel) = server.channel(&ann, &[]).await;
    let mut socket = server.in_channel(channel, &ann).await;
    let before = Instant::now();
    for n in 0..30 {
        socket.send(&json!({"content": format!("m{n}")})).await;
    }
    for n in 0..30 {
        assert_eq!(socket.hear().await["content"], format!("m{n}"));
    }
    assert!(before.elapsed() > Duration::from_millis(1_500), "the limit holds");
}
