//! By REST: what the stranger is told, and that nothing comes of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::PrivateRooms;
use crate::{
    on_every_database,
    support::{
        clients::ALL,
        doors::{self, Door},
        server::Server,
    },
};

on_every_database!(a_stranger_is_refused_in_each_surfaces_words);

async fn a_stranger_is_refused_in_each_surfaces_words(server: Server) {
    let private = PrivateRooms::create(&server).await;
    let before = private.state(&server).await;
    let mut doors = of_people(&private);
    for room in private.rooms() {
        for surface in ALL {
            doors.extend(doors::of(surface, &private.target(room)));
        }
    }
    for door in doors {
        door.keeps_out(&server, &private.eve.person).await;
    }
    assert_eq!(private.state(&server).await, before, "and nothing came of it");
}

/// What is not in a room.
fn of_people(private: &PrivateRooms) -> Vec<Door> {
    let user = format!("/user/{}", private.ann.person.id);
    let change = Some(json!({"nickname": "mine"}));
    let detail = |words: &str| json!({"detail": words});
    let forbidden = || detail("Forbidden");
    let file = private.file["url"].as_str().unwrap().to_owned();
    let session = format!("/v1/sessions/{}", private.session);
    let friend = format!("/friends/requests/accepted?friend_id={}", private.ann.person.id);
    let no_request = detail("Friend request not found");
    let mut doors = vec![
        door(Method::GET, user.clone(), None, 403, forbidden()),
        door(Method::PATCH, user.clone(), change, 403, forbidden()),
        door(Method::DELETE, user, None, 403, forbidden()),
        door(Method::GET, file, None, 403, json!("not_member")),
        door(Method::DELETE, session, None, 404, json!("not_found")),
        door(Method::POST, friend, None, 404, no_request),
    ];
    // By the two of them she finds only what she has with each.
    let nothing = json!({"messages": [], "total": 0, "has_more": false});
    for prefix in ["/api/v1", "/chat"] {
        for who in [&private.ann, &private.bob] {
            let path = format!("{prefix}/messages/private/{}", who.public_id);
            doors.push(door(Method::GET, path, None, 200, nothing.clone()));
        }
    }
    doors
}

fn door(method: Method, path: String, body: Option<Value>, status: u16, told: Value) -> Door {
    Door { method, path, body, ranks: None, status, told }
}
