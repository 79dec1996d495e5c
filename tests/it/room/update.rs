//! `room:update` changes the room or a member's role: what it does not do, it refuses.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{people::Person, server::Server, socketio::Socket};

async fn is_untouched(server: &Server, ann: &Person, room: &str) {
    let shown = server.get(&format!("/v1/rooms/{room}"), ann).await;
    assert_eq!(shown["chatroom_name"], "the group", "{shown}");
    let path = format!("/v1/rooms/{room}/members");
    let members = server.ok(Method::GET, &path, ann, None).await;
    let roles: Vec<&Value> =
        members["items"].as_array().unwrap().iter().map(|it| &it["role"]).collect();
    assert!(roles.contains(&&json!("member")), "{members}");
}

async fn refused_fields(socket: &mut Socket, change: &Value) -> Vec<Value> {
    let answer = socket.ask("room:update", change.clone()).await;
    assert_eq!(answer["error"]["code"], "validation_failed", "{change}: {answer}");
    let issues = answer["error"]["details"].as_array().unwrap();
    issues.iter().map(|it| it["loc"].as_array().unwrap().last().unwrap().clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_a_room_update_that_do_not_belong_together_are_refused() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.group(&ann, &[&bob]).await;
    let mut at_anns = server.socket(&ann).await;
    for (more, refused) in [
        (json!({"role": "admin"}), vec!["user_id"]),
        (json!({"user_id": bob.id}), vec!["role"]),
        (json!({"user_id": bob.id, "role": null, "chatroom_name": "x"}), vec!["role"]),
        (json!({"role": "admin", "chatroom_name": "x"}), vec!["user_id"]),
        (
            json!({"user_id": bob.id, "role": "admin", "chatroom_name": "x", "description": "y"}),
            vec!["chatroom_name", "description"],
        ),
    ] {
        let mut change = more;
        change["chatroom_id"] = json!(room);
        assert_eq!(refused_fields(&mut at_anns, &change).await, refused, "{change}");
        is_untouched(&server, &ann, &room).await;
    }
    // Null is as good as absent, and each half is taken by itself.
    for change in [
        json!({"chatroom_id": room, "user_id": bob.id, "role": "admin", "chatroom_name": null}),
        json!({"chatroom_id": room, "chatroom_name": "the sea", "user_id": null, "role": null}),
    ] {
        at_anns.ok("room:update", change).await;
    }
    let shown = server.get(&format!("/v1/rooms/{room}"), &bob).await;
    assert_eq!((&shown["chatroom_name"], &shown["role"]), (&json!("the sea"), &json!("admin")));
}
