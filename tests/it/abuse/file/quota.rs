//! Whose a file is, how much of them one person may have, and when they go.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use parlor::chat::{engine::clock::Clock, file::upload::sweep};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        files::{png, upload},
        people::Person,
        server::Server,
    },
};

on_every_database!(
    nobody_deletes_somebody_elses_portrait,
    a_replaced_portrait_goes,
    what_was_never_sent_has_an_end,
);

impl Server {
    async fn new_portrait(&self, who: &Person) -> String {
        let me = upload(self, Method::PUT, "/v1/me/avatar", who, "me.png", png(9, 9)).await.1;
        me["avatar_url"].as_str().unwrap().to_owned()
    }

    async fn show(&self, who: &Person, address: &str) {
        let path = format!("/user/{}", who.id);
        self.ok(Method::PATCH, &path, who, Some(json!({"avatar_url": address}))).await;
    }

    async fn is_there(&self, path: &str) -> bool {
        self.http.get(self.url(path)).send().await.unwrap().status() == StatusCode::OK
    }

    async fn file_of(&self, who: &Person, bytes: usize) -> (StatusCode, Value) {
        upload(self, Method::POST, "/v1/files", who, "a.txt", vec![b'a'; bytes]).await
    }
}

async fn nobody_deletes_somebody_elses_portrait(server: Server) {
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let anns = server.new_portrait(&ann).await;
    server.show(&ann, "https://example.com/elsewhere.png").await;
    assert!(!server.is_there(&anns).await, "her own goes when she shows another");
    let anns = server.new_portrait(&ann).await;
    for address in [anns.clone(), server.url(&anns), format!("https://example.com{anns}")] {
        server.show(&eve, &address).await;
        server.show(&eve, "").await;
        server.show(&eve, &address).await;
    }
    server.ok(Method::DELETE, "/v1/me", &eve, None).await;
    assert!(server.is_there(&anns).await);
    // Not even when Ann shows something else for a moment, but does not put it on.
    let other = upload(&server, Method::POST, "/upload/upload-avatar", &ann, "b.png", png(8, 8));
    assert_eq!(other.await.0, StatusCode::OK);
    assert!(server.is_there(&anns).await);
}

async fn a_replaced_portrait_goes(server: Server) {
    let ann = server.person("ann").await;
    let (first, second) = (server.new_portrait(&ann).await, server.new_portrait(&ann).await);
    assert!(!server.is_there(&first).await);
    assert!(server.is_there(&second).await);
    server.show(&ann, &server.url(&second)).await;
    assert!(server.is_there(&second).await, "the same by its whole address");
    server.ok(Method::DELETE, "/v1/me", &ann, None).await;
    assert!(!server.is_there(&second).await);
}

async fn what_was_never_sent_has_an_end(mut server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (sent, unsent) = (server.file_of(&ann, 9).await.1, server.file_of(&ann, 9).await.1);
    let body = json!({"attachment_ids": [sent["id"]]});
    server.ok(Method::POST, &format!("/v1/rooms/{room}/messages"), &ann, Some(body)).await;
    let worn = server.new_portrait(&ann).await;
    let path = "/upload/upload-avatar";
    let unworn = upload(&server, Method::POST, path, &ann, "b.png", png(8, 8)).await.1;
    let unworn = unworn["url"].as_str().unwrap().replace(&server.url(""), "");
    for (hours, is_there) in [(23, true), (25, false)] {
        server.stop().await;
        server.begin(Clock::by_hand(move || now() + TimeDelta::hours(hours))).await;
        let ann = server.again(&ann).await;
        sweep::sweep(&server.chat()).await.unwrap();
        let status = async |file: &Value| {
            server.call(Method::GET, file["url"].as_str().unwrap(), Some(&ann), None).await.0
        };
        let unused = if is_there { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!((status(&sent).await, status(&unsent).await), (StatusCode::OK, unused));
        assert!(server.is_there(&worn).await);
        // The server looks by itself, too, when it starts.
        while !is_there && server.is_there(&unworn).await {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.is_there(&unworn).await, is_there, "after {hours} hours");
    }
}

/// 30 at once took 25 MB where 5 are allowed.
#[tokio::test(flavor = "multi_thread")]
async fn many_uploads_at_once_stay_within_the_quota() {
    const MB: usize = 1 << 20;
    let server = Server::tweaked(|it| it.storage.quota_bytes_per_user = 5 << 20).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let all = join_all((0..30).map(|_| server.file_of(&ann, MB))).await;
    let taken: Vec<&Value> =
        all.iter().filter(|it| it.0 == StatusCode::CREATED).map(|it| &it.1).collect();
    let refused = all.iter().filter(|it| it.0 == StatusCode::PAYLOAD_TOO_LARGE).count();
    assert_eq!(taken.len() + refused, 30, "{all:?}");
    let folder = server.folder.path().join("static/message");
    let sizes = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().metadata().unwrap().len());
    assert!(sizes.sum::<u64>() <= 5 << 20, "on the disk");
    // Whoever was refused took nothing: what is left is there, to the last byte.
    let left = 5 * MB - taken.len() * MB;
    if left > 0 {
        assert_eq!(server.file_of(&ann, left + 1).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(server.file_of(&ann, left).await.0, StatusCode::CREATED);
    }
    assert_eq!(server.file_of(&ann, 1).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let portrait = upload(&server, Method::PUT, "/v1/me/avatar", &ann, "a.png", png(9, 9)).await.0;
    assert_eq!(portrait, StatusCode::PAYLOAD_TOO_LARGE, "portraits count, too");
    assert_eq!(server.file_of(&bob, MB).await.0, StatusCode::CREATED, "others have their own");
}

#[expect(clippy::disallowed_methods, reason = "the clock itself is what is set")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
