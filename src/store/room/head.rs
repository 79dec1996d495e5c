//! Where all rooms of one person stand, in one query however many they are.

use entity::{
    chatroom,
    id::{RoomId, UserId},
    participant,
    time::Timestamp,
};
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait, FromQueryResult,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

use crate::store::{
    message::mention,
    room::unread::{self, capped},
};

#[derive(FromQueryResult)]
struct Row {
    chatroom_id: RoomId,
    last_seq: i64,
    rev: i64,
    position: i64,
    unread: i64,
    mentions: i64,
    moved_at: Option<Timestamp>,
}

/// Where a room stands for one of its members.
pub struct RoomHead {
    pub room: RoomId,
    pub last_seq: i64,
    pub rev: i64,
    /// How far they have read, as they count it themselves.
    pub position: i64,
    pub unread: u64,
    pub mentions: u64,
    /// When a cursor of anybody in it last moved.
    pub moved_at: Option<Timestamp>,
}

pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<RoomHead>, DbErr> {
    let (p, r) = (Alias::new("p"), Alias::new("r"));
    let room = |it: chatroom::Column| Expr::col((r.clone(), it));
    let query = Query::select()
        .column((p.clone(), participant::Column::ChatroomId))
        .column((r.clone(), chatroom::Column::LastSeq))
        .column((r.clone(), chatroom::Column::Rev))
        .expr_as(unread::position_of("p"), "position")
        .expr_as(unread::messages(), "unread")
        .expr_as(mention::unread_of_member(), "mentions")
        .expr_as(moved_at(), "moved_at")
        .from_as(participant::Entity, p.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            chatroom::Entity,
            r.clone(),
            room(chatroom::Column::ChatroomId).equals((p.clone(), participant::Column::ChatroomId)),
        )
        .and_where(Expr::col((p, participant::Column::UserId)).eq(user))
        .to_owned();
    let rows = Row::find_by_statement(db.get_database_backend().build(&query)).all(db).await?;
    let head = |it: Row| RoomHead {
        room: it.chatroom_id,
        last_seq: it.last_seq,
        rev: it.rev,
        position: it.position,
        unread: capped(it.unread),
        mentions: capped(it.mentions),
        moved_at: it.moved_at,
    };
    Ok(rows.into_iter().map(head).collect())
}

/// Found at the end of an index, however many members there are.
fn moved_at() -> SelectStatement {
    let (p, t) = (Alias::new("p"), Alias::new("t"));
    Query::select()
        .expr(Expr::col((t.clone(), participant::Column::MovedAt)).max())
        .from_as(participant::Entity, t.clone())
        .and_where(
            Expr::col((t, participant::Column::ChatroomId))
                .equals((p, participant::Column::ChatroomId)),
        )
        .to_owned()
}
