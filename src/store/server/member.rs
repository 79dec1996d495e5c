//! Who is on which server.

use entity::{
    id::{ServerId, UserId},
    participant::Role,
    server_member,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DbErr, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
};

use crate::policy::server::MayView;

pub async fn insert(
    db: &impl ConnectionTrait,
    server: ServerId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = server_member::ActiveModel {
        server_id: Set(server),
        user_id: Set(user),
        role: Set(role),
        joined_at: Set(now),
    };
    server_member::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    server: ServerId,
    user: UserId,
) -> Result<Option<server_member::Model>, DbErr> {
    server_member::Entity::find_by_id((server, user)).one(db).await
}

/// By their ids, from the one after `after` on.
pub async fn page(
    db: &impl ConnectionTrait,
    permit: MayView,
    after: UserId,
    most: u64,
) -> Result<Vec<server_member::Model>, DbErr> {
    server_member::Entity::find()
        .filter(server_member::Column::ServerId.eq(permit.server()))
        .filter(server_member::Column::UserId.gt(after))
        .order_by_asc(server_member::Column::UserId)
        .limit(most)
        .all(db)
        .await
}

/// In the order in which they came.
pub async fn of(
    db: &impl ConnectionTrait,
    server: ServerId,
) -> Result<Vec<server_member::Model>, DbErr> {
    server_member::Entity::find()
        .filter(server_member::Column::ServerId.eq(server))
        .order_by_asc(server_member::Column::JoinedAt)
        .order_by_asc(server_member::Column::UserId)
        .all(db)
        .await
}

pub async fn of_user(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<server_member::Model>, DbErr> {
    server_member::Entity::find().filter(server_member::Column::UserId.eq(user)).all(db).await
}

pub async fn servers_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<ServerId>, DbErr> {
    server_member::Entity::find()
        .select_only()
        .column(server_member::Column::ServerId)
        .filter(server_member::Column::UserId.eq(user))
        .into_tuple()
        .all(db)
        .await
}

pub async fn count(db: &impl ConnectionTrait, server: ServerId) -> Result<u64, DbErr> {
    server_member::Entity::find().filter(server_member::Column::ServerId.eq(server)).count(db).await
}

/// How many members each server has.
pub async fn counts(
    db: &impl ConnectionTrait,
    servers: &[ServerId],
) -> Result<Vec<(ServerId, i64)>, DbErr> {
    server_member::Entity::find()
        .select_only()
        .column(server_member::Column::ServerId)
        .column_as(server_member::Column::UserId.count(), "members")
        .filter(server_member::Column::ServerId.is_in(servers.iter().copied()))
        .group_by(server_member::Column::ServerId)
        .into_tuple()
        .all(db)
        .await
}

pub async fn set_role(
    db: &impl ConnectionTrait,
    server: ServerId,
    user: UserId,
    role: Role,
) -> Result<(), DbErr> {
    let change = server_member::ActiveModel { role: Set(role), ..Default::default() };
    server_member::Entity::update_many()
        .set(change)
        .filter(server_member::Column::ServerId.eq(server))
        .filter(server_member::Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete(
    db: &impl ConnectionTrait,
    server: ServerId,
    user: UserId,
) -> Result<bool, DbErr> {
    let done = server_member::Entity::delete_by_id((server, user)).exec(db).await?;
    Ok(done.rows_affected == 1)
}
