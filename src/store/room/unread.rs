//! Counting what has not been read: counted, never subtracted, because subtraction
//! leaves ghosts behind.

use entity::{
    id::{RoomId, UserId},
    message, participant,
};
use sea_orm::{
    Condition, ConnectionTrait, DbErr, ExprTrait, FromQueryResult,
    sea_query::{Alias, Expr, Func, Query, SelectStatement},
};

use crate::{policy::message::MayMark, store::room::cursor};

/// Nobody reads a larger number, and counting it would cost more than it is worth.
pub const CAP: u64 = 100;

/// How far after the cursor to look: bounds the cost for somebody who was away for a
/// year. MariaDB knows no correlated derived tables, so a LIMIT cannot do it.
const REACH: i64 = 2_000;

#[derive(FromQueryResult)]
struct Row {
    chatroom_id: RoomId,
    user_id: UserId,
    position: i64,
    unread: i64,
}

/// How much somebody has not read in a room.
pub struct Unread {
    pub room: RoomId,
    pub user: UserId,
    pub messages: u64,
}

/// Somebody who has not read up to some message, as they count it themselves.
pub struct Behind {
    pub user: UserId,
    pub position: i64,
    pub unread: u64,
}

/// How many messages of others lie after the person's cursor, per room, in one query.
pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<(RoomId, u64)>, DbErr> {
    let rows = count(db, user_is(user)).await?;
    Ok(rows.into_iter().map(|it| (it.chatroom_id, capped(it.unread))).collect())
}

pub async fn in_room(db: &impl ConnectionTrait, user: UserId, room: RoomId) -> Result<u64, DbErr> {
    let rows =
        count(db, user_is(user).add(their(participant::Column::ChatroomId).eq(room))).await?;
    Ok(rows.first().map_or(0, |it| capped(it.unread)))
}

/// The same for several people and rooms.
pub async fn of_members(
    db: &impl ConnectionTrait,
    permits: &[MayMark],
) -> Result<Vec<Unread>, DbErr> {
    let (room, user) = (participant::Column::ChatroomId, participant::Column::UserId);
    let mut counted = Vec::with_capacity(permits.len());
    for permits in permits.chunks(cursor::MANY) {
        let rows = count(db, cursor::memberships(&their(room), &their(user), permits)).await?;
        counted.extend(rows.into_iter().map(|it| Unread {
            room: it.chatroom_id,
            user: it.user_id,
            messages: capped(it.unread),
        }));
    }
    Ok(counted)
}

/// Those of these people who are in the room and have not read up to there.
pub async fn behind(
    db: &impl ConnectionTrait,
    room: RoomId,
    seq: i64,
    users: &[UserId],
) -> Result<Vec<Behind>, DbErr> {
    let them = Condition::all()
        .add(their(participant::Column::ChatroomId).eq(room))
        .add(their(participant::Column::UserId).is_in(users.iter().copied()))
        .add(position_of("p").lt(seq));
    let rows = count(db, them).await?;
    let behind =
        |it: Row| Behind { user: it.user_id, position: it.position, unread: capped(it.unread) };
    Ok(rows.into_iter().map(behind).collect())
}

fn user_is(user: UserId) -> Condition {
    Condition::all().add(their(participant::Column::UserId).eq(user))
}

fn their(column: participant::Column) -> Expr {
    Expr::col((Alias::new("p"), column))
}

/// How far the members of this table have read, as they count it themselves: what
/// [`participant::Model::position`] says of one. It is marked as unread only below the cursor.
pub fn position_of(members: &'static str) -> Expr {
    let column = |it: participant::Column| Expr::col((Alias::new(members), it));
    let marked = column(participant::Column::UnreadFrom).sub(1);
    Func::coalesce([marked, column(participant::Column::LastReadSeq)]).into()
}

pub fn capped(unread: i64) -> u64 {
    Ord::min(unread.unsigned_abs(), CAP)
}

async fn count(db: &impl ConnectionTrait, whose: Condition) -> Result<Vec<Row>, DbErr> {
    let p = Alias::new("p");
    let query = Query::select()
        .column((p.clone(), participant::Column::ChatroomId))
        .column((p.clone(), participant::Column::UserId))
        .expr_as(position_of("p"), "position")
        .expr_as(messages(), "unread")
        .from_as(participant::Entity, p)
        .cond_where(whose)
        .to_owned();
    Row::find_by_statement(db.get_database_backend().build(&query)).all(db).await
}

/// How many messages the member `p` has not read. A subquery for each membership, and no join: a
/// room with nothing unread has a row, too.
pub fn messages() -> SelectStatement {
    let (p, m) = (Alias::new("p"), Alias::new("m"));
    Query::select()
        .expr(Expr::cust("count(*)"))
        .from_as(message::Entity, m.clone())
        .and_where(
            Expr::col((m.clone(), message::Column::ChatroomId))
                .equals((p.clone(), participant::Column::ChatroomId)),
        )
        .and_where(Expr::col((m.clone(), message::Column::Seq)).gt(position_of("p")))
        .and_where(Expr::col((m.clone(), message::Column::Seq)).lte(position_of("p").add(REACH)))
        .and_where(
            // What somebody has deleted for themselves was perhaps never read, but is not waiting.
            Expr::col((m.clone(), message::Column::Seq)).gt(their(participant::Column::ClearedSeq)),
        )
        .and_where(
            Expr::col((m.clone(), message::Column::SenderId))
                .ne(their(participant::Column::UserId)),
        )
        .and_where(Expr::col((m, message::Column::DeletedAt)).is_null())
        .to_owned()
}
