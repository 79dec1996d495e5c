//! The tables come, go, and come again, whoever else is at it.

use std::time::Duration;

use futures_util::future::join_all;
use migration::{Migrator, MigratorTrait};
use parlor::store::{
    connection::{self, Address},
    schema,
};

use crate::support::{
    databases::{self, Kind},
    server::Folder,
};

async fn address(kind: Kind, folder: &Folder) -> Address {
    let url = databases::fresh(kind, folder.path()).await;
    Address {
        // SeaORM's spelling of the path that the settings would translate.
        url: url.replace("sqlite:////", "sqlite:///")
            + if url.starts_with("sqlite") { "?mode=rwc" } else { "" },
        max_connections: 4,
        acquire: Duration::from_secs(10),
        sqlite_full_sync: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_can_be_taken_back_and_again() {
    for kind in [Kind::Sqlite, Kind::Postgres, Kind::MariaDb] {
        let folder = Folder::new();
        let address = address(kind, &folder).await;
        let db = connection::open(&address).await.unwrap();
        schema::migrate(&db, &address).await.unwrap();
        assert!(schema::pending(&db).await.unwrap().is_empty(), "{kind:?}: everything is done");
        let all = Migrator::migrations().len();
        schema::revert(&db, u32::try_from(all).unwrap()).await.unwrap();
        assert_eq!(schema::pending(&db).await.unwrap().len(), all, "{kind:?}");
        schema::migrate(&db, &address).await.unwrap();
        schema::migrate(&db, &address).await.unwrap();
        assert!(schema::pending(&db).await.unwrap().is_empty(), "{kind:?}");
        db.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_do_not_disturb_each_other() {
    for kind in [Kind::Postgres, Kind::MariaDb] {
        let folder = Folder::new();
        let address = address(kind, &folder).await;
        let starts = (0..4).map(|_| async {
            let db = connection::open(&address).await.unwrap();
            schema::migrate(&db, &address).await.unwrap();
            db.close().await.unwrap();
        });
        join_all(starts).await;
    }
}
