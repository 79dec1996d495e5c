//! Every route of the document, asked by a stranger and by nobody with the ids of what they
//! may not see: nothing is told, nothing is changed, and nothing breaks.

use reqwest::Method;
use serde_json::{Value, json};

use super::ids::{Secret, WORDS};
use crate::{
    on_every_database,
    support::{
        clients::Place,
        document::{Operation, operations},
        server::Server,
        texts::tells,
    },
};

on_every_database!(no_route_tells_a_stranger_anything);

/// What ends her own session or account, and sockets.
fn is_not_asked(path: &str) -> bool {
    let is_her_own = ["/v1/me", "/v1/sessions"].contains(&path) || path.starts_with("/v1/me/");
    is_her_own || ["logout", "password", "/ws"].iter().any(|it| path.contains(it))
}

async fn no_route_tells_a_stranger_anything(server: Server) {
    let secret = Secret::keep(&server).await;
    // An open server is there for everybody who knows its number.
    let path = format!("/v1/servers/{}", secret.sea);
    let closed = json!({"is_open": false});
    server.ok(Method::PATCH, &path, &secret.ann.person, Some(closed)).await;
    let before = secret.state(&server).await;
    let mut asked = 0;
    for operation in operations(&server.document().await) {
        if is_not_asked(&operation.path) {
            continue;
        }
        for place in secret.places() {
            let url = filled(&operation, place, &secret);
            for who in [Some(&secret.eve.person), None] {
                let method = operation.method.clone();
                let body = (method != Method::GET).then(|| body(place, &secret));
                let (status, answer) = server.call(method, &url, who, body).await;
                assert!(status.as_u16() < 500, "{operation}, {url}: {status} {answer}");
                for words in WORDS {
                    let told = tells(&but_her_own(&answer), words);
                    assert!(!told, "{operation}, {url} tells {words}: {answer}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
    assert_eq!(secret.state(&server).await, before, "and nothing came of it");
}

fn filled(operation: &Operation, place: &Place, secret: &Secret) -> String {
    let tag = operation.tag.as_str();
    let channel = place.channel.filter(|_| tag == "discord");
    let number = channel.unwrap_or(place.number).to_string();
    let room = if matches!(tag, "swift" | "discord") { &number } else { &place.uuid };
    let at = secret.places().iter().position(|it| it.uuid == place.uuid).unwrap();
    let numbers = [secret.sea, secret.messages[at], secret.ann.person.id].map(|it| it.to_string());
    let [sea, message, ann] = &numbers;
    let url = operation.filled(|name| match name {
        "chatroom_id" | "room_id" => room,
        "channel_id" => &number,
        "chat_type" => ["group", "private", "group"][at],
        "chat_id" => [&place.uuid, &secret.ann.public_id, &place.uuid][at],
        "server_id" => sea,
        "message_id" => message,
        "user_id" => ann,
        "file_id" => secret.file["url"].as_str().unwrap().rsplit('/').next().unwrap(),
        "filename" => "cat.png",
        "session_id" => &secret.session,
        "code" => "guessed",
        "emoji" => "👍",
        unknown => panic!("{unknown} is an id that this test does not know"),
    });
    let names = operation.parameters("query");
    let query = names.filter_map(|it| {
        let value = match it["name"].as_str().unwrap() {
            "limit" => "50".to_owned(),
            "friend_id" | "user_ids" => secret.ann.person.id.to_string(),
            "email" => "ann%40example.com".to_owned(),
            "query" => "ann".to_owned(),
            "direction" => "in".to_owned(),
            _ => return None,
        };
        Some(format!("{}={value}", it["name"].as_str().unwrap()))
    });
    let query: Vec<String> = query.collect();
    if query.is_empty() { url } else { format!("{url}?{}", query.join("&")) }
}

/// The answer without her own address.
fn but_her_own(answer: &Value) -> Value {
    match answer {
        Value::String(text) => json!(text.replace("eve@example.com", "")),
        Value::Array(all) => all.iter().map(but_her_own).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, it)| (name.clone(), but_her_own(it))).collect()
        }
        other => other.clone(),
    }
}

/// The keys of all that could be said at once; a surface that takes only its own is answered
/// in the table beside this.
fn body(place: &Place, secret: &Secret) -> Value {
    json!({"chatroom_id": place.uuid, "content": "intrusion", "message_type": "text",
        "read_status": "unread", "name": "mine", "server_id": secret.sea,
        "message_id": secret.messages[0], "reaction_type": "👍", "nickname": "mine",
        "members_id": [secret.eve.person.id], "room_name": "hers"})
}
