//! When cursors rose. Rows go with the membership, and after a while.

use entity::{id::UserId, receipt, time::Timestamp};
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, QuerySelect, entity::prelude::*};

use crate::{
    model::message::receipt::Progress,
    policy::{MayRead, message::MayMark},
    store::room::cursor::MANY,
};

/// When a cursor of somebody first rose so far.
#[derive(Clone, Copy, Debug)]
pub struct FirstReceipt {
    pub user: UserId,
    pub progress: Progress,
    pub at: Timestamp,
}

/// Where somebody's cursor rose to.
#[derive(Clone, Copy, Debug)]
pub struct NewReceipt {
    pub permit: MayMark,
    pub progress: Progress,
    pub seq: i64,
}

pub async fn insert(
    db: &impl ConnectionTrait,
    new: &[NewReceipt],
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = |it: &NewReceipt| receipt::ActiveModel {
        chatroom_id: Set(it.permit.room()),
        user_id: Set(it.permit.actor()),
        is_read: Set(it.progress == Progress::Read),
        seq: Set(it.seq),
        at: Set(now),
    };
    for new in new.chunks(MANY) {
        receipt::Entity::insert_many(new.iter().map(row)).exec_without_returning(db).await?;
    }
    Ok(())
}

/// When each person's cursor of each kind first rose to this message or past it.
pub async fn first_from(
    db: &impl ConnectionTrait,
    permit: MayRead,
    seq: i64,
) -> Result<Vec<FirstReceipt>, DbErr> {
    let rows: Vec<(UserId, bool, Timestamp)> = receipt::Entity::find()
        .select_only()
        .columns([receipt::Column::UserId, receipt::Column::IsRead])
        .column_as(receipt::Column::At.min(), "first")
        .filter(receipt::Column::ChatroomId.eq(permit.room()))
        .filter(receipt::Column::Seq.gte(seq))
        .group_by(receipt::Column::UserId)
        .group_by(receipt::Column::IsRead)
        .into_tuple()
        .all(db)
        .await?;
    let first = |(user, is_read, at)| {
        let progress = if is_read { Progress::Read } else { Progress::Delivered };
        FirstReceipt { user, progress, at }
    };
    Ok(rows.into_iter().map(first).collect())
}

pub async fn delete_before(db: &impl ConnectionTrait, moment: Timestamp) -> Result<u64, DbErr> {
    let gone =
        receipt::Entity::delete_many().filter(receipt::Column::At.lt(moment)).exec(db).await?;
    Ok(gone.rows_affected)
}
