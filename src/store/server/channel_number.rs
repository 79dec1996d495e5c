//! Channels by number.

use entity::{channel_number, id::RoomId};
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, entity::prelude::*};

use crate::store::engine::counter;

/// Gives the channel the next number. Numbers that were not committed are given back.
pub async fn insert(db: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    let number = counter::take(db, "channels", 1).await?;
    let row = channel_number::ActiveModel { number: Set(number), chatroom_id: Set(room) };
    channel_number::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    number: i64,
) -> Result<Option<channel_number::Model>, DbErr> {
    channel_number::Entity::find_by_id(number).one(db).await
}

pub async fn of(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<channel_number::Model>, DbErr> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    channel_number::Entity::find()
        .filter(channel_number::Column::ChatroomId.is_in(rooms.iter().copied()))
        .all(db)
        .await
}
