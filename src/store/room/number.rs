//! Rooms by number, for clients that know rooms by integer.

use entity::{chatroom_number, id::RoomId};
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, entity::prelude::*};

use crate::store::engine::counter;

/// Gives the room the next number. Numbers that were not committed are given back, so
/// the first rooms of a new database are 1, 2, 3.
pub async fn insert(db: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    let number = counter::take(db, "rooms", 1).await?;
    let row = chatroom_number::ActiveModel { number: Set(number), chatroom_id: Set(room) };
    chatroom_number::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    number: i64,
) -> Result<Option<chatroom_number::Model>, DbErr> {
    chatroom_number::Entity::find_by_id(number).one(db).await
}

pub async fn of(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<chatroom_number::Model>, DbErr> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    chatroom_number::Entity::find()
        .filter(chatroom_number::Column::ChatroomId.is_in(rooms.iter().copied()))
        .all(db)
        .await
}
