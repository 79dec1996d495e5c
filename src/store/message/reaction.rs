//! Reactions: one row per person, message and emoji.

use entity::{
    id::{MessageId, ReactionId, UserId},
    message, reaction,
    time::Timestamp,
};
use sea_orm::{DbErr, JoinType, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    policy::{MayRead, message::MayPost},
    store::engine::counter,
};

pub async fn insert(
    db: &impl ConnectionTrait,
    permit: MayPost,
    message: MessageId,
    emoji: &str,
    now: Timestamp,
) -> Result<reaction::Model, DbErr> {
    let row = reaction::Model {
        reaction_id: ReactionId(counter::take(db, "reactions", 1).await?),
        message_id: message,
        user_id: permit.actor(),
        emoji: emoji.to_owned(),
        created_at: now,
    };
    reaction::Entity::insert(reaction::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(row)
}

/// What one person put under a message.
pub async fn of_person(
    db: &impl ConnectionTrait,
    user: UserId,
    message: MessageId,
) -> Result<Vec<reaction::Model>, DbErr> {
    reaction::Entity::find()
        .filter(reaction::Column::MessageId.eq(message))
        .filter(reaction::Column::UserId.eq(user))
        .all(db)
        .await
}

/// All that was put under these messages, oldest first.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<reaction::Model>, DbErr> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    reaction::Entity::find()
        .filter(reaction::Column::MessageId.is_in(messages.iter().copied()))
        // The counter is locked until its taker commits, so here numbers do rise with time.
        .order_by_asc(reaction::Column::ReactionId)
        .all(db)
        .await
}

/// How often each emoji was put in a room.
pub async fn counts(
    db: &impl ConnectionTrait,
    permit: MayRead,
) -> Result<Vec<(String, i64)>, DbErr> {
    let message = reaction::Entity::belongs_to(message::Entity)
        .from(reaction::Column::MessageId)
        .to(message::Column::MessageId);
    reaction::Entity::find()
        .select_only()
        .column(reaction::Column::Emoji)
        .column_as(reaction::Column::ReactionId.count(), "count")
        .join(JoinType::InnerJoin, message.into())
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .group_by(reaction::Column::Emoji)
        .into_tuple()
        .all(db)
        .await
}

pub async fn delete_under(db: &impl ConnectionTrait, message: MessageId) -> Result<(), DbErr> {
    reaction::Entity::delete_many()
        .filter(reaction::Column::MessageId.eq(message))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete(db: &impl ConnectionTrait, ids: &[ReactionId]) -> Result<(), DbErr> {
    reaction::Entity::delete_many()
        .filter(reaction::Column::ReactionId.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}
