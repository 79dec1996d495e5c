//! Which products a server admits: those that are named, and of the others there is no trace.

use std::collections::HashMap;

use parlor::{
    config::{Settings, surface},
    dialect::SURFACES,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    databases::Kind,
    document::{Operation, operations},
    server::Server,
    socketio::Refused,
};

#[test]
fn the_setting_knows_every_surface_and_names_all_by_default() {
    let there: Vec<&str> = SURFACES.iter().map(|it| it.name).collect();
    assert_eq!(surface::ALL, there.as_slice());
    let settings = Settings::load(None, &HashMap::new()).unwrap();
    assert_eq!(settings.surfaces, there);
}

/// Paths that another product's pattern covers: there it is the method that is not allowed, as
/// it would be without this product.
const COVERED: [&str; 4] = ["/user/login", "/user/logout", "/user/register", "/user/refresh-token"];

#[tokio::test(flavor = "multi_thread")]
async fn each_surface_that_is_off_answers_404_and_is_in_no_document() {
    let whole = Server::start().await;
    let document = whole.document().await;
    for off in surface::ALL {
        let others: Vec<&str> = surface::ALL.into_iter().filter(|it| *it != off).collect();
        let server = Server::with(Kind::Sqlite, &[("SURFACES", &others.join(","))]).await;
        let mut asked = 0;
        for operation in of(&document, off) {
            let url = operation.filled(|_| "1");
            let method = operation.method.clone();
            let (status, answer) = server.call(method, &url, None, Some(json!({}))).await;
            let wanted = if COVERED.contains(&operation.path.as_str()) { 405 } else { 404 };
            assert_eq!(status.as_u16(), wanted, "{off}: {operation}: {answer}");
            asked += 1;
        }
        assert!(asked > 5, "{off} had {asked} routes");
        let reduced = server.document().await;
        assert_eq!(named(&reduced, off), [""; 0], "{off}");
        let schemas = reduced["components"]["schemas"].as_object().unwrap();
        let left: Vec<&String> =
            schemas.keys().filter(|it| it.starts_with(&format!("{off}."))).collect();
        assert_eq!(left, [""; 0], "{off}");
        for other in others {
            let found = named(&reduced, other);
            assert_eq!(found, named(&document, other), "{other} without {off}");
        }
        no_socket(&server, off).await;
    }
}

async fn no_socket(server: &Server, off: &str) {
    let doors: &[&str] = match off {
        "campus" => &["/message/online", "/api/message/online"],
        "chatsphere" => &["/ws", "/ws/"],
        "discord" => &["/ws/1"],
        "swift" => &["/ws/chat/1", "/ws/chat/general"],
        "chatroom" | "native" => {
            let path = if off == "native" { "/socket.io/" } else { "/ws/socket.io/" };
            let refused = server.try_socket(path, None, None).await.err();
            assert_eq!(refused, Some(Refused::Handshake(404)), "{off}");
            let polling = format!("{path}?EIO=4&transport=polling");
            let (status, _) = server.call(Method::GET, &polling, None, None).await;
            assert_eq!(status.as_u16(), 404, "{off}");
            return;
        }
        unknown => panic!("{unknown} is new: where are its sockets?"),
    };
    for door in doors {
        let refused = server.try_plain(&format!("{door}?token=x"), &[]).await.err();
        assert_eq!(refused.map(|it| it.0), Some(404), "{off}: {door}");
    }
}

fn of(document: &Value, surface: &str) -> impl Iterator<Item = Operation> {
    operations(document).into_iter().filter(move |it| it.tag == surface)
}

fn named(document: &Value, surface: &str) -> Vec<String> {
    of(document, surface).map(|it| it.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_off_is_not_there() {
    let server = Server::with(Kind::Sqlite, &[("SURFACES", "native, campus")]).await;
    let ann = server.person("ann").await;
    let status = async |path: &str| server.call(Method::GET, path, Some(&ann), None).await.0;
    for path in ["/friends/", "/users/me", "/servers/", "/ws/socket.io/?EIO=4&transport=polling"] {
        assert_eq!(status(path).await, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/v1/me", "/message/get_rooms", "/health", "/"] {
        assert_eq!(status(path).await, StatusCode::OK, "{path}");
    }
    let document = server.document().await;
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/v1/me") && paths.contains_key("/message/get_rooms"));
    assert!(!paths.keys().any(|it| it.starts_with("/friends") || it.starts_with("/servers")));
    let known: HashMap<String, String> = [("SURFACES".to_owned(), "native,x".to_owned())].into();
    let refused = Settings::load(None, &known).unwrap_err().to_string();
    let known = surface::ALL.join(", ");
    assert_eq!(refused, format!("SURFACES: \"x\" is not one of {known}"));
}
