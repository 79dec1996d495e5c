//! Engine.IO v4: handshake, messages, heartbeat, close and upgrade.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{join, time::sleep};

use super::{Connection, WEBSOCKET, is_unknown};
use crate::support::{people::Person, polling::Polling, server::Server};

const POLLING: &str = "EIO=4&transport=polling";

async fn ann() -> (Server, Person) {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    (server, ann)
}

/// A session with nothing left to be polled: whoever polls it waits.
async fn drained(server: &Server, person: &Person) -> Polling {
    let session = server.polling(person, &[]).await;
    session.say("4299[\"nobody:knows\",{}]").await;
    let mut heard = String::new();
    while !heard.contains("4399[") {
        heard = session.poll().await.text().await.unwrap();
        if heard.split('\x1e').any(|it| it == "2") {
            session.say("3").await;
        }
    }
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_opens_over_polling_and_over_a_websocket() {
    let server = Server::start().await;
    let answer =
        server.http.get(server.url(&format!("/socket.io/?{POLLING}"))).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let polled = answer.text().await.unwrap();
    let mut line = Connection::try_open(&server, WEBSOCKET).await.unwrap();
    let told = line.next().await.unwrap();
    for (packet, upgrades) in [(polled, json!(["websocket"])), (told, json!([]))] {
        let open: Value = serde_json::from_str(packet.strip_prefix('0').unwrap()).unwrap();
        assert!(!open["sid"].as_str().unwrap().is_empty());
        assert_eq!(open["upgrades"], upgrades);
        for (key, value) in
            [("pingInterval", 25_000), ("pingTimeout", 20_000), ("maxPayload", 65_536)]
        {
            assert_eq!(open[key], value, "{key}");
        }
        assert_eq!(open.as_object().unwrap().len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_makes_no_sense_is_refused() {
    let server = Server::start().await;
    let unknown = "AAAAAAAAAAAAAAAA";
    let (stranger, nonsense) =
        (format!("{POLLING}&sid={unknown}"), format!("{POLLING}&sid=no%20sid"));
    for (method, query, code) in [
        (Method::GET, "", "5"),
        (Method::GET, "transport=polling", "5"),
        (Method::GET, "EIO=abc&transport=polling", "5"),
        (Method::GET, "EIO=2&transport=polling", "5"),
        (Method::GET, "EIO=4", "0"),
        (Method::GET, "EIO=4&transport=abc", "0"),
        (Method::POST, POLLING, "2"),
        (Method::PUT, POLLING, "2"),
        (Method::GET, &stranger, "1"),
        (Method::POST, &stranger, "1"),
        (Method::GET, &nonsense, "1"),
    ] {
        let url = server.url(&format!("/socket.io/?{query}"));
        let answer = server.http.request(method.clone(), url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{method} {query}");
        let reason: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(reason["code"], code, "{method} {query}");
    }
    let (stranger, nonsense) =
        (format!("{WEBSOCKET}&sid={unknown}"), format!("{WEBSOCKET}&sid=no%20sid"));
    for query in [
        "transport=websocket",
        "EIO=abc&transport=websocket",
        "EIO=4",
        "EIO=4&transport=abc",
        &stranger,
        &nonsense,
    ] {
        assert_eq!(Connection::try_open(&server, query).await.err(), Some(400), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_go_alone_and_several_together() {
    let (server, ann) = ann().await;
    let session = drained(&server, &ann).await;
    let mut line = Connection::connected(&server, &ann).await;
    let event = |id: u32| format!("42{id}[\"nobody:knows\",{{}}]");
    for ids in [vec![1], vec![2, 3, 4]] {
        let packets: Vec<_> = ids.iter().map(|id| event(*id)).collect();
        let answer = session.post(packets.join("\x1e")).send().await.unwrap();
        assert_eq!(
            (answer.status(), answer.text().await.unwrap().as_str()),
            (StatusCode::OK, "ok")
        );
        let heard = session.poll().await.text().await.unwrap();
        let heard: Vec<_> = heard.split('\x1e').filter(|it| *it != "2").collect();
        assert_eq!(heard.len(), ids.len(), "{heard:?}");
        for (id, packet) in ids.iter().zip(heard) {
            assert!(packet.starts_with(&format!("43{id}[")), "{packet}");
        }
        for packet in &packets {
            line.say(packet).await;
        }
        for id in ids {
            assert!(line.next().await.unwrap().starts_with(&format!("43{id}[")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_of_no_kind_ends_its_session() {
    let (server, ann) = ann().await;
    for packet in ["abc", "42[\"nobody:knows\",{}]\x1eabc"] {
        let session = server.polling(&ann, &[]).await;
        let answer = session.post(packet).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{packet}");
        assert!(is_unknown(&session).await, "{packet}");
    }
    for packet in ["abc", "", "5", "0{}"] {
        let mut line = Connection::connected(&server, &ann).await;
        line.say(packet).await;
        line.ends().await;
    }
}

/// The one that waits is answered with a close packet.
#[tokio::test(flavor = "multi_thread")]
async fn two_polls_at_once_end_their_session() {
    let (server, ann) = ann().await;
    let session = drained(&server, &ann).await;
    for _ in 0..20 {
        let (one, other) = join!(session.poll(), session.poll());
        if one.status() == other.status() {
            // There was something to be polled after all.
            continue;
        }
        let (waiting, second) = if one.status() == 200 { (one, other) } else { (other, one) };
        assert_eq!((waiting.status().as_u16(), second.status().as_u16()), (200, 400));
        assert_eq!(waiting.text().await.unwrap(), "1");
        assert!(is_unknown(&session).await);
        return;
    }
    panic!("never did two polls wait");
}

/// The times are no settings, so this one takes as long as they are.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_pings_stays_and_whoever_does_not_goes() {
    let (server, ann) = ann().await;
    let token = format!("40{}", json!({"token": ann.token}));
    let mut silent = Connection::open(&server).await;
    silent.answers = false;
    silent.say(&token).await;
    let silent_poll = server.try_polling("/socket.io/", &[]).await.unwrap();
    silent_poll.say(&token).await;
    let mut lively = Connection::connected(&server, &ann).await;
    let lively_poll = server.try_polling("/socket.io/", &[]).await.unwrap();
    lively_poll.say(&token).await;
    // The second ping comes later than a first one may stay without its answer.
    let stays = async {
        while lively.pings < 2 {
            lively.next().await.expect("a ping");
        }
        lively.works("").await;
    };
    let stays_polling = async {
        let mut pings = 0;
        while pings < 2 {
            let answer = lively_poll.poll().await;
            assert_eq!(answer.status(), StatusCode::OK);
            if answer.text().await.unwrap().split('\x1e').any(|it| it == "2") {
                pings += 1;
                lively_poll.say("3").await;
            }
        }
    };
    let goes = async {
        silent.ends().await;
        silent.pings
    };
    let goes_polling = async {
        let mut heard: Vec<String> = Vec::new();
        loop {
            let answer = silent_poll.poll().await;
            if answer.status() == StatusCode::BAD_REQUEST {
                return heard;
            }
            let packets = answer.text().await.unwrap();
            heard.extend(packets.split('\x1e').map(str::to_owned));
        }
    };
    let (pings, heard, (), ()) = join!(goes, goes_polling, stays, stays_polling);
    assert!(pings <= 1, "it was asked {pings} times");
    assert!(heard.iter().any(|it| it.starts_with("40{")), "it had been let in: {heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_packet_ends_a_session_and_answers_the_poll_that_waits() {
    let (server, ann) = ann().await;
    let mut line = Connection::connected(&server, &ann).await;
    line.say("1").await;
    line.ends().await;
    for _ in 0..20 {
        let session = drained(&server, &ann).await;
        let poll = tokio::spawn(session.get().send());
        // A head start, so that it mostly waits by then.
        sleep(Duration::from_millis(50)).await;
        session.say("1").await;
        let answer = poll.await.unwrap().unwrap();
        assert!(is_unknown(&session).await);
        if answer.status() == StatusCode::OK {
            assert_eq!(answer.text().await.unwrap(), "6");
            return;
        }
        // It came too late.
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    }
    panic!("never did a poll wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_moves_up_to_a_websocket_and_stays_there() {
    let (server, ann) = ann().await;
    let session = drained(&server, &ann).await;
    let query = format!("{WEBSOCKET}&sid={}", session.sid);
    let waiting = tokio::spawn(session.get().send());
    let mut line = Connection::try_open(&server, &query).await.unwrap();
    line.say("2probe").await;
    assert_eq!(line.next().await.unwrap(), "3probe");
    // Whoever still polls is sent away until then.
    assert_eq!(waiting.await.unwrap().unwrap().text().await.unwrap(), "6");
    assert_eq!(session.poll().await.text().await.unwrap(), "6");
    line.say("5").await;
    line.works("").await;
    for request in [session.get(), session.post("42[\"nobody:knows\",{}]")] {
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
    // The library accepts the second one and ends it at once, as the reference does.
    let mut second = Connection::try_open(&server, &query).await.unwrap();
    second.ends().await;
    line.works("").await;
}

/// The reference lets the session go on polling. The library ends it, so its client opens a new
/// one and asks for what it has missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_that_closes_during_its_upgrade_ends_the_session() {
    let (server, ann) = ann().await;
    for packets in [&[][..], &["2probe"], &["4x"], &["2probe", "4x"]] {
        let session = drained(&server, &ann).await;
        let query = format!("{WEBSOCKET}&sid={}", session.sid);
        let mut line = Connection::try_open(&server, &query).await.unwrap();
        for packet in packets {
            line.say(packet).await;
        }
        line.stream.close(None).await.ok();
        line.ends().await;
        while !is_unknown(&session).await {
            sleep(Duration::from_millis(20)).await;
        }
    }
}
