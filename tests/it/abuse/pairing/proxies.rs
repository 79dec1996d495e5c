//! Behind a proxy that nobody named all clients have one address, and nobody is told from
//! anybody by it.

use serde_json::json;

use crate::support::{databases::Kind, process::Process, server::Server};

const CHROME: &str = "Mozilla/5.0 Chrome/130";

#[tokio::test(flavor = "multi_thread")]
async fn where_https_is_announced_and_no_proxy_is_named_nobody_is_paired() {
    for (name, value) in [("PUBLIC_URL", "https://chat.example.org"), ("TLS", "on")] {
        let server = Server::with(Kind::Sqlite, &[(name, value)]).await;
        let ann = server.person("ann").await;
        let agent = [("user-agent", CHROME)];
        assert_eq!(server.ask_as(&ann, "/user/me", &agent).await, 200);
        assert!(server.nameless_socket(Some(CHROME), &[]).await.is_err(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_through_a_proxy_that_is_not_named_is_not_paired() {
    let server = Server::start().await;
    let (ann, carl) = (server.person("ann").await, server.person("carl").await);
    for header in ["x-forwarded-proto", "x-forwarded-for", "forwarded", "x-real-ip"] {
        let proxied = [(header, "https")];
        assert!(server.nameless_socket(Some(CHROME), &proxied).await.is_err(), "{header}");
    }
    // And that she comes through one pairs nobody else with her.
    let room = server.group(&ann, &[&carl]).await;
    let through = [("user-agent", CHROME), ("x-forwarded-proto", "https")];
    let history = format!("/chatrooms/{room}/messages?limit=50");
    let mut socket = server.nameless_socket(Some(CHROME), &[]).await.unwrap();
    socket.ask("join_room", json!(room)).await;
    assert_eq!(server.ask_as(&ann, &history, &through).await, 200);
    server.say(&ann, &room, "mine").await;
    assert!(socket.overhear("receive_message").await.is_empty());
    // One client's headers take nothing from the others.
    let plain = [("user-agent", CHROME)];
    socket.ask("join_room", json!(room)).await;
    assert_eq!(server.ask_as(&ann, &history, &plain).await, 200);
    server.say(&ann, &room, "heard").await;
    assert_eq!(socket.hear("receive_message").await["content"], "heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_that_is_named_clients_are_told_apart_by_their_addresses() {
    let more = [("PUBLIC_URL", "https://chat.example.org"), ("TRUSTED_PROXIES", "127.0.0.1")];
    let server = Server::with(Kind::Sqlite, &more).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let from = |address: &'static str| [("x-forwarded-for", address)];
    let mut socket = server.nameless_socket(Some(CHROME), &from("198.51.100.1")).await.unwrap();
    let mut other = server.nameless_socket(Some(CHROME), &from("198.51.100.2")).await.unwrap();
    for it in [&mut socket, &mut other] {
        it.ask("join_room", json!(room)).await;
    }
    let browser = [("user-agent", CHROME), ("x-forwarded-for", "198.51.100.1")];
    let history = format!("/chatrooms/{room}/messages?limit=50");
    assert_eq!(server.ask_as(&ann, &history, &browser).await, 200);
    server.say(&bob, &room, "to Ann").await;
    assert_eq!(socket.hear("receive_message").await["content"], "to Ann");
    assert!(other.overhear("receive_message").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_in_the_log_says_why_nobody_is_paired() {
    let announced = ("PUBLIC_URL", "https://chat.example.org");
    for (setting, why) in [(Some(announced), "there is HTTPS"), (None, "somebody forwards")] {
        let server = Process::with(Kind::Sqlite, setting.as_slice()).await;
        let ann = server.person("ann").await;
        for _ in 0..3 {
            let through = [("user-agent", CHROME), ("x-forwarded-for", "198.51.100.1")];
            assert_eq!(server.ask_as(&ann, "/user/me", &through).await, 200);
            assert!(server.nameless_socket(Some(CHROME), &through[1..]).await.is_err());
        }
        let log = server.log();
        let said = log.lines().filter(|it| it.contains(why) && it.contains("TRUSTED_PROXIES"));
        assert_eq!(said.count(), 1, "{log}");
    }
}

/// For those who try the sample data out, whose programs call themselves one thing over HTTP and
/// another over a socket.
#[tokio::test(flavor = "multi_thread")]
async fn where_somebody_wants_it_the_address_alone_decides() {
    for (setting, is_heard) in [("address", true), ("paired", false), ("off", false)] {
        let server = Server::with(Kind::Sqlite, &[("ANONYMOUS_SOCKETS", setting)]).await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let room = server.direct_room(&ann, &bob).await;
        assert_eq!(server.ask_as(&ann, "/user/me", &[("user-agent", CHROME)]).await, 200);
        let Ok(mut socket) = server.nameless_socket(Some("ws/8"), &[]).await else {
            assert_eq!(setting, "off");
            continue;
        };
        socket.ask("join_room", json!(room)).await;
        server.say(&bob, &room, "heard").await;
        if is_heard {
            assert_eq!(socket.hear("receive_message").await["content"], "heard");
        } else {
            assert!(socket.overhear("receive_message").await.is_empty());
        }
    }
}
