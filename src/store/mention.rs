//! Who is spoken of, as far as it is unread.

use entity::{
    id::{RoomId, UserId},
    mention, message, participant,
};
use sea_orm::{DbErr, ExprTrait, JoinType, QueryFilter, QuerySelect, entity::prelude::*};

use crate::store::unread::CAP;

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
