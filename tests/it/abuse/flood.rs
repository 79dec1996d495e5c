//! Whoever says more than any person could: every event of every surface costs something, and
//! a connection that goes on when it is refused is ended with a reason.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    document::events,
    server::Server,
    socketio::Socket,
    websocket::{End, Plain},
};

const SOON: Duration = Duration::from_mins(1);
const TOO_MUCH: &str = "rate_limited";

async fn limited() -> Server {
    Server::tweaked(|it| {
        it.rate_limits = true;
        it.auth.register_per_hour = 1_000;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_native_event_costs_and_whoever_goes_on_is_ended() {
    let server = limited().await;
    // Whatever is wrong with them, and one that there is not.
    for event in events().iter().map(String::as_str).chain(["no:such"]) {
        let ann = server.person(&event.replace(':', "_")).await;
        let mut socket = server.socket(&ann).await;
        flood(&mut socket, event, &json!({})).await;
        assert_eq!(socket.hear("session:closing").await["reason"], TOO_MUCH, "{event}");
        assert!(socket.ended(SOON).await, "{event}");
        // It may come back, and is heard again when it has calmed down.
        let mut again = server.socket(&ann).await;
        while again.fault("no:such", json!({})).await == TOO_MUCH {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A busy page says it all at once, and reads what was said to it only afterwards.
#[tokio::test]
async fn whoever_does_not_listen_yet_learns_why_they_were_ended() {
    let server = limited().await;
    let ann = server.person("ann").await;
    let mut socket = server.socket(&ann).await;
    for _ in 0..400 {
        socket.prepare("no:such", &json!({})).await;
    }
    socket.emit("no:such", &json!({})).await;
    assert_eq!(socket.hear("session:closing").await["reason"], TOO_MUCH);
    assert!(socket.ended(SOON).await);
    assert!(!socket.connects_again(&ann.token).await, "let in again over the line that ends");
}

/// Whoever comes back after a while has much to confirm.
#[tokio::test(flavor = "multi_thread")]
async fn receipts_have_an_allowance_that_coming_back_fits_in() {
    let server = limited().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.say(&ann, &room, "hello").await;
    let mut socket = server.socket(&bob).await;
    let marks = json!({"chatroom_id": room, "seq": 1});
    for _ in 0..200 {
        socket.emit("message:delivered", &marks).await;
        socket.emit("message:read", &marks).await;
    }
    socket.ok("sync", json!({"rooms": {}, "user_rev": 0})).await;
    assert_eq!(socket.overhear("error").await, [Value::Null; 0]);
    flood(&mut socket, "message:read", &marks).await;
    assert_eq!(socket.hear("session:closing").await["reason"], TOO_MUCH);
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_and_ending_to_type_is_told_a_few_times_and_ends_well() {
    let server = limited().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut anns, mut bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    let here = json!({"chatroom_id": room});
    for _ in 0..25 {
        anns.ok("typing:start", here.clone()).await;
        anns.ok("typing:stop", here.clone()).await;
    }
    let mut told = 1;
    // What is not told of as ended runs out.
    while bobs.hear("typing:changed").await["users"] != json!([])
        || !bobs.overhear("typing:changed").await.is_empty()
    {
        told += 1;
    }
    assert!((2..40).contains(&told), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_of_a_plain_socket_costs_and_whoever_goes_on_is_ended() {
    let server = limited().await;
    let ann = server.person("ann").await;
    let junk = r#"{"type": "dance", "action_type": "dance"}"#;
    for frame in [junk, "no json", "{}", r#"{"type": "ping"}"#] {
        for (path, reason) in [
            ("/message/online", "too many requests"),
            ("/ws", "操作过于频繁"),
            ("/ws/chat/general", "Too many requests"),
        ] {
            let mut socket = server.plain_by_query(path, &ann.token).await;
            let end = flood_until_end(&mut socket, frame).await;
            assert_eq!(end, End::Closed(1_013, reason.to_owned()), "{path}: {frame}");
        }
    }
}

/// Where nobody can be told that they are too fast, they are listened to more slowly first.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_hears_nothing_but_noise_is_closed() {
    let server = limited().await;
    let ann = server.person("ann").await;
    let body = Some(json!({"name": "Server"}));
    let made = server.ok(Method::POST, "/servers/", &ann, body).await;
    let body = Some(json!({"name": "general", "server_id": made["id"]}));
    let channel = server.ok(Method::POST, "/channels/", &ann, body).await;
    let mut socket = server.plain_by_query(&format!("/ws/{}", channel["id"]), &ann.token).await;
    let end = flood_until_end(&mut socket, r#"{"content": " "}"#).await;
    assert_eq!(end, End::Closed(1_013, "too many messages".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_of_the_old_client_are_no_different_with_a_token_or_without() {
    let server = limited().await;
    let events = ["set_user_id", "join_room", "message", "dance"];
    // Before somebody at the same address uses up what strangers have.
    let people = join_all(events.map(|it| server.person(it))).await;
    for (event, ann) in events.into_iter().zip(people) {
        let auth = Some(json!({"token": ann.token}));
        let mut known = server.try_socket("/ws/socket.io/", auth, None).await.unwrap();
        flood(&mut known, event, &json!("x")).await;
        assert!(known.ended(SOON).await, "{event}");
        let errors = known.overhear("error").await;
        assert!(errors.iter().any(|it| it["error"]["code"] == TOO_MUCH), "{event}: {errors:?}");
        let mut unknown = server.try_socket("/ws/socket.io/", None, None).await.unwrap();
        flood(&mut unknown, event, &json!("x")).await;
        assert!(unknown.ended(SOON).await, "{event}");
    }
}

/// Until it is ended, however slowly a machine with other work sends.
async fn flood(socket: &mut Socket, event: &str, payload: &Value) {
    let begun = Instant::now();
    while begun.elapsed() < SOON && socket.try_post(event, payload).await.is_some() {
        // As a client does: what it leaves unread is lost when the line is cut.
        if !socket.listen().await {
            return;
        }
    }
}

async fn flood_until_end(socket: &mut Plain, frame: &str) -> End {
    let begun = Instant::now();
    while begun.elapsed() < SOON && socket.try_send_text(frame).await {}
    socket.end_within(SOON).await
}
