//! What messages said before they were edited.

use entity::{id::MessageId, message, message_edit};
use sea_orm::{DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

use crate::policy::message::{MayEdit, MayReview};

/// Keeps what a message says now, before this `rev` replaces it.
pub async fn insert(
    db: &impl ConnectionTrait,
    _leave: MayEdit,
    row: &message::Model,
    rev: i64,
) -> Result<(), DbErr> {
    let kept = message_edit::Model {
        message_id: row.message_id,
        rev,
        content: row.content.clone(),
        written_at: row.edited_at.unwrap_or(row.timestamp),
    };
    message_edit::Entity::insert(message_edit::ActiveModel::from(kept).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Those before `rev`, newest first.
pub async fn before(
    db: &impl ConnectionTrait,
    _leave: MayReview,
    message: MessageId,
    rev: i64,
    limit: u64,
) -> Result<Vec<message_edit::Model>, DbErr> {
    message_edit::Entity::find()
        .filter(message_edit::Column::MessageId.eq(message))
        .filter(message_edit::Column::Rev.lt(rev))
        .order_by_desc(message_edit::Column::Rev)
        .limit(limit)
        .all(db)
        .await
}

pub async fn delete_of(db: &impl ConnectionTrait, message: MessageId) -> Result<(), DbErr> {
    message_edit::Entity::delete_many()
        .filter(message_edit::Column::MessageId.eq(message))
        .exec(db)
        .await?;
    Ok(())
}
