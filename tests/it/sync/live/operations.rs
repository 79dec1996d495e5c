//! Every way to change something is in a table, or here with the reason why it is not.

use std::collections::BTreeSet;

use reqwest::Method;

use super::{
    messages::{MESSAGES, RECEIPTS},
    own_settings::OWN,
    people::{END, RELATIONS},
    rooms::ROOMS,
    servers::SERVERS,
};
use crate::support::{
    document::{events, operations},
    server::Server,
};

/// What changes nothing that anybody keeps.
const NOTHING_KEPT: [(&str, &str); 17] = [
    ("sync", "asks"),
    ("message:list", "asks"),
    ("message:search", "asks"),
    ("message:receipts", "asks"),
    ("POST /v1/sync", "asks"),
    ("typing:start", "is over in a moment"),
    ("typing:stop", "is over in a moment"),
    ("presence:subscribe", "is about what this socket hears"),
    ("presence:unsubscribe", "is about what this socket hears"),
    ("auth:refresh", "is about this socket's own time"),
    ("POST /v1/auth/register", "whom nobody knows yet"),
    ("POST /v1/auth/login", "the list of devices is asked for when it is looked at"),
    ("POST /v1/auth/refresh", "tokens are one device's own"),
    ("POST /v1/auth/logout", "the device that ends is told, see `leaving`"),
    ("POST /v1/auth/password", "the devices that end are told, see `leaving`"),
    ("DELETE /v1/sessions", "the devices that end are told, see `leaving`"),
    ("DELETE /v1/sessions/{session_id}", "the device that ends is told, see `leaving`"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_in_a_table() {
    let offered: BTreeSet<String> = events().into_iter().chain(routes().await).collect();
    assert!(offered.len() > 70, "{offered:?}");
    let tables = [MESSAGES, RECEIPTS, ROOMS, OWN, RELATIONS, END, SERVERS];
    let played = tables.iter().flat_map(|it| it.iter()).map(|it| it.operation);
    let known: BTreeSet<&str> = played.chain(NOTHING_KEPT.iter().map(|it| it.0)).collect();
    let missing: Vec<&String> = offered.iter().filter(|it| !known.contains(it.as_str())).collect();
    assert_eq!(missing, [""; 0], "in no table");
    let gone: Vec<&&str> = known.iter().filter(|it| !offered.contains(**it)).collect();
    assert_eq!(gone, [&""; 0], "not offered any more");
}

/// Those of REST that may change something.
async fn routes() -> Vec<String> {
    let document = Server::start().await.document().await;
    let changing = operations(&document)
        .into_iter()
        .filter(|it| it.tag == "native" && it.method != Method::GET);
    changing.map(|it| it.to_string()).collect()
}
