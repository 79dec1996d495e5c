//! Who is shown as typing, when the database is not there to be asked about it.

use parlor::chat::engine::clock::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{databases::Kind, server::Server};

fn is_told(is_typing: bool) -> impl Fn(&Value) -> bool {
    move |it| it["type"] == "typing" && it["data"]["is_typing"] == is_typing
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_typing_while_the_database_hangs_is_told_of_when_it_answers() {
    let (mut server, proxy) = Server::behind_proxy(Kind::Postgres, |it| {
        (it.database.statement_seconds, it.database.acquire_seconds) = (1, 1);
    })
    .await;
    server.begin(Clock::system()).await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let in_room = json!({"chatroom_id": server.direct_room(&ann.native, &bob.native).await});
    let (mut at_anns, mut at_bobs) = (server.socket(&ann.native).await, server.open(&bob).await);
    at_anns.ok("typing:start", in_room.clone()).await;
    at_bobs.hear_where(is_told(true)).await;
    proxy.hang();
    // Who is in the room is remembered, so this succeeds.
    at_anns.ok("typing:stop", in_room.clone()).await;
    // Whoever asks after that has waited in vain for as long as those who are to tell it.
    for _ in 0..2 {
        let (status, _) = server.call(Method::GET, "/v1/rooms", Some(&bob.native), None).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }
    proxy.resume();
    server.becomes_ready(true).await;
    let told = at_bobs.hear_where(is_told(false)).await;
    assert_eq!(told["data"]["user_id"], json!(ann.id));
    // She is not taken for somebody who has been typing all the time.
    at_anns.ok("typing:start", in_room).await;
    at_bobs.hear_where(is_told(true)).await;
}
