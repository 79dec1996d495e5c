//! Who is typing.

use serde_json::json;

use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_seen_and_ends_with_the_message() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    at_anns.ok("typing:start", json!({"chatroom_id": room})).await;
    let seen = at_bobs.hear("typing:changed").await;
    assert_eq!(seen["users"][0]["user_id"], json!(ann.id));
    at_anns.ok("message:send", json!({"chatroom_id": room, "content": "done"})).await;
    assert_eq!(at_bobs.hear("typing:changed").await["users"], json!([]));
}

/// In a crowd somebody always types, and everybody would hear of it all the time.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_large_room_nobody_hears_of_it() {
    let server = Server::tweaked(|it| it.sync.typing_told = 2).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let (pair, crowd) =
        (server.direct_room(&ann, &bob).await, server.group(&ann, &[&bob, &eve]).await);
    let (mut at_anns, mut at_bobs) = (server.socket(&ann).await, server.socket(&bob).await);
    for room in [&crowd, &pair] {
        at_anns.ok("typing:start", json!({"chatroom_id": room})).await;
    }
    assert_eq!(at_bobs.hear("typing:changed").await["chatroom_id"], pair.as_str());
    at_anns.ok("typing:stop", json!({"chatroom_id": crowd})).await;
    at_anns.ok("message:send", json!({"chatroom_id": crowd, "content": "done"})).await;
    let told = at_bobs.overhear("typing:changed").await;
    assert!(told.iter().all(|it| it["chatroom_id"] == pair.as_str()), "{told:?}");
}
