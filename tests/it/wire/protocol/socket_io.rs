//! Socket.IO v5: namespaces, events and their acknowledgements, attachments.

use serde_json::{Value, json};

use super::Connection;
use crate::support::{people::Person, server::Server};

async fn ann() -> (Server, Person) {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    (server, ann)
}

/// What follows the kind, the namespace and the id.
fn body(packet: &str, start: &str) -> Value {
    serde_json::from_str(packet.strip_prefix(start).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_is_connected_to_and_each_answers_for_itself() {
    let (server, ann) = ann().await;
    let mut line = Connection::open(&server).await;
    for namespace in ["", "/chat,", "/presence,"] {
        let answer = line.connect(&ann, namespace).await;
        let answer = body(&answer, &format!("40{namespace}"));
        assert!(!answer["sid"].as_str().unwrap().is_empty());
        assert_eq!(answer.as_object().unwrap().len(), 1);
    }
    for namespace in ["", "/chat,", "/presence,"] {
        line.works(namespace).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connect_says_why_and_the_connection_stays() {
    let (server, ann) = ann().await;
    let mut line = Connection::open(&server).await;
    for (said, answer) in [
        ("40", r#"44{"message":"unauthorized"}"#),
        (r#"40{"token":"junk"}"#, r#"44{"message":"unauthorized"}"#),
        (r#"40/chat,{"token":"junk"}"#, r#"44/chat,{"message":"unauthorized"}"#),
        ("40/nowhere", r#"44/nowhere,{"message":"Invalid namespace"}"#),
        ("40/nowhere,", r#"44/nowhere,{"message":"Invalid namespace"}"#),
        (r#"40/nowhere,{"token":"junk"}"#, r#"44/nowhere,{"message":"Invalid namespace"}"#),
    ] {
        line.say(said).await;
        assert_eq!(line.hear("44").await, answer, "{said}");
    }
    line.connect(&ann, "").await;
}

/// Ours is 10 s, where the reference has 45: nobody needs longer for one packet.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_connects_to_nothing_is_ended_and_others_are_not() {
    let (server, ann) = ann().await;
    let mut connected = Connection::connected(&server, &ann).await;
    let (mut mute, mut refused) =
        (Connection::open(&server).await, Connection::open(&server).await);
    refused.say("40/nowhere,").await;
    mute.ends().await;
    refused.ends().await;
    connected.works("").await;
}

/// The reference ends the connection; the library does as if it had not heard.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_connect_to_a_namespace_changes_nothing() {
    let (server, ann) = ann().await;
    let mut line = Connection::connected(&server, &ann).await;
    for token in [ann.token.as_str(), "junk"] {
        line.say(&format!("40{}", json!({"token": token}))).await;
        line.say("425[\"nobody:knows\",{}]").await;
        loop {
            let packet = line.next().await.unwrap();
            assert!(!packet.starts_with("40") && !packet.starts_with("44"), "{packet}");
            if packet.starts_with("435[") {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_ends_one_namespace_and_the_others_stay() {
    let (server, ann) = ann().await;
    let mut line = Connection::connected(&server, &ann).await;
    line.connect(&ann, "/chat,").await;
    line.say("41").await;
    line.works("/chat,").await;
    // Another may come to where one has gone.
    line.connect(&ann, "").await;
    line.say("41/chat,").await;
    line.works("").await;
    line.connect(&ann, "/chat,").await;
    line.works("/chat,").await;
    // With nobody left, the connection still stays.
    line.say("41").await;
    line.say("41/chat,").await;
    line.connect(&ann, "/presence,").await;
    line.works("/presence,").await;
    // Whoever has gone has no more to say.
    line.say("42[\"nobody:knows\",{}]").await;
    line.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_before_connecting_is_ended() {
    let (server, ann) = ann().await;
    for packet in [
        "42[\"nobody:knows\",{}]",
        "421[\"nobody:knows\",{}]",
        "42/chat,[\"nobody:knows\",{}]",
        "431[]",
        "41",
        "44{\"message\":\"x\"}",
        "4abc",
        "4",
        "49",
    ] {
        // This one was here before, and is not ended for having waited.
        let mut earlier = Connection::open(&server).await;
        let mut line = Connection::open(&server).await;
        line.say(packet).await;
        line.ends().await;
        earlier.connect(&ann, "").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_that_cannot_be_read_ends_the_connection() {
    let (server, ann) = ann().await;
    for packet in [
        "4abc",
        "4",
        "49",
        "44{\"message\":\"x\"}",
        "42",
        "42{}",
        "42[]",
        "42[7]",
        "42abc[\"nobody:knows\",{}]",
        "43[1]",
        "45[\"nobody:knows\",{}]",
        "45-[\"nobody:knows\",{}]",
        "45x-[\"nobody:knows\",{}]",
        "46[1]",
    ] {
        let mut line = Connection::connected(&server, &ann).await;
        line.say(packet).await;
        line.ends().await;
    }
    Connection::connected(&server, &ann).await.works("").await;
}

/// The reference ends the connection; the library does as if it had not heard.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_namespace_that_there_is_not_is_not_heard() {
    let (server, ann) = ann().await;
    let mut line = Connection::connected(&server, &ann).await;
    line.say("42/nowhere,1[\"nobody:knows\",{}]").await;
    line.works("").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_acknowledged_by_its_own_id_if_it_has_one() {
    let (server, ann) = ann().await;
    let mut line = Connection::connected(&server, &ann).await;
    let event = json!(["presence:set", {"state": "online"}]);
    line.say(&format!("42{event}")).await;
    for id in ["456", "0", "7", "7"] {
        line.say(&format!("42{id}{event}")).await;
        // There is none for the one that has no id.
        let answer = line.hear("43").await;
        assert_eq!(body(&answer, &format!("43{id}"))[0]["ok"], true, "{answer}");
    }
    // Without an id a failure is an event.
    line.say("42[\"nobody:knows\",{}]").await;
    let told = body(&line.hear("42[\"error\"").await, "42");
    assert_eq!(told[1]["event"], "nobody:knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_refused_in_words_over_both_transports() {
    let (server, ann) = ann().await;
    let event = r#"["message:send",{"content":{"_placeholder":true,"num":0}}]"#;
    let mut line = Connection::connected(&server, &ann).await;
    line.say(&format!("451-8{event}")).await;
    line.say_bytes(&[1, 2, 3, 4]).await;
    let answer = body(&line.hear("43").await, "438");
    assert_eq!((&answer[0]["ok"], answer[0]["error"]["status"].is_u64()), (&json!(false), true));
    line.works("").await;
    // Without an id a failure is an event.
    line.say(&format!("451-{event}")).await;
    line.say_bytes(&[1, 2, 3, 4]).await;
    let told = body(&line.hear("42[\"error\"").await, "42");
    assert_eq!(told[1]["event"], "message:send");

    let session = server.polling(&ann, &[]).await;
    session.say(&format!("451-{event}\x1ebAQIDBA==")).await;
    assert_eq!(session.hear("error").await["event"], "message:send");
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_that_do_not_fit_end_the_connection() {
    let (server, ann) = ann().await;
    let event = r#"["message:send",{"content":{"_placeholder":true,"num":0}}]"#;
    let mut unasked = Connection::connected(&server, &ann).await;
    unasked.say_bytes(&[1, 2, 3, 4]).await;
    unasked.ends().await;
    let mut many = Connection::connected(&server, &ann).await;
    many.say(&format!("459-{event}")).await;
    many.ends().await;
    let mut text = Connection::connected(&server, &ann).await;
    text.say(&format!("451-{event}")).await;
    text.say("42[\"nobody:knows\",{}]").await;
    text.ends().await;
}
