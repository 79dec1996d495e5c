//! The tables come, go, and come again, whoever else is at it.
mod lock;
mod upgrade;

use std::{collections::HashMap, time::Duration};

use entity::id::RoomId;
use futures_util::future::join_all;
use migration::{Migrator, MigratorTrait};
use parlor::store::{
    engine::{
        connection::{self, Address},
        migrate::{self, PATIENCE},
    },
    room::{self, NewRoom, number},
};
use sea_orm::ConnectionTrait;

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
        statement: Duration::from_secs(10),
        sqlite_full_sync: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_can_be_taken_back_and_again() {
    for kind in [Kind::Sqlite, Kind::Postgres, Kind::MariaDb] {
        let folder = Folder::new();
        let address = address(kind, &folder).await;
        let db = connection::open(&address).await.unwrap();
        migrate::up(&db, &address, PATIENCE).await.unwrap();
        assert!(migrate::pending(&db).await.unwrap().is_empty(), "{kind:?}: everything is done");
        let all = Migrator::migrations().len();
        migrate::revert(&db, &address, u32::try_from(all).unwrap(), PATIENCE).await.unwrap();
        assert_eq!(migrate::pending(&db).await.unwrap().len(), all, "{kind:?}");
        migrate::up(&db, &address, PATIENCE).await.unwrap();
        migrate::up(&db, &address, PATIENCE).await.unwrap();
        assert!(migrate::pending(&db).await.unwrap().is_empty(), "{kind:?}");
        db.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_from_before_numbers_get_theirs_by_age() {
    for kind in [Kind::Sqlite, Kind::Postgres, Kind::MariaDb] {
        let folder = Folder::new();
        let address = address(kind, &folder).await;
        let db = connection::open(&address).await.unwrap();
        migrate::up(&db, &address, PATIENCE).await.unwrap();
        let before = 5;
        let later = Migrator::migrations().len() - before;
        migrate::revert(&db, &address, u32::try_from(later).unwrap(), PATIENCE).await.unwrap();
        let ids = ["01".repeat(16), "02".repeat(16), "03".repeat(16)];
        for (id, day) in ids.iter().zip([3, 1, 2]) {
            let (id, zone) = match kind {
                Kind::Sqlite => (format!("X'{id}'"), "+00:00"),
                Kind::Postgres => (format!("'{id}'"), "+00:00"),
                Kind::MariaDb => (format!("X'{id}'"), ""),
            };
            let row = format!("{id}, 'group', 0, 1, '2026-01-0{day} 00:00:00{zone}'");
            let columns = "chatroom_id, kind, last_seq, rev, created_at";
            let sql = format!("INSERT INTO chatrooms ({columns}) VALUES ({row})");
            db.execute_unprepared(&sql).await.unwrap();
        }
        migrate::up(&db, &address, PATIENCE).await.unwrap();
        let rooms = ids.map(|it| RoomId(it.parse().unwrap()));
        let rows = number::of(&db, &rooms).await.unwrap();
        let numbers: HashMap<_, _> = rows.iter().map(|it| (it.chatroom_id, it.number)).collect();
        assert_eq!(rooms.map(|it| numbers[&it]), [3, 1, 2], "{kind:?}");
        let all = room::find_all(&db, &rooms).await.unwrap();
        assert!(all.iter().all(|it| it.updated_at == it.created_at), "{kind:?}");
        let now = all[0].created_at;
        let new = room::insert(&db, NewRoom::public("new"), now).await.unwrap();
        let row = number::of(&db, &[new.chatroom_id]).await.unwrap();
        assert_eq!(row[0].number, 4, "{kind:?}");
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
            migrate::up(&db, &address, PATIENCE).await.unwrap();
            db.close().await.unwrap();
        });
        join_all(starts).await;
    }
}
