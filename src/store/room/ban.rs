//! Whom rooms keep out.

use entity::{
    id::{RoomId, UserId},
    room_ban,
    time::Timestamp,
};
use sea_orm::{DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

use crate::policy::MayBan;

pub async fn insert(
    db: &impl ConnectionTrait,
    permit: MayBan,
    user: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = room_ban::Model {
        chatroom_id: permit.room(),
        user_id: user,
        banned_by: permit.actor(),
        created_at: now,
    };
    room_ban::Entity::insert(room_ban::ActiveModel::from(row).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub async fn is_banned(
    db: &impl ConnectionTrait,
    room: RoomId,
    user: UserId,
) -> Result<bool, DbErr> {
    Ok(room_ban::Entity::find_by_id((room, user)).one(db).await?.is_some())
}

/// Everybody whom a room keeps out, for the policy.
pub async fn of_room(db: &impl ConnectionTrait, room: RoomId) -> Result<Vec<UserId>, DbErr> {
    room_ban::Entity::find()
        .select_only()
        .column(room_ban::Column::UserId)
        .filter(room_ban::Column::ChatroomId.eq(room))
        .into_tuple()
        .all(db)
        .await
}

/// The rooms that keep somebody out.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<RoomId>, DbErr> {
    room_ban::Entity::find()
        .select_only()
        .column(room_ban::Column::ChatroomId)
        .filter(room_ban::Column::UserId.eq(user))
        .into_tuple()
        .all(db)
        .await
}

/// In the order in which they were sent away.
pub async fn list(
    db: &impl ConnectionTrait,
    permit: MayBan,
) -> Result<Vec<room_ban::Model>, DbErr> {
    room_ban::Entity::find()
        .filter(room_ban::Column::ChatroomId.eq(permit.room()))
        .order_by_asc(room_ban::Column::CreatedAt)
        .order_by_asc(room_ban::Column::UserId)
        .all(db)
        .await
}

pub async fn delete(
    db: &impl ConnectionTrait,
    permit: MayBan,
    user: UserId,
) -> Result<bool, DbErr> {
    Ok(room_ban::Entity::delete_by_id((permit.room(), user)).exec(db).await?.rows_affected == 1)
}

/// Of somebody whose account is gone there is nobody to keep out.
pub async fn delete_of(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    room_ban::Entity::delete_many().filter(room_ban::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}
