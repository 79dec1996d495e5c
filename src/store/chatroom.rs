//! Rooms, and the two numbers that give their messages an order.

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DbErr, ExprTrait, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::CaseStatement,
};
use uuid::Uuid;

use crate::policy::MayManage;

pub struct NewRoom {
    pub kind: Kind,
    pub name: Option<String>,
    pub direct_key: Option<String>,
    pub description: Option<String>,
    pub creator: UserId,
    pub joinable: bool,
}

pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewRoom,
    now: Timestamp,
) -> Result<chatroom::Model, DbErr> {
    let row = chatroom::Model {
        chatroom_id: RoomId(Uuid::new_v4()),
        chatroom_name: new.name,
        kind: new.kind,
        direct_key: new.direct_key,
        description: new.description,
        creator_id: Some(new.creator),
        last_seq: 0,
        rev: 1,
        created_at: now,
        joinable: new.joinable,
    };
    chatroom::Entity::insert(chatroom::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(row)
}

pub async fn find(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Option<chatroom::Model>, DbErr> {
    chatroom::Entity::find_by_id(room).one(db).await
}

pub async fn find_all(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find()
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
        .all(db)
        .await
}

pub async fn by_direct_key(
    db: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<chatroom::Model>, DbErr> {
    chatroom::Entity::find().filter(chatroom::Column::DirectKey.eq(key)).one(db).await
}

/// The rooms, held against other writers until the transaction ends, always taken in the
/// same order so that no two transactions wait for each other.
pub async fn lock(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find()
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
        .order_by_asc(chatroom::Column::ChatroomId)
        .lock_exclusive()
        .all(db)
        .await
}

/// Raises `last_seq` and `rev` of each room by the number of its new messages.
pub async fn advance(db: &impl ConnectionTrait, rooms: &[(RoomId, i64)]) -> Result<(), DbErr> {
    let raised = |column: chatroom::Column| {
        let mut by = CaseStatement::new();
        for (room, count) in rooms {
            by = by.case(chatroom::Column::ChatroomId.eq(*room), *count);
        }
        Expr::col(column).add(by.finally(0))
    };
    chatroom::Entity::update_many()
        .col_expr(chatroom::Column::LastSeq, raised(chatroom::Column::LastSeq))
        .col_expr(chatroom::Column::Rev, raised(chatroom::Column::Rev))
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().map(|it| it.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Raises `rev` after a change that is not a message, and says what it is now.
pub async fn touch(db: &impl ConnectionTrait, room: RoomId) -> Result<i64, DbErr> {
    chatroom::Entity::update_many()
        .col_expr(chatroom::Column::Rev, Expr::col(chatroom::Column::Rev).add(1))
        .filter(chatroom::Column::ChatroomId.eq(room))
        .exec(db)
        .await?;
    Ok(find(db, room).await?.map_or(0, |it| it.rev))
}

pub async fn describe(
    db: &impl ConnectionTrait,
    leave: MayManage,
    name: Option<String>,
    description: Option<String>,
) -> Result<(), DbErr> {
    let mut change = chatroom::ActiveModel { chatroom_id: Set(leave.room()), ..Default::default() };
    if let Some(name) = name {
        change.chatroom_name = Set(Some(name).filter(|it| !it.is_empty()));
    }
    if let Some(description) = description {
        change.description = Set(Some(description).filter(|it| !it.is_empty()));
    }
    if change.is_changed() {
        chatroom::Entity::update(change).exec_without_returning(db).await?;
    }
    Ok(())
}

pub async fn delete(db: &impl ConnectionTrait, leave: MayManage) -> Result<(), DbErr> {
    chatroom::Entity::delete_by_id(leave.room()).exec(db).await?;
    Ok(())
}
