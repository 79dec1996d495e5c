//! How far the index has come. In a room `seq` has no holes and commits in its order, so
//! one number per room says it exactly, in whatever order the rooms' messages came.

use std::collections::HashMap;

use entity::{
    chatroom,
    id::RoomId,
    search_progress::{self, Column},
};
use sea_orm::{
    ActiveValue::Set, Condition, DbErr, ExprTrait, JoinType, QueryFilter, QuerySelect,
    entity::prelude::*,
};

/// Rows in one statement.
const ROWS: usize = 500;

/// Messages of one room that follow each other, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub room: RoomId,
    pub first: i64,
    pub last: i64,
}

impl Stretch {
    pub fn length(&self) -> i64 {
        self.last - self.first + 1
    }
}

/// What is not in the index yet.
pub async fn backlog(db: &impl ConnectionTrait) -> Result<Vec<Stretch>, DbErr> {
    let relation = chatroom::Entity::belongs_to(search_progress::Entity)
        .from(chatroom::Column::ChatroomId)
        .to(Column::ChatroomId)
        .into();
    let seq = || Expr::col((search_progress::Entity, Column::Seq));
    let last = || Expr::col((chatroom::Entity, chatroom::Column::LastSeq));
    let new = Condition::all().add(seq().is_null()).add(last().gt(0));
    let rows: Vec<(RoomId, i64, Option<i64>)> = chatroom::Entity::find()
        .select_only()
        .columns([chatroom::Column::ChatroomId, chatroom::Column::LastSeq])
        .column_as(seq(), "done")
        .join(JoinType::LeftJoin, relation)
        .filter(Condition::any().add(new).add(last().gt(seq())))
        .into_tuple()
        .all(db)
        .await?;
    let stretch = |(room, last, done): (RoomId, i64, Option<i64>)| Stretch {
        room,
        first: done.unwrap_or(0) + 1,
        last,
    };
    Ok(rows.into_iter().map(stretch).collect())
}

/// Up to which message these rooms are in the index; one that is missing is not at all.
pub async fn of(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<HashMap<RoomId, i64>, DbErr> {
    let mut found = HashMap::new();
    for rooms in rooms.chunks(ROWS) {
        let rows = search_progress::Entity::find()
            .filter(Column::ChatroomId.is_in(rooms.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|it| (it.chatroom_id, it.seq)));
    }
    Ok(found)
}

/// The same for one room, as it is now, whatever the transaction has seen before.
pub async fn current(db: &impl ConnectionTrait, room: RoomId) -> Result<i64, DbErr> {
    let row = search_progress::Entity::find_by_id(room).lock_shared().one(db).await?;
    Ok(row.map_or(0, |it| it.seq))
}

/// These stretches are in the index now.
pub async fn raise(db: &impl ConnectionTrait, done: &[Stretch]) -> Result<(), DbErr> {
    for done in done.chunks(ROWS) {
        // Each database has another way to insert or else update.
        delete(db, done.iter().map(|it| it.room)).await?;
        let rows = done.iter().map(|it| search_progress::ActiveModel {
            chatroom_id: Set(it.room),
            seq: Set(it.last),
        });
        search_progress::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Lets go of rooms that are no more. First read, then deleted: together, MySQL would hold
/// every room that there is.
pub async fn prune(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let relation = search_progress::Entity::belongs_to(chatroom::Entity)
        .from(Column::ChatroomId)
        .to(chatroom::Column::ChatroomId)
        .into();
    let gone: Vec<RoomId> = search_progress::Entity::find()
        .select_only()
        .column(Column::ChatroomId)
        .join(JoinType::LeftJoin, relation)
        .filter(chatroom::Column::ChatroomId.is_null())
        .into_tuple()
        .all(db)
        .await?;
    for gone in gone.chunks(ROWS) {
        delete(db, gone.iter().copied()).await?;
    }
    Ok(())
}

async fn delete(
    db: &impl ConnectionTrait,
    rooms: impl IntoIterator<Item = RoomId>,
) -> Result<(), DbErr> {
    search_progress::Entity::delete_many().filter(Column::ChatroomId.is_in(rooms)).exec(db).await?;
    Ok(())
}
