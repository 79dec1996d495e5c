//! Who is spoken of in which message.

use entity::{
    id::{MessageId, RoomId, UserId},
    mention, message, participant, user,
};
use sea_orm::{
    ActiveValue::Set, DbErr, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
};

use crate::{policy::MayPost, store::unread::CAP};

/// Rows in one statement, well under every database's limit of parameters.
const ROWS: usize = 1_000;

/// The members of a room who are called so, by the keys of their names.
pub async fn called(
    db: &impl ConnectionTrait,
    leave: MayPost,
    keys: &[String],
) -> Result<Vec<(UserId, String)>, DbErr> {
    let member = user::Entity::belongs_to(participant::Entity)
        .from(user::Column::UserId)
        .to(participant::Column::UserId);
    user::Entity::find()
        .select_only()
        .columns([user::Column::UserId, user::Column::UsernameKey])
        .join(JoinType::InnerJoin, member.into())
        .filter(participant::Column::ChatroomId.eq(leave.room()))
        .filter(user::Column::UsernameKey.is_in(keys))
        .into_tuple()
        .all(db)
        .await
}

pub async fn insert(
    db: &impl ConnectionTrait,
    of: &[(&message::Model, &[UserId])],
) -> Result<(), DbErr> {
    let rows = of.iter().flat_map(|(row, users)| {
        users.iter().map(|user| mention::ActiveModel {
            message_id: Set(row.message_id),
            user_id: Set(*user),
            chatroom_id: Set(row.chatroom_id),
            seq: Set(row.seq),
        })
    });
    let rows: Vec<_> = rows.collect();
    for rows in rows.chunks(ROWS) {
        mention::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<(MessageId, UserId)>, DbErr> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    mention::Entity::find()
        .select_only()
        .columns([mention::Column::MessageId, mention::Column::UserId])
        .filter(mention::Column::MessageId.is_in(messages.iter().copied()))
        .order_by_asc(mention::Column::UserId)
        .into_tuple()
        .all(db)
        .await
}

pub async fn delete_of(db: &impl ConnectionTrait, message: MessageId) -> Result<(), DbErr> {
    mention::Entity::delete_many().filter(mention::Column::MessageId.eq(message)).exec(db).await?;
    Ok(())
}

/// How many messages after the person's cursor speak of them, per room; rooms where none
/// does are missing.
pub async fn unread(
    db: &impl ConnectionTrait,
    user: UserId,
    room: Option<RoomId>,
) -> Result<Vec<(RoomId, u64)>, DbErr> {
    let of = |column: mention::Column| Expr::col((mention::Entity, column));
    let my = |column: participant::Column| Expr::col((participant::Entity, column));
    let membership = mention::Entity::belongs_to(participant::Entity)
        .from(mention::Column::ChatroomId)
        .to(participant::Column::ChatroomId);
    let said = mention::Entity::belongs_to(message::Entity)
        .from(mention::Column::MessageId)
        .to(message::Column::MessageId);
    let mut found = mention::Entity::find()
        .select_only()
        .column(mention::Column::ChatroomId)
        .column_as(mention::Column::MessageId.count(), "mentions")
        .join(JoinType::InnerJoin, membership.into())
        .join(JoinType::InnerJoin, said.into())
        .filter(of(mention::Column::UserId).eq(user))
        .filter(my(participant::Column::UserId).eq(user))
        .filter(of(mention::Column::Seq).gt(my(participant::Column::LastReadSeq)))
        .filter(message::Column::DeletedAt.is_null())
        .group_by(mention::Column::ChatroomId);
    if let Some(room) = room {
        found = found.filter(of(mention::Column::ChatroomId).eq(room));
    }
    let rows: Vec<(RoomId, i64)> = found.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|it| (it.0, Ord::min(it.1.unsigned_abs(), CAP))).collect())
}
