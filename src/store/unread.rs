//! Counting what has not been read: counted, never subtracted, because subtraction
//! leaves ghosts behind.

use entity::{
    id::{RoomId, UserId},
    message, participant,
};
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait, FromQueryResult,
    sea_query::{Alias, Expr, Query},
};

/// Nobody reads a larger number, and counting it would cost more than it is worth.
pub const CAP: u64 = 100;

/// How far after the cursor to look: bounds the cost for somebody who was away for a
/// year. MariaDB knows no correlated derived tables, so a LIMIT cannot do it.
const REACH: i64 = 2_000;

#[derive(FromQueryResult)]
struct Row {
    chatroom_id: RoomId,
    unread: i64,
}

/// How many messages of others lie after the person's cursor, per room, in one query.
pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<(RoomId, u64)>, DbErr> {
    count(db, user, None).await
}

pub async fn in_room(db: &impl ConnectionTrait, user: UserId, room: RoomId) -> Result<u64, DbErr> {
    Ok(count(db, user, Some(room)).await?.first().map_or(0, |it| it.1))
}

async fn count(
    db: &impl ConnectionTrait,
    user: UserId,
    room: Option<RoomId>,
) -> Result<Vec<(RoomId, u64)>, DbErr> {
    let (p, m) = (Alias::new("p"), Alias::new("m"));
    let cursor = || Expr::col((p.clone(), participant::Column::LastReadSeq));
    let counted = Query::select()
        .expr(Expr::cust("count(*)"))
        .from_as(message::Entity, m.clone())
        .and_where(
            Expr::col((m.clone(), message::Column::ChatroomId))
                .equals((p.clone(), participant::Column::ChatroomId)),
        )
        .and_where(Expr::col((m.clone(), message::Column::Seq)).gt(cursor()))
        .and_where(Expr::col((m.clone(), message::Column::Seq)).lte(cursor().add(REACH)))
        .and_where(Expr::col((m.clone(), message::Column::DeletedAt)).is_null())
        .and_where(Expr::col((m, message::Column::SenderId)).ne(user))
        .to_owned();
    let mut query = Query::select()
        .column((p.clone(), participant::Column::ChatroomId))
        .expr_as(counted, "unread")
        .from_as(participant::Entity, p.clone())
        .and_where(Expr::col((p.clone(), participant::Column::UserId)).eq(user))
        .to_owned();
    if let Some(room) = room {
        query.and_where(Expr::col((p, participant::Column::ChatroomId)).eq(room));
    }
    let rows = Row::find_by_statement(db.get_database_backend().build(&query)).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.chatroom_id, Ord::min(it.unread.unsigned_abs(), CAP)))
        .collect())
}
