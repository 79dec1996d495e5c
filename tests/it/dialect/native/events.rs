//! The list of events that client libraries make their types of.

use std::{env, fs, path::Path};

use parlor::dialect::native;
use serde_json::Value;

use crate::support::server::Server;

/// With `PARLOR_WRITE=1` it is written anew instead.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "whoever wants it written says so this way")]
async fn the_list_of_events_says_what_the_server_takes() {
    let server = Server::start().await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/events.json");
    let list = native::events(server.chat().rules());
    if env::var("PARLOR_WRITE").is_ok() {
        fs::write(&path, serde_json::to_string_pretty(&list).unwrap() + "\n").unwrap();
    }
    let written: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(written == list, "docs/events.json is not what the server takes; write it anew");
}
