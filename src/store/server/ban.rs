//! Who may not come to a server again.

use entity::{
    ban,
    id::{ServerId, UserId},
};
use sea_orm::{DbErr, QueryFilter, QueryOrder, entity::prelude::*};

use crate::policy::server::MayAdmit;

pub async fn insert(db: &impl ConnectionTrait, row: &ban::Model) -> Result<(), DbErr> {
    ban::Entity::insert(ban::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    server: ServerId,
    user: UserId,
) -> Result<Option<ban::Model>, DbErr> {
    ban::Entity::find_by_id((server, user)).one(db).await
}

/// In the order in which they were sent away.
pub async fn of(db: &impl ConnectionTrait, permit: MayAdmit) -> Result<Vec<ban::Model>, DbErr> {
    ban::Entity::find()
        .filter(ban::Column::ServerId.eq(permit.server()))
        .order_by_asc(ban::Column::CreatedAt)
        .order_by_asc(ban::Column::UserId)
        .all(db)
        .await
}

pub async fn delete(
    db: &impl ConnectionTrait,
    permit: MayAdmit,
    user: UserId,
) -> Result<bool, DbErr> {
    Ok(ban::Entity::delete_by_id((permit.server(), user)).exec(db).await?.rows_affected == 1)
}

/// Of somebody whose account is gone there is nobody to keep out.
pub async fn delete_of(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    ban::Entity::delete_many().filter(ban::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}
