//! Finding messages: what is found, by whom, in which order, and what the index keeps.

/// Makes a test for each kind of database, which starts its own servers there.
macro_rules! on_every_kind {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::support::databases::Kind;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(Kind::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(Kind::Postgres).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_mariadb() {
                super::$name(Kind::MariaDb).await;
            }
        }
    )+};
}

mod index;
mod pages;
mod permission;
mod reference;
mod words;

use std::time::{Duration, Instant};

use entity::{id::MessageId, message};
use parlor::{
    chat::engine::clock::Clock,
    config::Settings,
    store::{
        message as rows,
        search::{self, progress},
    },
};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::Value;
use tokio::time::sleep;
use url::form_urlencoded::Serializer;

use crate::support::{databases::Kind, people::Person, server::Server};

type Filters<'a> = &'a [(&'a str, &'a str)];

/// A server that puts so many messages into the index at once.
async fn server(kind: Kind, tweak: fn(&mut Settings)) -> Server {
    let mut server = Server::prepared(kind, &[], tweak).await;
    server.begin(Clock::system()).await;
    server
}

fn eager(settings: &mut Settings) {
    settings.search.block = 1;
}

fn path(query: &str, filters: Filters<'_>) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("query", query).extend_pairs(filters);
    format!("/v1/search?{}", pairs.finish())
}

/// What was said in the messages that are found, newest first, over all pages.
async fn found(server: &Server, who: &Person, query: &str, filters: Filters<'_>) -> Vec<String> {
    let all = found_whole(server, who, query, filters).await;
    all.iter().map(|it| it["content"].as_str().unwrap().to_owned()).collect()
}

async fn found_whole(
    server: &Server,
    who: &Person,
    query: &str,
    filters: Filters<'_>,
) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = None::<String>;
    loop {
        let mut filters = filters.to_vec();
        filters.extend(cursor.as_deref().map(|it| ("cursor", it)));
        let page = server.get(&path(query, &filters), who).await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return all,
        }
    }
}

async fn refusal(
    server: &Server,
    who: &Person,
    query: &str,
    filters: Filters<'_>,
) -> (StatusCode, Value) {
    let (status, answer) = server.call(Method::GET, &path(query, filters), Some(who), None).await;
    assert!(status.is_client_error(), "{query}: {answer}");
    (status, answer)
}

/// Waits until the index has everything.
async fn indexed(server: &Server) {
    indexed_up_to(server, 1).await;
}

/// Waits until fewer messages than these are missing in the index.
async fn indexed_up_to(server: &Server, block: i64) {
    let began = Instant::now();
    loop {
        let waiting = progress::backlog(server.db().await).await.unwrap();
        if waiting.iter().map(progress::Stretch::length).sum::<i64>() < block {
            return;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "the index does not get on");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn row(server: &Server, message: &Value) -> message::Model {
    let id = MessageId(message["message_id"].as_i64().unwrap());
    message::Entity::find_by_id(id).one(server.db().await).await.unwrap().unwrap()
}

/// As an operation does that changes what a message says.
async fn edit(server: &Server, message: &Value, words: &str) {
    change(server, message, Some(words)).await;
}

/// As an operation does that deletes a message.
async fn delete(server: &Server, message: &Value) {
    change(server, message, None).await;
}

async fn change(server: &Server, message: &Value, words: Option<&str>) {
    let before = row(server, message).await;
    let (chat, id) = (server.chat(), before.message_id);
    let tx = server.writer().begin().await.unwrap();
    let room = parlor::store::room::lock(&tx, &[before.chatroom_id]).await.unwrap();
    parlor::store::room::touch(&tx, before.chatroom_id).await.unwrap();
    rows::touch(&tx, id, room[0].rev + 1).await.unwrap();
    let update = message::Entity::update_many()
        .col_expr(message::Column::Content, Expr::value(words.unwrap_or_default()))
        .filter(sea_orm::ColumnTrait::eq(&message::Column::MessageId, id));
    let update = match words {
        Some(_) => update,
        None => update.col_expr(message::Column::DeletedAt, Expr::value(chat.now())),
    };
    update.exec(&tx).await.unwrap();
    match words {
        Some(words) => search::revise(&tx, &before, words).await.unwrap(),
        None => search::forget(&tx, &before).await.unwrap(),
    }
    tx.commit().await.unwrap();
}

/// The message at each place of the index, as its blocks say.
async fn places(db: &impl ConnectionTrait) -> Vec<i64> {
    let mut blocks = search::block::before(db, i64::MAX, i64::MAX, 1 << 20).await.unwrap();
    blocks.reverse();
    let mut all = Vec::new();
    for block in blocks {
        assert_eq!(block.place, i64::try_from(all.len()).unwrap(), "blocks follow each other");
        for (_, messages) in search::block::messages(db, &[block.place]).await.unwrap() {
            assert_eq!(messages.len(), usize::try_from(block.length).unwrap());
            all.extend(messages);
        }
    }
    all
}
