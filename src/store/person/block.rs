//! Blocks: directed, one row each.

use entity::{block, id::UserId, time::Timestamp};
use sea_orm::{ActiveValue::Set, Condition, DbErr, QueryOrder, entity::prelude::*};

pub async fn insert(
    db: &impl ConnectionTrait,
    me: UserId,
    other: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = block::ActiveModel { user_id: Set(me), blocked_id: Set(other), created_at: Set(now) };
    block::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn exists(db: &impl ConnectionTrait, me: UserId, other: UserId) -> Result<bool, DbErr> {
    Ok(block::Entity::find_by_id((me, other)).one(db).await?.is_some())
}

/// Whether one of the two has blocked the other.
pub async fn between(db: &impl ConnectionTrait, one: UserId, other: UserId) -> Result<bool, DbErr> {
    let pair = |a: UserId, b: UserId| {
        Condition::all().add(block::Column::UserId.eq(a)).add(block::Column::BlockedId.eq(b))
    };
    let found = block::Entity::find()
        .filter(Condition::any().add(pair(one, other)).add(pair(other, one)))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Everybody whom one of these has blocked, or who has blocked one of them.
pub async fn involving(
    db: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Vec<block::Model>, DbErr> {
    block::Entity::find()
        .filter(
            Condition::any()
                .add(block::Column::UserId.is_in(users.iter().copied()))
                .add(block::Column::BlockedId.is_in(users.iter().copied())),
        )
        .all(db)
        .await
}

pub async fn delete(db: &impl ConnectionTrait, me: UserId, other: UserId) -> Result<bool, DbErr> {
    Ok(block::Entity::delete_by_id((me, other)).exec(db).await?.rows_affected == 1)
}

pub async fn delete_all(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    block::Entity::delete_many()
        .filter(
            Condition::any()
                .add(block::Column::UserId.eq(user))
                .add(block::Column::BlockedId.eq(user)),
        )
        .exec(db)
        .await?;
    Ok(())
}

pub async fn of(db: &impl ConnectionTrait, me: UserId) -> Result<Vec<block::Model>, DbErr> {
    block::Entity::find()
        .filter(block::Column::UserId.eq(me))
        .order_by_asc(block::Column::CreatedAt)
        .all(db)
        .await
}
