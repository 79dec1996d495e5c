//! Messages: read with a permit, written only by the ledger.

use entity::{
    id::{MessageId, RoomId, UserId},
    message,
    time::Timestamp,
};
use sea_orm::{
    DbErr, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Query},
};

use crate::policy::{MayPost, MayRead};

/// A row whose sender was allowed to post it.
pub struct Entry {
    pub row: message::ActiveModel,
    pub leave: MayPost,
}

pub async fn insert_all(db: &impl ConnectionTrait, entries: Vec<Entry>) -> Result<(), DbErr> {
    let rows = entries.into_iter().map(|Entry { mut row, leave }| {
        row.chatroom_id = sea_orm::ActiveValue::Set(leave.room());
        row.sender_id = sea_orm::ActiveValue::Set(leave.actor());
        row
    });
    message::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// What these people have already sent under these ids of theirs.
pub async fn repeated(
    db: &impl ConnectionTrait,
    keys: &[(UserId, Uuid)],
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::SenderId.is_in(keys.iter().map(|it| it.0)))
        .filter(message::Column::ClientMsgId.is_in(keys.iter().map(|it| it.1)))
        .all(db)
        .await
}

/// Whose room the caller has yet to ask about.
pub async fn room_of(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Option<RoomId>, DbErr> {
    message::Entity::find_by_id(message)
        .select_only()
        .column(message::Column::ChatroomId)
        .into_tuple()
        .one(db)
        .await
}

/// A message, if it is in that room.
pub async fn find(
    db: &impl ConnectionTrait,
    leave: MayRead,
    message: MessageId,
) -> Result<Option<message::Model>, DbErr> {
    message::Entity::find_by_id(message)
        .filter(message::Column::ChatroomId.eq(leave.room()))
        .one(db)
        .await
}

/// Notes that something about the message changed, at this `rev` of its room.
pub async fn touch(db: &impl ConnectionTrait, message: MessageId, rev: i64) -> Result<(), DbErr> {
    message::Entity::update_many()
        .col_expr(message::Column::Rev, Expr::value(rev))
        .filter(message::Column::MessageId.eq(message))
        .exec(db)
        .await?;
    Ok(())
}

/// The newest messages before `seq`, newest first.
pub async fn before(
    db: &impl ConnectionTrait,
    leave: MayRead,
    seq: i64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(leave.room()))
        .filter(message::Column::Seq.lt(seq))
        .order_by_desc(message::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// The oldest messages after `seq`, oldest first.
pub async fn after(
    db: &impl ConnectionTrait,
    leave: MayRead,
    seq: i64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(leave.room()))
        .filter(message::Column::Seq.gt(seq))
        .order_by_asc(message::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// The newest messages strictly before a moment, newest first.
pub async fn before_moment(
    db: &impl ConnectionTrait,
    leave: MayRead,
    moment: Timestamp,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(leave.room()))
        .filter(message::Column::Timestamp.lt(moment))
        .order_by_desc(message::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// The last message of each room, by the room's own `last_seq`.
pub async fn latest(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<message::Model>, DbErr> {
    let newest = Query::select()
        .expr(Expr::col((Alias::new("c"), Alias::new("last_seq"))))
        .from_as("chatrooms", "c")
        .and_where(
            Expr::col((Alias::new("c"), Alias::new("chatroom_id")))
                .equals((message::Entity, message::Column::ChatroomId)),
        )
        .to_owned();
    message::Entity::find()
        .filter(message::Column::ChatroomId.is_in(rooms.iter().copied()))
        .filter(message::Column::Seq.in_subquery(newest))
        .all(db)
        .await
}
