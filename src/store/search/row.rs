//! The messages themselves: to put them into the index, and to look at those that are
//! suspected to be what somebody searches.

use entity::{
    id::{MessageId, RoomId},
    message::{self, Column},
};
use sea_orm::{Condition, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{policy::MaySearch, store::search::progress::Stretch};

/// Parameters in one statement.
const ROWS: usize = 1_000;

/// All that is in these stretches, for the index alone.
pub async fn to_index(
    db: &impl ConnectionTrait,
    stretches: &[Stretch],
) -> Result<Vec<message::Model>, DbErr> {
    let mut found = Vec::new();
    // A stretch takes three parameters.
    for stretches in stretches.chunks(ROWS / 4) {
        found.extend(within(db, stretches).await?);
    }
    Ok(found)
}

/// The next messages after this number: where they are, not what they say.
pub async fn scan(
    db: &impl ConnectionTrait,
    after: i64,
    limit: u64,
) -> Result<Vec<(MessageId, RoomId, i64)>, DbErr> {
    message::Entity::find()
        .select_only()
        .columns([Column::MessageId, Column::ChatroomId, Column::Seq])
        .filter(Column::MessageId.gt(after))
        .order_by_asc(Column::MessageId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Those of these messages that are no longer what they were.
pub async fn changed(
    db: &impl ConnectionTrait,
    before: &[message::Model],
) -> Result<Vec<MessageId>, DbErr> {
    let mut changed = Vec::new();
    for before in before.chunks(ROWS) {
        let now: Vec<(MessageId, i64)> = message::Entity::find()
            .select_only()
            .columns([Column::MessageId, Column::Rev])
            .filter(Column::MessageId.is_in(before.iter().map(|it| it.message_id)))
            .into_tuple()
            .all(db)
            .await?;
        let now: std::collections::HashMap<MessageId, i64> = now.into_iter().collect();
        // Not the words are compared: whatever changes a message leaves a new `rev` in it.
        let others = before.iter().filter(|it| now.get(&it.message_id) != Some(&it.rev));
        changed.extend(others.map(|it| it.message_id));
    }
    Ok(changed)
}

/// These messages as they are now.
pub async fn again(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find().filter(Column::MessageId.is_in(ids.iter().copied())).all(db).await
}

/// Those of these messages that may be read.
pub async fn suspects(
    db: &impl ConnectionTrait,
    permit: &MaySearch,
    ids: &[i64],
) -> Result<Vec<message::Model>, DbErr> {
    let ids: Vec<MessageId> = ids.iter().copied().map(MessageId).collect();
    let mut found = again(db, &ids).await?;
    // The index knows nothing of who may read what.
    found.retain(|it| permit.room(it.chatroom_id).is_some_and(|permit| permit.shows(it.seq)));
    Ok(found)
}

/// All that is in these stretches and may be read.
pub async fn in_stretches(
    db: &impl ConnectionTrait,
    permit: &MaySearch,
    stretches: &[Stretch],
) -> Result<Vec<message::Model>, DbErr> {
    let mut stretches = stretches.to_vec();
    stretches.retain_mut(|it| {
        let Some(permit) = permit.room(it.room) else { return false };
        it.first = it.first.max(permit.since() + 1);
        it.first <= it.last
    });
    if stretches.is_empty() { Ok(Vec::new()) } else { within(db, &stretches).await }
}

async fn within(
    db: &impl ConnectionTrait,
    stretches: &[Stretch],
) -> Result<Vec<message::Model>, DbErr> {
    let any = stretches.iter().fold(Condition::any(), |any, it| {
        let one = Condition::all()
            .add(Column::ChatroomId.eq(it.room))
            .add(Column::Seq.gte(it.first))
            .add(Column::Seq.lte(it.last));
        any.add(one)
    });
    message::Entity::find().filter(any).all(db).await
}
