//! Two things at once that must not both come true. Each pair is tried some times; whatever is
//! answered, the end is as if one had come after the other.
mod pair;
mod people;
mod rooms;
mod servers;

use futures_util::future::join;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::{people::Person, server::Server};

/// Which of two comes first is a matter of chance, so each pair gets several.
const TRIES: usize = 10;

type Call<'a> = (Method, String, &'a Person, Option<Value>);

/// Both at once, each beginning first every other time; their statuses.
async fn race(server: &Server, n: usize, one: Call<'_>, other: Call<'_>) -> [StatusCode; 2] {
    let call = async |it: Call<'_>| {
        let (method, path, who, body) = it;
        let (status, answer) = server.call(method, &path, Some(who), body).await;
        assert!(!status.is_server_error(), "{path}: {status} {answer}");
        status
    };
    if n.is_multiple_of(2) {
        join(call(one), call(other)).await.into()
    } else {
        let (other, one) = join(call(other), call(one)).await;
        [one, other]
    }
}

/// Who is there as what, by their ids.
async fn roles(server: &Server, path: &str, who: &Person) -> Vec<(i64, String)> {
    let members = server.get(&format!("{path}/members"), who).await;
    let role = |it: &Value| {
        let role = it["role"].as_str().unwrap().to_owned();
        (it["user"]["user_id"].as_i64().unwrap(), role)
    };
    members["items"].as_array().unwrap().iter().map(role).collect()
}

fn owners(roles: &[(i64, String)]) -> Vec<i64> {
    roles.iter().filter(|it| it.1 == "owner").map(|it| it.0).collect()
}
