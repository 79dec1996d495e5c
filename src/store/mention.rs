//! Who is spoken of, as far as it is unread.

use std::collections::HashMap;

use entity::{
    id::{RoomId, UserId},
    mention, message, participant,
};
use sea_orm::{
    Condition, DbErr, ExprTrait, JoinType, QueryFilter, QuerySelect, entity::prelude::*,
};

use crate::store::unread::CAP;

/// How many messages after the person's cursor speak of them, per room; rooms where none
/// does are missing.
pub async fn unread(
    db: &impl ConnectionTrait,
    user: UserId,
    room: Option<RoomId>,
) -> Result<Vec<(RoomId, u64)>, DbErr> {
    let mine = Condition::all()
        .add(of(mention::Column::UserId).eq(user))
        .add_option(room.map(|it| of(mention::Column::ChatroomId).eq(it)));
    let rows = count(db, mine).await?;
    Ok(rows.into_iter().map(|(room, _, mentions)| (room, mentions)).collect())
}

/// The same for several people of one room.
pub async fn unread_of(
    db: &impl ConnectionTrait,
    room: RoomId,
    users: &[UserId],
) -> Result<HashMap<UserId, u64>, DbErr> {
    let theirs = Condition::all()
        .add(of(mention::Column::ChatroomId).eq(room))
        .add(of(mention::Column::UserId).is_in(users.iter().copied()));
    let rows = count(db, theirs).await?;
    Ok(rows.into_iter().map(|(_, user, mentions)| (user, mentions)).collect())
}

async fn count(
    db: &impl ConnectionTrait,
    whose: Condition,
) -> Result<Vec<(RoomId, UserId, u64)>, DbErr> {
    let my = |column: participant::Column| Expr::col((participant::Entity, column));
    let membership = mention::Entity::belongs_to(participant::Entity)
        .from(mention::Column::ChatroomId)
        .to(participant::Column::ChatroomId);
    let said = mention::Entity::belongs_to(message::Entity)
        .from(mention::Column::MessageId)
        .to(message::Column::MessageId);
    let rows: Vec<(RoomId, UserId, i64)> = mention::Entity::find()
        .select_only()
        .columns([mention::Column::ChatroomId, mention::Column::UserId])
        .column_as(mention::Column::MessageId.count(), "mentions")
        .join(JoinType::InnerJoin, membership.into())
        .join(JoinType::InnerJoin, said.into())
        .filter(whose)
        .filter(my(participant::Column::UserId).eq(of(mention::Column::UserId)))
        .filter(of(mention::Column::Seq).gt(my(participant::Column::LastReadSeq)))
        .filter(message::Column::DeletedAt.is_null())
        .group_by(mention::Column::ChatroomId)
        .group_by(mention::Column::UserId)
        .into_tuple()
        .all(db)
        .await?;
    let capped = |it: i64| Ord::min(it.unsigned_abs(), CAP);
    Ok(rows.into_iter().map(|(room, user, count)| (room, user, capped(count))).collect())
}

fn of(column: mention::Column) -> Expr {
    Expr::col((mention::Entity, column))
}
