//! When cursors rose. Rows go with the membership, and after a while.

use entity::{
    id::{RoomId, UserId},
    receipt,
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, QuerySelect, entity::prelude::*};

use crate::policy::MayRead;

/// Notes that this person's cursors rose to here: the one of what has arrived, and the one
/// of what was read.
pub async fn insert(
    db: &impl ConnectionTrait,
    room: RoomId,
    user: UserId,
    seq: i64,
    kinds: &[bool],
    now: Timestamp,
) -> Result<(), DbErr> {
    if kinds.is_empty() {
        return Ok(());
    }
    let row = |is_read: &bool| receipt::ActiveModel {
        chatroom_id: Set(room),
        user_id: Set(user),
        is_read: Set(*is_read),
        seq: Set(seq),
        at: Set(now),
    };
    receipt::Entity::insert_many(kinds.iter().map(row)).exec_without_returning(db).await?;
    Ok(())
}

/// When each person's cursor of each kind first rose to this message or past it.
pub async fn first_from(
    db: &impl ConnectionTrait,
    permit: MayRead,
    seq: i64,
) -> Result<Vec<(UserId, bool, Timestamp)>, DbErr> {
    receipt::Entity::find()
        .select_only()
        .columns([receipt::Column::UserId, receipt::Column::IsRead])
        .column_as(receipt::Column::At.min(), "first")
        .filter(receipt::Column::ChatroomId.eq(permit.room()))
        .filter(receipt::Column::Seq.gte(seq))
        .group_by(receipt::Column::UserId)
        .group_by(receipt::Column::IsRead)
        .into_tuple()
        .all(db)
        .await
}

pub async fn delete_before(db: &impl ConnectionTrait, moment: Timestamp) -> Result<u64, DbErr> {
    let gone =
        receipt::Entity::delete_many().filter(receipt::Column::At.lt(moment)).exec(db).await?;
    Ok(gone.rows_affected)
}
