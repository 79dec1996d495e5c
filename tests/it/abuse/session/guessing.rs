//! Whoever guesses passwords: how many are looked at, and who is shut out by it.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{databases::Kind, people::PASSWORD, server::Server},
};

const LOGIN: &str = "/v1/auth/login";

/// Where a request comes from: the tests' proxy says so, and is believed.
struct Source<'a> {
    address: &'a str,
    program: &'a str,
}

const HOME: Source<'static> = Source { address: "203.0.113.5", program: "Ann's browser" };
const ELSEWHERE: Source<'static> = Source { address: "198.51.100.7", program: "a guesser" };

on_every_database!(
    a_hundred_guesses_at_once_are_five,
    a_name_and_its_address_are_one_account,
    whoever_is_signed_in_guesses_no_more_than_others,
    the_right_password_from_a_known_device_is_not_shut_out,
);

async fn a_hundred_guesses_at_once_are_five(server: Server) {
    let ann = server.person("ann").await;
    let guesses = (0..100).map(|n| sign_in(&server, &ann.name, format!("guess {n}")));
    let tested = count(&join_all(guesses).await, StatusCode::UNAUTHORIZED);
    assert_eq!(tested, 5);
    // Nobody can tell by it whether there is such a person.
    let guesses = (0..100).map(|n| sign_in(&server, "nobody", format!("guess {n}")));
    let tested = count(&join_all(guesses).await, StatusCode::UNAUTHORIZED);
    assert_eq!(tested, 5);
}

async fn a_name_and_its_address_are_one_account(server: Server) {
    let ann = server.person("ann").await;
    let spellings = [ann.name.as_str(), "ann@example.com", "ANN", "Ann@Example.com", " ａｎｎ "];
    let guesses = spellings.repeat(4);
    let guesses = guesses.iter().map(|it| sign_in(&server, it, "wrong".to_owned()));
    let tested = count(&join_all(guesses).await, StatusCode::UNAUTHORIZED);
    assert_eq!(tested, 5);
}

async fn whoever_is_signed_in_guesses_no_more_than_others(server: Server) {
    let ann = server.person("ann").await;
    let native = join_all((0..40).map(async |n| {
        let body = json!({"old_password": format!("guess {n}"), "new_password": "battery staple"});
        server.call(Method::POST, "/v1/auth/password", Some(&ann), Some(body)).await.0
    }))
    .await;
    assert_eq!(count(&native, StatusCode::UNAUTHORIZED), 5);
    assert_eq!(count(&native, StatusCode::TOO_MANY_REQUESTS), 35);
    // The same door on another surface.
    let body = "current_password=wrong&new_password=another";
    let request = server.http.post(server.url("/api/v1/auth/change-password"));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = request.bearer_auth(&ann.token).header(form.0, form.1).body(body).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}

async fn the_right_password_from_a_known_device_is_not_shut_out(mut server: Server) {
    behind_a_proxy(&mut server).await;
    server.person("ann").await;
    assert_eq!(from(&server, &HOME, "ann", PASSWORD).await, StatusCode::OK);
    for _ in 0..6 {
        from(&server, &ELSEWHERE, "ann", "wrong").await;
    }
    // The guesser has what they wanted for nobody but themselves and other strangers.
    assert_eq!(from(&server, &ELSEWHERE, "ann", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from(&server, &HOME, "ann@example.com", PASSWORD).await, StatusCode::OK);
    // To have the same program is not to be the same device, nor is to be next door.
    let alike = Source { address: ELSEWHERE.address, ..HOME };
    assert_eq!(from(&server, &alike, "ann", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    let near = Source { address: HOME.address, ..ELSEWHERE };
    assert_eq!(from(&server, &near, "ann", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    // A known device guesses as little as any other.
    let mut tested = 0;
    for _ in 0..8 {
        tested += usize::from(from(&server, &HOME, "ann", "wrong").await == 401);
    }
    assert_eq!(tested, 5);
}

/// A school behind one address: everybody signs in at the beginning of the lesson.
#[tokio::test(flavor = "multi_thread")]
async fn a_class_behind_one_address_signs_in_at_once() {
    let server = Server::tweaked(|it| {
        it.rate_limits = true;
        it.auth.register_per_hour = 100;
    })
    .await;
    let names: Vec<String> = (0..40).map(|n| format!("pupil{n}")).collect();
    join_all(names.iter().map(|it| server.person(it))).await;
    let all = names.iter().map(|it| sign_in(&server, it, PASSWORD.to_owned()));
    let known = count(&join_all(all).await, StatusCode::OK);
    assert_eq!(known, 40);
}

/// After a restart, or when a whole company comes to work.
#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_sign_in_at_once_and_messages_go_on() {
    let mut server = Server::tweaked(|it| {
        it.rate_limits = true;
        it.auth.register_per_hour = 100;
    })
    .await;
    behind_a_proxy(&mut server).await;
    let names: Vec<String> = (0..25).map(|n| format!("colleague{n}")).collect();
    let people = join_all(names.iter().map(|it| server.person(it))).await;
    let room = server.direct_room(&people[0], &people[1]).await;
    let all = (0..500).map(async |n| {
        let address = format!("203.0.113.{}", n % 25);
        let program = format!("browser {n}");
        let source = Source { address: &address, program: &program };
        from(&server, &source, &names[n % 25], PASSWORD).await
    });
    let talk = async {
        for n in 0..20 {
            server.say(&people[0], &room, &format!("word {n}")).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (answers, ()) = tokio::join!(join_all(all), talk);
    assert_eq!(count(&answers, StatusCode::OK), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_at_many_accounts_is_slowed_down_and_it_is_a_setting() {
    let server = Server::tweaked(|it| {
        it.rate_limits = true;
        it.auth.failures_per_address = 7;
    })
    .await;
    server.person("ann").await;
    let guesses: Vec<String> = (0..20).map(|n| format!("nobody{n}")).collect();
    let guesses = guesses.iter().map(|it| sign_in(&server, it, "wrong".to_owned()));
    assert_eq!(count(&join_all(guesses).await, StatusCode::UNAUTHORIZED), 7);
    // Whoever has signed in from here before does so still.
    assert_eq!(sign_in(&server, "ann", PASSWORD.to_owned()).await, StatusCode::OK);
}

/// Whoever has an IPv6 address has 18 quintillions of them.
#[tokio::test(flavor = "multi_thread")]
async fn all_addresses_of_one_ipv6_network_are_one() {
    let more = [("RATE_LIMITS", "on"), ("TRUSTED_PROXIES", "127.0.0.1")];
    let server = Server::with(Kind::Sqlite, &more).await;
    let mut made = 0;
    for n in 0..12 {
        let address = format!("2001:db8::{n}:1");
        let body = json!({"username": format!("ann{n}"), "password": PASSWORD});
        let request = server.http.post(server.url("/v1/auth/register"));
        let answer = request.header("x-forwarded-for", address).json(&body).send().await.unwrap();
        made += usize::from(answer.status() == StatusCode::CREATED);
    }
    assert_eq!(made, 10);
    let body = json!({"username": "bob", "password": PASSWORD});
    let request = server.http.post(server.url("/v1/auth/register"));
    let next = request.header("x-forwarded-for", "2001:db8:0:1::1").json(&body).send().await;
    assert_eq!(next.unwrap().status(), StatusCode::CREATED, "the neighbours are others");
}

async fn sign_in(server: &Server, name: &str, password: String) -> StatusCode {
    let body = json!({"username": name, "password": password});
    server.call(Method::POST, LOGIN, None, Some(body)).await.0
}

async fn from(server: &Server, source: &Source<'_>, name: &str, password: &str) -> StatusCode {
    let request = server.http.post(server.url(LOGIN)).header("x-forwarded-for", source.address);
    let body: Value = json!({"username": name, "password": password});
    let answer = request.header("user-agent", source.program).json(&body).send().await.unwrap();
    answer.status()
}

async fn behind_a_proxy(server: &mut Server) {
    server.set("TRUSTED_PROXIES", "127.0.0.1");
    server.restart().await;
}

fn count(answers: &[StatusCode], wanted: StatusCode) -> usize {
    answers.iter().filter(|it| **it == wanted).count()
}
