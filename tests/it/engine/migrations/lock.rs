//! Whoever changes the tables is alone at it, and nobody waits for that for ever.

use std::time::Duration;

use parlor::{
    config::Settings,
    serve::{StartError, database::Database},
    store::engine::{connection, migrate},
};
use sea_orm::ConnectionTrait;

use crate::support::{databases::Kind, server::Server};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_too_long_for_the_tables_says_so_and_leaves_them_alone() {
    for (kind, take, give_back) in [
        (Kind::Postgres, "SELECT pg_advisory_lock(707267)", "SELECT pg_advisory_unlock(707267)"),
        (
            Kind::MariaDb,
            "SELECT GET_LOCK('parlor_707267', 600)",
            "SELECT RELEASE_LOCK('parlor_707267')",
        ),
    ] {
        let server = Server::prepared(kind, &[], |_| {}).await;
        let settings = Settings::load(None, server.variables()).unwrap();
        let mut database = Database::open(&settings).await.unwrap();
        let all = migrate::pending(&database.pool).await.unwrap();
        let alone = connection::Address { max_connections: 1, ..database.address.clone() };
        let other = connection::open(&alone).await.unwrap();
        other.execute_unprepared(take).await.unwrap();
        database.patience = Duration::from_secs(1);
        expect_refusal(kind, database.migrate().await);
        assert_eq!(migrate::pending(&database.pool).await.unwrap(), all, "{kind:?}");
        other.execute_unprepared(give_back).await.unwrap();
        database.patience = migrate::PATIENCE;
        database.migrate().await.unwrap();
        other.execute_unprepared(take).await.unwrap();
        database.patience = Duration::from_secs(1);
        expect_refusal(kind, database.revert(1).await);
        let none: [String; 0] = [];
        assert_eq!(migrate::pending(&database.pool).await.unwrap(), none, "{kind:?}");
        // The lock goes with its connection, however that ends.
        other.close().await.unwrap();
        database.patience = migrate::PATIENCE;
        database.revert(1).await.unwrap();
        assert_eq!(migrate::pending(&database.pool).await.unwrap(), all[all.len() - 1..]);
        database.pool.close().await.unwrap();
    }
}

fn expect_refusal(kind: Kind, done: Result<(), StartError>) {
    let said = done.unwrap_err().to_string();
    let (_, why) = said.split_once(" is in use: ").unwrap_or_else(|| panic!("{kind:?}: {said}"));
    assert_eq!(why, "another server has been changing its tables for 1 s; try again later");
    assert_eq!(said.lines().count(), 1, "{said}");
}
