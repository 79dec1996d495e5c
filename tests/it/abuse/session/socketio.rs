//! Socket.IO sessions: opened by the thousand, and used by others than whoever opened them.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

use crate::support::{databases::Kind, polling::Polling, server::Server};

const PATIENCE: Duration = Duration::from_secs(30);
const FIREFOX: (&str, &str) = ("User-Agent", "Firefox");
const HERE: (&str, &str) = ("X-Forwarded-For", "192.0.2.1");
const ELSEWHERE: (&str, &str) = ("X-Forwarded-For", "192.0.2.2");

async fn behind_a_proxy(more: &[(&str, &str)]) -> Server {
    let variables = [&[("TRUSTED_PROXIES", "127.0.0.1")], more].concat();
    Server::with(Kind::Sqlite, &variables).await
}

/// Whether the session is over for its own client, too.
async fn is_over(session: &Polling) -> bool {
    session.post("3").send().await.unwrap().status() == StatusCode::BAD_REQUEST
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_opens_sessions_only_so_fast() {
    let server = behind_a_proxy(&[("RATE_LIMITS", "on")]).await;
    let mut opened = 0;
    for _ in 0..2_000 {
        match server.try_polling("/socket.io/", &[HERE]).await {
            Ok(_) => opened += 1,
            Err(status) => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert!(opened < 1_000, "{opened} sessions");
    assert!(server.try_polling("/socket.io/", &[ELSEWHERE]).await.is_ok());
    assert!(server.try_polling("/ws/socket.io/", &[HERE, FIREFOX]).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_sessions_wait_for_somebody_to_be_let_in() {
    let server = Server::tweaked(|it| it.server.max_waiting = 3).await;
    let ann = server.person("ann").await;
    // Whoever has been let in waits no more.
    let mut known = Vec::new();
    for _ in 0..5 {
        known.push(server.polling(&ann, &[]).await);
        known.push(server.polling(&ann, &[]).await);
    }
    for _ in 0..3 {
        server.try_polling("/socket.io/", &[]).await.unwrap();
    }
    for path in ["/socket.io/", "/ws/socket.io/"] {
        let refused = server.try_polling(path, &[]).await.err();
        assert_eq!(refused, Some(StatusCode::SERVICE_UNAVAILABLE), "{path}");
    }
    // Nobody comes, so they are given up, and others get their places.
    let again = async {
        while server.try_polling("/socket.io/", &[]).await.is_err() {
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(PATIENCE, again).await.expect("a place");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_session_is_no_credential() {
    let server = behind_a_proxy(&[]).await;
    let ann = server.person("ann").await;
    let eve = server.person("eve").await;
    let mine = format!("Bearer {}", ann.token);
    let cookie = format!("access_token={}", ann.token);
    let hers = format!("access_token={}", eve.token);
    let page = ("Origin", "http://localhost:5173");
    for (own, others) in [
        (vec![HERE, FIREFOX], vec![ELSEWHERE, FIREFOX]),
        (vec![HERE, FIREFOX], vec![HERE, ("User-Agent", "curl")]),
        (vec![HERE, FIREFOX], vec![HERE]),
        (vec![HERE, ("Authorization", mine.as_str())], vec![HERE]),
        (vec![HERE, ("Cookie", cookie.as_str()), page], vec![HERE, page]),
        (vec![HERE, ("Cookie", &cookie), page], vec![HERE, ("Cookie", &hers), page]),
    ] {
        for attempt in ["read", "write", "upgrade"] {
            let session = server.polling(&ann, &own).await;
            let stolen = session.stolen(&others);
            let status = match attempt {
                "read" => stolen.poll().await.status().as_u16(),
                "write" => {
                    stolen.post("42[\"typing:start\",{}]").send().await.unwrap().status().as_u16()
                }
                _ if others.len() == 1 && own[1] == FIREFOX => continue,
                _ if own[1].0 == "Authorization" => continue,
                _ => upgrade(&server, &session, &others).await.unwrap_err(),
            };
            assert_eq!(status, 400, "{attempt} by {others:?}");
            assert!(is_over(&session).await, "{attempt} by {others:?}");
        }
    }
}

/// The status of a refusal.
async fn upgrade(
    server: &Server,
    session: &Polling,
    headers: &[(&'static str, &str)],
) -> Result<(), u16> {
    let query = format!("EIO=4&transport=websocket&sid={}", session.sid);
    let url = format!("ws://{}/socket.io/?{query}", server.address);
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok(_) => Ok(()),
        Err(tokio_tungstenite::tungstenite::Error::Http(refusal)) => Err(refusal.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opened_a_session_goes_on_with_it() {
    let server = behind_a_proxy(&[]).await;
    let ann = server.person("ann").await;
    let bearer = format!("Bearer {}", ann.token);
    // From another address, and by another token of the same session.
    let renewed = server.renewed(&ann).await;
    let again = format!("Bearer {}", renewed.token);
    let session = server.polling(&ann, &[HERE, ("Authorization", &bearer)]).await;
    session.stolen(&[ELSEWHERE, ("Authorization", &again)]).say("42[\"typing:start\",{}]").await;
    // Node's client names itself when it polls, not when it upgrades; a browser's has no headers.
    let session = server.polling(&ann, &[HERE, FIREFOX]).await;
    upgrade(&server, &session, &[HERE]).await.unwrap();
    let session = server.polling(&ann, &[HERE, FIREFOX, ("Authorization", &bearer)]).await;
    upgrade(&server, &session, &[HERE, FIREFOX]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_whose_address_changes_can_be_let_go_on() {
    let mut server = Server::prepared(Kind::Sqlite, &[("TRUSTED_PROXIES", "127.0.0.1")], |it| {
        it.server.polling_keeps_address = false;
    })
    .await;
    server.begin(parlor::chat::engine::clock::Clock::system()).await;
    let ann = server.person("ann").await;
    let session = server.polling(&ann, &[HERE, FIREFOX]).await;
    session.stolen(&[ELSEWHERE, FIREFOX]).say("42[\"typing:start\",{}]").await;
    assert_eq!(session.stolen(&[ELSEWHERE]).poll().await.status(), StatusCode::BAD_REQUEST);
    assert!(is_over(&session).await);
}

/// A client would not notice otherwise that it has missed something.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_is_broken_off_ends_its_session() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let mut speaker = server.socket(&bob).await;
    for round in 0..10 {
        let session = server.polling(&ann, &[]).await;
        // Once it waits, and is not answered with what there was before.
        let waits = Duration::from_millis(150 + 10 * round);
        while let Ok(answer) = timeout(waits, session.get().send()).await {
            answer.unwrap();
        }
        let words = json!({"chatroom_id": room, "content": format!("{round}")});
        speaker.ok("message:send", words).await;
        let ended = async {
            while !is_over(&session).await {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, ended).await.expect("the session to end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_packets_is_taken_and_one_that_is_too_long_is_not() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let session = server.polling(&ann, &[]).await;
    let content = "x".repeat(3_000);
    let event = |n: usize| {
        let words = json!({"chatroom_id": room, "content": format!("{n} {content}")});
        format!("42{}", json!(["message:send", words]))
    };
    let burst: Vec<String> = (0..100).map(event).collect();
    session.say(&burst.join("\x1e")).await;
    session.hear_where(|it| it[1]["message"]["seq"] == 100).await;
    let page = server.get(&format!("/v1/rooms/{room}/messages?limit=100"), &ann).await;
    let said =
        page["messages"].as_array().unwrap().iter().map(|it| it["content"].as_str().unwrap());
    let said: Vec<usize> = said.map(|it| it.split(' ').next().unwrap().parse().unwrap()).collect();
    let mut sorted = said.clone();
    sorted.sort_unstable();
    assert_eq!((said.len(), &said), (100, &sorted), "all of them, in their order");

    for body in ["4".repeat(65_537), "4x\x1e".repeat(400_000)] {
        let session = server.polling(&ann, &[]).await;
        let answer = session.post(body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(is_over(&session).await);
    }
}
