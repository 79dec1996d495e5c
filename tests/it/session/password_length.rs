//! How long a new password must be: the operator says it, and it holds wherever one is chosen.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{
    document::{Operation, operations},
    people::PASSWORD,
    server::Server,
};

const LEAST: usize = 10;
const NATIVE_LEAST: usize = 11;

/// A path, and what is sent there.
const DOORS: [(&str, &[&str]); 10] = [
    ("/user/register", &["user_id", "username", "password"]),
    ("/api/user/register", &["user_id", "username", "password"]),
    ("/auth/register", &["username", "email", "password"]),
    // The same path with the fields of another product.
    ("/auth/register", &["username", "email", "display_name", "password"]),
    ("/api/v1/auth/register", &["username", "email", "display_name", "password"]),
    ("/api/auth/signup", &["username", "password"]),
    ("/v1/auth/register", &["username", "email", "password"]),
    ("/users/me", &["old_password", "password"]),
    ("/api/v1/auth/change-password", &["current_password", "new_password"]),
    ("/v1/auth/password", &["old_password", "new_password"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_as_long_as_the_operator_asks_on_every_surface() {
    let server = Server::tweaked(|it| {
        (it.auth.password_min, it.auth.native_password_min) = (LEAST, NATIVE_LEAST);
    })
    .await;
    let document = server.document().await;
    let described = operations_with_a_new_password(&document);
    let tried: BTreeSet<&str> = DOORS.iter().map(|it| it.0).collect();
    let paths: BTreeSet<&str> = described.keys().map(String::as_str).collect();
    assert_eq!(tried, paths, "every one that the document knows is tried");
    for (number, (path, fields)) in DOORS.into_iter().enumerate() {
        let (operation, said) = &described[path];
        let least = if operation.tag == "native" { NATIVE_LEAST } else { LEAST };
        assert_eq!(*said, least, "{operation} says so");
        for (letters, is_taken) in [(least - 1, false), (least, true)] {
            let name = format!("ann{number}x{letters}");
            let status = asked(&server, operation, fields, &name, &"x".repeat(letters)).await;
            assert_eq!(status.is_success(), is_taken, "{operation}, {letters} letters: {status}");
            assert!(is_taken || status == 422, "{operation}, {letters} letters: {status}");
        }
    }
}

/// By path, with the number of letters of which the document says that they are needed.
fn operations_with_a_new_password(document: &Value) -> BTreeMap<String, (Operation, usize)> {
    let mut found = BTreeMap::new();
    for operation in operations(document) {
        let Some((_, schema)) = form(&operation) else { continue };
        let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        let Some(name) = name else { continue };
        let fields = &document["components"]["schemas"][name]["properties"];
        let least = ["password", "new_password"].iter().find_map(|it| fields[it].get("minLength"));
        if let Some(least) = least.and_then(Value::as_u64) {
            let least = usize::try_from(least).unwrap();
            found.insert(operation.path.clone(), (operation, least));
        }
    }
    found
}

fn form(operation: &Operation) -> Option<(&str, &Value)> {
    let content = operation.value["requestBody"]["content"].as_object()?;
    content.iter().next().map(|(kind, it)| (kind.as_str(), &it["schema"]))
}

async fn asked(
    server: &Server,
    operation: &Operation,
    fields: &[&str],
    name: &str,
    password: &str,
) -> StatusCode {
    let asker = server.person(&format!("asker{name}")).await;
    let email = format!("{name}@example.com");
    let value = |field: &str| match field {
        "username" | "user_id" | "display_name" => name,
        "email" => &email,
        "old_password" | "current_password" => PASSWORD,
        _ => password,
    };
    let body: BTreeMap<&str, &str> = fields.iter().map(|it| (*it, value(it))).collect();
    let request = server.http.request(operation.method.clone(), server.url(&operation.path));
    let request = request.bearer_auth(&asker.token);
    let is_json = form(operation).unwrap().0 == "application/json";
    let request = if is_json { request.json(&body) } else { request.form(&body) };
    request.send().await.unwrap().status()
}
