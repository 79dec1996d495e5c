//! How each person has set up a room for themselves.

use entity::{
    id::{RoomId, UserId},
    participant,
};
use sea_orm::{DbErr, QueryFilter, entity::prelude::*};

/// Sets these columns of one membership; `false` when there is none.
pub async fn update(
    db: &impl ConnectionTrait,
    room: RoomId,
    user: UserId,
    change: participant::ActiveModel,
) -> Result<bool, DbErr> {
    let changed = participant::Entity::update_many()
        .set(change)
        .filter(participant::Column::ChatroomId.eq(room))
        .filter(participant::Column::UserId.eq(user))
        .exec(db)
        .await?;
    // Rows found, not rows that differ: sqlx asks MySQL for that (`FOUND_ROWS`).
    Ok(changed.rows_affected == 1)
}
