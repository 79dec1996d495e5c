//! Servers.

pub mod ban;
pub mod channel_number;
pub mod invite;
pub mod member;

use entity::{
    id::{ServerId, UserId},
    server, server_member,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DbErr, JoinType, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
};

use crate::{policy::server::MayRule, store::engine::counter};

pub struct NewServer {
    pub name: String,
    pub description: Option<String>,
    pub icon_url: Option<String>,
    pub owner: UserId,
    pub is_open: bool,
}

pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewServer,
    now: Timestamp,
) -> Result<server::Model, DbErr> {
    let row = server::Model {
        server_id: ServerId(counter::take(db, "servers", 1).await?),
        name: new.name,
        description: new.description,
        icon_url: new.icon_url,
        owner_id: new.owner,
        is_open: new.is_open,
        created_at: now,
        updated_at: now,
    };
    server::Entity::insert(server::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(row)
}

pub async fn find(
    db: &impl ConnectionTrait,
    server: ServerId,
) -> Result<Option<server::Model>, DbErr> {
    server::Entity::find_by_id(server).one(db).await
}

/// The server, held until the transaction ends, so that its members and its channels do
/// not change at the same time.
pub async fn lock(
    db: &impl ConnectionTrait,
    server: ServerId,
) -> Result<Option<server::Model>, DbErr> {
    server::Entity::find_by_id(server).lock_exclusive().one(db).await
}

/// The servers that somebody is on, oldest first.
pub async fn of_member(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<server::Model>, DbErr> {
    server::Entity::find()
        .join(
            JoinType::InnerJoin,
            server::Entity::belongs_to(server_member::Entity)
                .from(server::Column::ServerId)
                .to(server_member::Column::ServerId)
                .into(),
        )
        .filter(server_member::Column::UserId.eq(user))
        .order_by_asc(server::Column::ServerId)
        .all(db)
        .await
}

/// What to change; `None` leaves a field as it is.
#[derive(Clone)]
pub struct Description {
    pub name: Option<String>,
    pub description: Option<String>,
    pub icon_url: Option<String>,
    pub is_open: Option<bool>,
}

/// An empty text clears an optional field.
pub async fn describe(
    db: &impl ConnectionTrait,
    permit: MayRule,
    wanted: Description,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut change = server::ActiveModel {
        server_id: Set(permit.server()),
        updated_at: Set(now),
        ..Default::default()
    };
    if let Some(name) = wanted.name {
        change.name = Set(name);
    }
    if let Some(description) = wanted.description {
        change.description = Set(Some(description).filter(|it| !it.is_empty()));
    }
    if let Some(icon_url) = wanted.icon_url {
        change.icon_url = Set(Some(icon_url).filter(|it| !it.is_empty()));
    }
    if let Some(is_open) = wanted.is_open {
        change.is_open = Set(is_open);
    }
    server::Entity::update(change).exec_without_returning(db).await?;
    Ok(())
}

/// To somebody who stays.
pub async fn set_owner(
    db: &impl ConnectionTrait,
    server: ServerId,
    owner: UserId,
) -> Result<(), DbErr> {
    server::Entity::update_many()
        .col_expr(server::Column::OwnerId, Expr::value(owner))
        .filter(server::Column::ServerId.eq(server))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete(db: &impl ConnectionTrait, permit: MayRule) -> Result<(), DbErr> {
    server::Entity::delete_by_id(permit.server()).exec(db).await?;
    Ok(())
}
