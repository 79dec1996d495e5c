//! Connections that are not where their pool takes them to be.

use std::time::Duration;

use entity::counter;
use parlor::{chat::engine::clock::Clock, config::Settings, store};
use sea_orm::{ConnectionTrait, EntityTrait};
use tokio::time::timeout;

use crate::support::{databases::Kind, server::Server};

crate::on_every_database!(a_transaction_in_which_something_failed_does_not_commit);

/// PostgreSQL takes such a commit for a rollback, and says that all is well.
async fn a_transaction_in_which_something_failed_does_not_commit(server: Server) {
    let writer = server.writer();
    let tx = writer.begin().await.unwrap();
    store::engine::counter::take(&tx, "mine", 1).await.unwrap();
    tx.execute_unprepared("SELECT 1 FROM nowhere").await.unwrap_err();
    tx.commit().await.unwrap_err();
    let kept = counter::Entity::find_by_id("mine").one(&writer).await.unwrap();
    assert_eq!(kept, None);
    // Whoever comes next is not within what is left of it.
    let tx = writer.begin().await.unwrap();
    store::engine::counter::take(&tx, "mine", 1).await.unwrap();
    tx.commit().await.unwrap();
    let kept = counter::Entity::find_by_id("mine").one(&writer).await.unwrap();
    assert!(kept.is_some());
}

fn one_connection(settings: &mut Settings) {
    settings.database.max_connections = 1;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_while_it_begins_leaves_no_transaction_behind_on_postgres() {
    whoever_leaves_while_it_begins_leaves_no_transaction_behind(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_while_it_begins_leaves_no_transaction_behind_on_mariadb() {
    whoever_leaves_while_it_begins_leaves_no_transaction_behind(Kind::MariaDb).await;
}

async fn whoever_leaves_while_it_begins_leaves_no_transaction_behind(kind: Kind) {
    let (mut server, proxy) = Server::behind_proxy(kind, one_connection).await;
    server.begin(Clock::system()).await;
    let writer = server.writer();
    writer.ping().await.unwrap();
    proxy.hang();
    assert!(timeout(Duration::from_millis(300), writer.begin()).await.is_err());
    proxy.resume();
    // What is done on its own is safe at once, for others to see.
    store::engine::counter::take(&writer, "mine", 1).await.unwrap();
    let beside = server.beside().await;
    let kept = counter::Entity::find_by_id("mine").one(&beside).await.unwrap();
    assert!(kept.is_some(), "it waits in somebody else's transaction");
}
