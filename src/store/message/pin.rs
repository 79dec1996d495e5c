//! Messages that a room keeps in view.

use entity::{id::MessageId, pin, time::Timestamp};
use sea_orm::{DbErr, PaginatorTrait, QueryFilter, QueryOrder, entity::prelude::*};

use crate::policy::{MayRead, message::MayPin};

pub async fn insert(
    db: &impl ConnectionTrait,
    permit: MayPin,
    message: MessageId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = pin::Model {
        message_id: message,
        chatroom_id: permit.room(),
        user_id: Some(permit.actor()),
        pinned_at: now,
    };
    pin::Entity::insert(pin::ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    Ok(())
}

pub async fn count(db: &impl ConnectionTrait, permit: MayPin) -> Result<u64, DbErr> {
    pin::Entity::find().filter(pin::Column::ChatroomId.eq(permit.room())).count(db).await
}

/// All of a room, the latest first.
pub async fn of_room(db: &impl ConnectionTrait, permit: MayRead) -> Result<Vec<pin::Model>, DbErr> {
    pin::Entity::find()
        .filter(pin::Column::ChatroomId.eq(permit.room()))
        .order_by_desc(pin::Column::PinnedAt)
        // Two pins of one moment have the same order for everybody.
        .order_by_desc(pin::Column::MessageId)
        .all(db)
        .await
}

pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<pin::Model>, DbErr> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    pin::Entity::find().filter(pin::Column::MessageId.is_in(messages.iter().copied())).all(db).await
}

/// `false` when it was not pinned.
pub async fn delete_of(db: &impl ConnectionTrait, message: MessageId) -> Result<bool, DbErr> {
    Ok(pin::Entity::delete_by_id(message).exec(db).await?.rows_affected == 1)
}
