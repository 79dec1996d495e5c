//! Sockets that come without a credential, as the old Vue client's do.

use reqwest::Method;
use serde_json::json;

use super::VuePage;
use crate::{on_every_database, support::server::Server};

on_every_database!(
    whoever_was_removed_hears_no_more_and_does_not_get_in_again,
    a_page_that_logs_out_is_deaf_and_the_other_at_the_same_client_is_not,
);

const CHROME: &str = "Mozilla/5.0 Chrome/130";
const FIREFOX: &str = "Mozilla/5.0 Firefox/132";

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_at_the_same_address_hears_nothing_in_ten_tries_of_ten() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut at_anns = VuePage::new(&server, &ann, CHROME).await;
    at_anns.open(&room).await;
    let others = [FIREFOX, "Mozilla/5.0 Chrome/131", "mozilla/5.0 chrome/130", "curl/8", "-"];
    for agent in others {
        for _ in 0..2 {
            let mut stranger = server.nameless_socket(Some(agent), &[]).await.unwrap();
            stranger.ask("join_room", json!(room)).await;
            server.say(&bob, &room, "a secret").await;
            assert_eq!(at_anns.hears().await, "a secret");
            assert!(stranger.overhear("receive_message").await.is_empty(), "{agent}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_a_session_is_not_taken_for_one_of_two() {
    let server = Server::start().await;
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let carl = server.person("carl").await;
    let room = server.group(&ann, &[&carl]).await;
    let mut at_anns = VuePage::new(&server, &ann, CHROME).await;
    at_anns.open(&room).await;
    // Eve is signed in at the same kind of browser and is in no room; the socket could be hers.
    let _at_eves = VuePage::new(&server, &eve, CHROME).await;
    let mut stranger = server.nameless_socket(Some(CHROME), &[]).await.unwrap();
    stranger.ask("join_room", json!(room)).await;
    server.say(&ann, &room, "one").await;
    assert_eq!(at_anns.hears().await, "one");
    // Ann opens the room again: that is her page's doing, and no permission for others, also
    // when her own join comes later.
    assert_eq!(at_anns.history(&room).await, 200);
    stranger.ask("join_room", json!(room)).await;
    at_anns.open(&room).await;
    server.say(&ann, &room, "two").await;
    assert_eq!(at_anns.hears().await, "two");
    assert!(stranger.overhear("receive_message").await.is_empty());
}

async fn whoever_was_removed_hears_no_more_and_does_not_get_in_again(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let room = server.group(&ann, &[&bob, &eve]).await;
    // All three behind one address, with the same browser.
    let mut pages = Vec::new();
    for person in [&ann, &bob, &eve] {
        let mut page = VuePage::new(&server, person, CHROME).await;
        page.open(&room).await;
        pages.push(page);
    }
    server.say(&bob, &room, "welcome").await;
    for page in &mut pages {
        assert_eq!(page.hears().await, "welcome", "{}", page.person.name);
    }
    let removal = format!("/v1/rooms/{room}/members/{}", eve.id);
    server.ok(Method::DELETE, &removal, &ann, None).await;
    let mut at_eves = pages.pop().unwrap();
    let mut again = server.nameless_socket(Some(CHROME), &[]).await.unwrap();
    for page in &mut pages {
        at_eves.socket.ask("join_room", json!(room)).await;
        again.ask("join_room", json!(room)).await;
        server.say(&page.person, &room, "about Eve").await;
        assert_eq!(page.hears().await, "about Eve");
        page.open(&room).await;
    }
    assert_eq!(at_eves.history(&room).await, 403);
    server.say(&bob, &room, "and so on").await;
    for page in &mut pages {
        page.hear_until("and so on").await;
    }
    assert!(at_eves.socket.overhear("receive_message").await.is_empty());
    assert!(again.overhear("receive_message").await.is_empty());
}

async fn a_page_that_logs_out_is_deaf_and_the_other_at_the_same_client_is_not(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let room = server.group(&carl, &[&ann, &bob]).await;
    let mut at_anns = VuePage::new(&server, &ann, CHROME).await;
    at_anns.open(&room).await;
    let mut at_bobs = VuePage::new(&server, &bob, CHROME).await;
    at_bobs.open(&room).await;
    server.ok(Method::POST, "/auth/logout", &bob, None).await;
    server.say(&carl, &room, "Bob is gone").await;
    assert_eq!(at_anns.hears().await, "Bob is gone");
    at_bobs.socket.ask("join_room", json!(room)).await;
    server.say(&carl, &room, "for good").await;
    assert_eq!(at_anns.hears().await, "for good");
    assert!(at_bobs.socket.overhear("receive_message").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_bound_to_whoever_asks_for_the_room_that_it_joined() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let ours = server.direct_room(&ann, &bob).await;
    let anns = server.group(&ann, &[&carl]).await;
    let mut page = VuePage::new(&server, &ann, CHROME).await;
    let _other = VuePage::new(&server, &bob, CHROME).await;
    // It could be Bob's, so a room that only Ann has is not for it yet.
    page.socket.ask("join_room", json!(anns)).await;
    server.say(&ann, &anns, "too early").await;
    assert!(page.socket.overhear("receive_message").await.is_empty());
    page.open(&ours).await;
    page.open(&anns).await;
    server.say(&ann, &anns, "now").await;
    assert_eq!(page.hears().await, "now");
    // The same page, after Bob has signed in on it without loading it again.
    page.person = bob.clone();
    page.open(&ours).await;
    server.say(&ann, &anns, "not for Bob").await;
    server.say(&ann, &ours, "for Bob").await;
    assert_eq!(page.hears().await, "for Bob");
    assert!(page.socket.overhear("receive_message").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_request_for_a_room_may_come_just_before_its_join() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let room = server.group(&ann, &[&carl]).await;
    let mut at_anns = VuePage::new(&server, &ann, CHROME).await;
    let mut at_bobs = VuePage::new(&server, &bob, CHROME).await;
    assert_eq!(at_anns.history(&room).await, 200);
    // Who is not in the room does not take the place by being quicker.
    assert_eq!(at_bobs.history(&room).await, 403);
    at_anns.socket.ask("join_room", json!(room)).await;
    at_anns.open(&room).await;
    at_bobs.socket.ask("join_room", json!(room)).await;
    server.say(&carl, &room, "for Ann").await;
    assert_eq!(at_anns.hears().await, "for Ann");
    assert!(at_bobs.socket.overhear("receive_message").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn scrolling_back_is_no_opening() {
    let server = Server::start().await;
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let carl = server.person("carl").await;
    let room = server.group(&ann, &[&carl]).await;
    let mut at_anns = VuePage::new(&server, &ann, CHROME).await;
    at_anns.open(&room).await;
    let _at_eves = VuePage::new(&server, &eve, CHROME).await;
    let mut socket = server.nameless_socket(Some(CHROME), &[]).await.unwrap();
    socket.ask("join_room", json!(room)).await;
    let older = format!("{room}/messages?limit=50&before=2026-11-20T23:50:03Z");
    assert_eq!(at_anns.get(&format!("/chatrooms/{older}")).await, 200);
    server.say(&ann, &room, "mine").await;
    assert_eq!(at_anns.hears().await, "mine");
    assert!(socket.overhear("receive_message").await.is_empty());
}
