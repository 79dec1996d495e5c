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
