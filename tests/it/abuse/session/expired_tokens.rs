//! Sockets that stay when the token that opened them has run out.

use std::{sync::atomic::Ordering, time::Duration};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    dialect::crossing::channel,
    support::{
        clients::Surface::{self, *},
        databases::Kind,
        websocket::End,
    },
    sync::people::with_clock,
};

/// Those that are not native, which has its own words and tests for it.
const OTHERS: [Surface; 5] = [Campus, Chatroom, ChatSphere, Discord, Swift];
const MINUTE: i64 = 60;

fn expected_end(surface: Surface) -> Option<End> {
    match surface {
        Campus | Discord | Swift => Some(End::Closed(1_008, "token expired".to_owned())),
        ChatSphere => Some(End::Closed(4_001, "认证失败".to_owned())),
        Chatroom | Native => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ends_with_its_token_unless_its_person_has_renewed_it() {
    let (server, ahead) = with_clock(Kind::Sqlite).await;
    let (ann, bob) = (server.identity("ann").await, server.identity("bob").await);
    channel(&server, [&ann, &bob], "sea").await;
    let room = server.room_ids(&bob.person, "sea").await;
    let other = server.again(&bob.person).await;
    let (mut stay, mut go) = (Vec::new(), Vec::new());
    for surface in OTHERS {
        stay.push(server.client(surface, &bob.person, &room).await);
        go.push(server.client(surface, &other, &room).await);
    }
    ahead.store(20 * MINUTE, Ordering::SeqCst);
    let renewed = server.renewed(&bob.person).await;
    ahead.store(31 * MINUTE, Ordering::SeqCst);
    for client in &mut go {
        let (end, heard) = client.end().await;
        assert_eq!(end, expected_end(client.surface), "{:?}", client.surface);
        if client.surface == Chatroom {
            let error =
                json!({"code": "unauthorized", "message": "Could not validate credentials"});
            assert_eq!(heard, [json!(["error", {"event": "connect", "error": error}])]);
        }
    }
    let ann = server.again(&ann.person).await;
    server.say(&ann, &room.uuid, "are you there?").await;
    for client in &mut stay {
        assert_eq!(client.hear_words().await, "are you there?", "{:?}", client.surface);
    }
    // Not for ever either.
    ahead.store(51 * MINUTE, Ordering::SeqCst);
    for client in &mut stay {
        assert_eq!(client.end().await.0, expected_end(client.surface), "{:?}", client.surface);
    }
    assert_eq!(server.get("/v1/me", &server.renewed(&renewed).await).await["username"], "bob");
}

/// The Angular client keeps both tokens in cookies, and a browser forgets the first in time.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_with_the_refresh_cookie_is_let_in() {
    let (server, ahead) = with_clock(Kind::Sqlite).await;
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let online = "/message/online";
    ahead.store(31 * MINUTE, Ordering::SeqCst);
    let refresh = format!("refresh_token={}", ann.refresh);
    let both = format!("access_token={}; {refresh}", ann.token);
    for cookie in [&refresh, &both] {
        let socket = server.try_plain(online, &[("Cookie", cookie)]).await.unwrap();
        socket.close().await;
    }
    // It is not used up by it, and does not last longer than an access token.
    let mut socket = server.try_plain(online, &[("Cookie", &refresh)]).await.unwrap();
    server.renewed(&ann).await;
    let page = ("Origin", "https://evil.example");
    for bad in [vec![("Cookie", refresh.as_str()), page], vec![("Cookie", "refresh_token=x")]] {
        assert_eq!(server.try_plain(online, &bad).await.err().unwrap().0, 403);
    }
    ahead.store(32 * MINUTE, Ordering::SeqCst);
    assert_eq!(server.try_plain(online, &[("Cookie", &refresh)]).await.err().unwrap().0, 403);
    ahead.store(62 * MINUTE, Ordering::SeqCst);
    let end = socket.end_within(Duration::from_secs(20)).await;
    assert_eq!(end, expected_end(Campus).unwrap());
    // Nowhere else is it a token.
    let query = format!("/ws/chat/1?token={}", eve.refresh);
    assert_eq!(server.try_plain(&query, &[]).await.err().unwrap().0, 403);
    let (status, _) =
        server.call(Method::GET, &format!("{online}?token={}", eve.refresh), None, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
