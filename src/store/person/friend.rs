//! Friendships: one row per unordered pair.

use entity::{
    friend::{self, Status},
    id::UserId,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, Condition, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
};

/// The same for both directions.
pub fn pair_key(one: UserId, other: UserId) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

/// The pair's row, locked until the transaction ends where the database can.
pub async fn find(
    db: &impl ConnectionTrait,
    one: UserId,
    other: UserId,
) -> Result<Option<friend::Model>, DbErr> {
    friend::Entity::find()
        .filter(friend::Column::PairKey.eq(pair_key(one, other)))
        .lock_exclusive()
        .one(db)
        .await
}

pub async fn read(
    db: &impl ConnectionTrait,
    one: UserId,
    other: UserId,
) -> Result<Option<friend::Model>, DbErr> {
    friend::Entity::find().filter(friend::Column::PairKey.eq(pair_key(one, other))).one(db).await
}

pub async fn insert(
    db: &impl ConnectionTrait,
    from: UserId,
    to: UserId,
    now: Timestamp,
) -> Result<friend::Model, DbErr> {
    let row = friend::Model {
        user_id: from,
        friend_id: to,
        pair_key: pair_key(from, to),
        status: Status::Pending,
        created_at: now,
    };
    friend::Entity::insert(friend::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(row)
}

pub async fn accept(db: &impl ConnectionTrait, one: UserId, other: UserId) -> Result<bool, DbErr> {
    let done = friend::Entity::update_many()
        .set(friend::ActiveModel { status: Set(Status::Accepted), ..Default::default() })
        .filter(friend::Column::PairKey.eq(pair_key(one, other)))
        .filter(friend::Column::Status.eq(Status::Pending))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn delete(db: &impl ConnectionTrait, one: UserId, other: UserId) -> Result<bool, DbErr> {
    let done = friend::Entity::delete_many()
        .filter(friend::Column::PairKey.eq(pair_key(one, other)))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn delete_all(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    friend::Entity::delete_many().filter(either_side(&[user])).exec(db).await?;
    Ok(())
}

/// Every row that names one of these people.
pub async fn of(
    db: &impl ConnectionTrait,
    users: &[UserId],
    status: Status,
) -> Result<Vec<friend::Model>, DbErr> {
    friend::Entity::find()
        .filter(friend::Column::Status.eq(status))
        .filter(either_side(users))
        .order_by_asc(friend::Column::CreatedAt)
        .all(db)
        .await
}

fn either_side(users: &[UserId]) -> Condition {
    Condition::any()
        .add(friend::Column::UserId.is_in(users.iter().copied()))
        .add(friend::Column::FriendId.is_in(users.iter().copied()))
}
