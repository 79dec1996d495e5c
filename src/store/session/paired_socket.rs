//! Sockets without a credential, and the rooms that they had.

use entity::{
    id::{RoomId, SessionId},
    paired_socket,
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};
use uuid::Uuid;

/// Lost sockets of one client that are looked at.
const MOST: u64 = 64;

pub struct Paired {
    pub id: Uuid,
    pub session: SessionId,
    pub client_hash: String,
    pub rooms: Vec<RoomId>,
}

pub async fn insert(db: &impl ConnectionTrait, new: &Paired) -> Result<(), DbErr> {
    let row = paired_socket::ActiveModel {
        socket_id: Set(new.id),
        session_id: Set(new.session),
        client_hash: Set(new.client_hash.clone()),
        rooms: Set(spell(&new.rooms)),
        lost_at: Set(None),
    };
    paired_socket::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn update(db: &impl ConnectionTrait, changed: &Paired) -> Result<(), DbErr> {
    paired_socket::Entity::update_many()
        .col_expr(paired_socket::Column::SessionId, Expr::value(changed.session))
        .col_expr(paired_socket::Column::Rooms, Expr::value(spell(&changed.rooms)))
        .filter(paired_socket::Column::SocketId.eq(changed.id))
        .exec(db)
        .await?;
    Ok(())
}

/// Its connection is gone.
pub async fn lose(db: &impl ConnectionTrait, id: Uuid, now: Timestamp) -> Result<(), DbErr> {
    paired_socket::Entity::update_many()
        .col_expr(paired_socket::Column::LostAt, Expr::value(now))
        .filter(paired_socket::Column::SocketId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Those that were there when the server ended.
pub async fn lose_all(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    paired_socket::Entity::update_many()
        .col_expr(paired_socket::Column::LostAt, Expr::value(now))
        .filter(paired_socket::Column::LostAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Those of one client that were lost since then, the latest first.
pub async fn lost_since(
    db: &impl ConnectionTrait,
    client_hash: &str,
    since: Timestamp,
) -> Result<Vec<Paired>, DbErr> {
    let rows = paired_socket::Entity::find()
        .filter(paired_socket::Column::ClientHash.eq(client_hash))
        .filter(paired_socket::Column::LostAt.gte(since))
        .order_by_desc(paired_socket::Column::LostAt)
        .limit(MOST)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Paired::from).collect())
}

/// Takes one that is there; `false` when somebody else was quicker.
pub async fn take(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    Ok(paired_socket::Entity::delete_by_id(id).exec(db).await?.rows_affected == 1)
}

/// Lets go of those that were lost before this.
pub async fn delete_before(db: &impl ConnectionTrait, moment: Timestamp) -> Result<(), DbErr> {
    paired_socket::Entity::delete_many()
        .filter(paired_socket::Column::LostAt.lt(moment))
        .exec(db)
        .await?;
    Ok(())
}

impl From<paired_socket::Model> for Paired {
    fn from(row: paired_socket::Model) -> Self {
        let rooms = row.rooms.lines().filter_map(|it| it.parse().ok()).map(RoomId).collect();
        Self { id: row.socket_id, session: row.session_id, client_hash: row.client_hash, rooms }
    }
}

fn spell(rooms: &[RoomId]) -> String {
    rooms.iter().map(|it| it.0.to_string()).collect::<Vec<_>>().join("\n")
}
