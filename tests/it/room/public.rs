//! Rooms that anybody may come into, and those that are there from the start.

use futures_util::future::join_all;
use parlor::{
    chat::{
        message,
        room::{self, member, public},
        sample,
    },
    model::{
        error::{Error, Thing},
        page::{Limit, Window},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    on_every_database,
    support::{databases::Kind, server::Server},
};

on_every_database!(
    the_default_rooms_are_made_once,
    a_public_room_is_found_by_number_name_and_slug,
    anybody_reads_and_writes_in_a_public_room,
);

async fn names(server: &Server) -> Vec<(i64, String)> {
    let person = server.person("lister").await;
    let me = server.actor(&person).await;
    let rooms = public::list(&server.chat(), me).await.unwrap();
    rooms.into_iter().map(|it| (it.number, it.room.chatroom_name.unwrap())).collect()
}

async fn the_default_rooms_are_made_once(mut server: Server) {
    let chat = server.chat();
    let made = join_all((0..4).map(|_| public::make_defaults(&chat))).await;
    assert!(made.iter().all(Result::is_ok));
    server.restart().await;
    let expected = [(1, "公共大厅"), (2, "技术讨论"), (3, "随便聊聊")];
    let expected: Vec<_> = expected.iter().map(|it| (it.0, it.1.to_owned())).collect();
    assert_eq!(names(&server).await, expected);
}

/// SQLite belongs to one process.
#[tokio::test(flavor = "multi_thread")]
async fn four_nodes_that_start_at_once_make_the_default_rooms_once() {
    for kind in [Kind::Postgres, Kind::MariaDb] {
        for sample in ["off", "on"] {
            let folder = crate::support::server::Folder::new();
            let url = crate::support::databases::fresh(kind, folder.path()).await;
            let with = [("DATABASE_URL", url.as_str()), ("SAMPLE_DATA", sample)];
            let nodes = join_all((0..4).map(|_| Server::with(kind, &with))).await;
            let numbered = names(&nodes[0]).await;
            let numbers: Vec<i64> = numbered.iter().map(|it| it.0).collect();
            let count = if sample == "on" { 6 } else { 3 };
            assert_eq!(numbers, (1..=count).collect::<Vec<_>>(), "{kind:?} {numbered:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_data_is_made_once_and_before_the_default_rooms() {
    for kind in [Kind::Sqlite, Kind::Postgres, Kind::MariaDb] {
        let mut server = Server::with(kind, &[("SAMPLE_DATA", "on")]).await;
        server.restart().await;
        sample::make(&server.chat()).await.unwrap();
        let numbered = names(&server).await;
        let first: Vec<_> = numbered.iter().take(3).map(|it| (it.0, it.1.as_str())).collect();
        assert_eq!(first, [(1, "General"), (2, "Random"), (3, "Tech Talk")], "{kind:?}");
        assert_eq!(numbered.len(), 6, "{kind:?}");
        let found = public::by_name(&server.chat(), "general").await.unwrap();
        assert_eq!(found.number, 1, "a name goes before a slug");
        let body = json!({"username": "user1", "password": "password123"});
        let (status, _) = server.call(Method::POST, "/v1/auth/login", None, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{kind:?}");
    }
}

async fn a_public_room_is_found_by_number_name_and_slug(server: Server) {
    let ann = server.person("ann").await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let quiet = public::create(&chat, me, "Äther", Some("where nobody is")).await.unwrap();
    let twin = public::create(&chat, me, "äther", None).await.unwrap();
    assert_eq!(public::by_number(&chat, quiet.number).await.unwrap().room, quiet.room);
    assert_eq!(public::by_name(&chat, "Äther").await.unwrap().number, quiet.number);
    assert_eq!(public::by_name(&chat, "äther").await.unwrap().number, twin.number);
    assert_eq!(public::by_name(&chat, "ÄTHER").await.unwrap().number, quiet.number);
    assert_eq!(public::by_name(&chat, "General").await.unwrap().number, 1, "by slug");
    assert_eq!(public::by_slug(&chat, "tech").await.unwrap().number, 2);
    for gone in [
        public::by_number(&chat, 999).await,
        public::by_name(&chat, "nowhere").await,
        public::by_slug(&chat, "nowhere").await,
    ] {
        assert!(matches!(gone, Err(Error::Missing(Thing::Room))));
    }
    let bob = server.person("bob").await;
    let private = server.direct_room(&ann, &bob).await;
    let private = entity::id::RoomId(private.parse().unwrap());
    let private = room::view(&chat, me, private).await.unwrap().number;
    let hidden = public::by_number(&chat, private).await;
    assert!(matches!(hidden, Err(Error::Missing(Thing::Room))), "it is not public");
}

async fn anybody_reads_and_writes_in_a_public_room(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let default_room = public::by_slug(&chat, "general").await.unwrap().room.chatroom_id;
    server.say(&ann, &default_room.to_string(), "anybody here?").await;
    let page = message::history(&chat, other, default_room, Window::Newest, Limit::default()).await;
    assert_eq!(page.unwrap().items.len(), 1);

    let listed = &public::list(&chat, other).await.unwrap()[0];
    assert_eq!((listed.member_count, listed.unread), (0, 0));
    assert_eq!(listed.last_message.as_ref().unwrap().row.content, "anybody here?");
    assert!(room::list(&chat, other).await.unwrap().is_empty(), "a visitor is no member");
    let joins = (0..4).map(|_| member::join(&chat, other, default_room));
    assert!(join_all(joins).await.iter().all(Result::is_ok));
    server.say(&ann, &default_room.to_string(), "hello?").await;
    let listed = &public::list(&chat, other).await.unwrap()[0];
    assert_eq!((listed.member_count, listed.unread), (1, 1));
    assert_eq!(room::list(&chat, other).await.unwrap().len(), 1);
    assert!(room::list(&chat, me).await.unwrap().is_empty());
}
