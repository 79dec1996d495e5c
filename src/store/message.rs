//! Messages: read and changed with a permit, new ones written only by the ledger.
pub mod edit;
pub mod mention;
pub mod pin;
mod posting;
pub mod reaction;

use entity::{
    id::{MessageId, RoomId, UserId},
    message,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    Condition, DbErr, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Alias, Query},
};

use crate::{
    policy::{
        MayRead,
        message::{MayEdit, MayErase},
    },
    store::engine::connection::AT_ONCE,
};

pub use posting::{Post, insert_all};

/// Rooms in one statement that looks into each of them.
const ROOMS: usize = 100;

/// What these people have already sent under these ids of theirs.
pub async fn repeated(
    db: &impl ConnectionTrait,
    keys: &[(UserId, Uuid)],
) -> Result<Vec<message::Model>, DbErr> {
    let mut found = Vec::new();
    for keys in keys.chunks(AT_ONCE) {
        let same = message::Entity::find()
            // Crosses all people with all ids: the caller looks up exact pairs in what comes back,
            // and two short lists read the same unique key.
            .filter(message::Column::SenderId.is_in(keys.iter().map(|it| it.0)))
            .filter(message::Column::ClientMsgId.is_in(keys.iter().map(|it| it.1)))
            .all(db)
            .await?;
        found.extend(same);
    }
    Ok(found)
}

/// Whose room the caller has yet to ask about.
pub async fn room_of(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<Option<RoomId>, DbErr> {
    message::Entity::find_by_id(message)
        .select_only()
        .column(message::Column::ChatroomId)
        .into_tuple()
        .one(db)
        .await
}

/// A message, if it is in that room.
pub async fn find(
    db: &impl ConnectionTrait,
    permit: MayRead,
    message: MessageId,
) -> Result<Option<message::Model>, DbErr> {
    message::Entity::find_by_id(message)
        .filter(message::Column::ChatroomId.eq(permit.room()))
        // What somebody has deleted for themselves is not there for them, also not by its id.
        .filter(message::Column::Seq.gt(permit.since()))
        .one(db)
        .await
}

/// For whoever was shown something that speaks of them.
pub async fn find_all(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<message::Model>, DbErr> {
    // Most messages answer nothing, and this stands in the way of every send.
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    message::Entity::find()
        .filter(message::Column::MessageId.is_in(messages.iter().copied()))
        .all(db)
        .await
}

/// Other words in the place of the old ones.
pub async fn rewrite(
    db: &impl ConnectionTrait,
    permit: MayEdit,
    row: &message::Model,
) -> Result<(), DbErr> {
    message::Entity::update_many()
        .col_expr(message::Column::Content, Expr::value(row.content.clone()))
        .col_expr(message::Column::EditedAt, Expr::value(row.edited_at))
        .col_expr(message::Column::Rev, Expr::value(row.rev))
        .filter(message::Column::MessageId.eq(row.message_id))
        .filter(message::Column::ChatroomId.eq(permit.room()))
        // The permit is for one author: a row that it does not cover stays as it is.
        .filter(message::Column::SenderId.eq(permit.actor()))
        .exec(db)
        .await?;
    Ok(())
}

/// Leaves nothing of a message but its place.
pub async fn erase(
    db: &impl ConnectionTrait,
    permit: MayErase,
    message: MessageId,
    rev: i64,
    now: Timestamp,
) -> Result<(), DbErr> {
    message::Entity::update_many()
        .set(message::ActiveModel {
            content: Set(String::new()),
            // What kind of message it was says something about what was there, too.
            message_type: Set(message::Type::Text),
            media_url: Set(None),
            reply_to_id: Set(None),
            forwarded_from_id: Set(None),
            edited_at: Set(None),
            deleted_at: Set(Some(now)),
            rev: Set(rev),
            ..Default::default()
        })
        .filter(message::Column::MessageId.eq(message))
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that something about the message changed, at this `rev` of its room.
pub async fn touch(db: &impl ConnectionTrait, message: MessageId, rev: i64) -> Result<(), DbErr> {
    message::Entity::update_many()
        .col_expr(message::Column::Rev, Expr::value(rev))
        .filter(message::Column::MessageId.eq(message))
        .exec(db)
        .await?;
    Ok(())
}

/// The newest messages before `seq`, newest first.
pub async fn before(
    db: &impl ConnectionTrait,
    permit: MayRead,
    seq: i64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.gt(permit.since()))
        .filter(message::Column::Seq.lt(seq))
        // No offset: by this unique key a page costs the same in a room of a million messages.
        .order_by_desc(message::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// The same without those that were deleted, and without the `offset` newest of the others.
pub async fn live_before(
    db: &impl ConnectionTrait,
    permit: MayRead,
    seq: i64,
    offset: u64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.gt(permit.since()))
        .filter(message::Column::Seq.lt(seq))
        .filter(message::Column::DeletedAt.is_null())
        .order_by_desc(message::Column::Seq)
        // Not 0 only where something was deleted: elsewhere the caller counts in `seq`.
        .offset(offset)
        .limit(limit)
        .all(db)
        .await
}

/// The oldest messages after `seq`, oldest first.
pub async fn after(
    db: &impl ConnectionTrait,
    permit: MayRead,
    seq: i64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.gt(permit.since()))
        .filter(message::Column::Seq.gt(seq))
        .order_by_asc(message::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// The messages that changed after this `rev`, in the order of their changes. No two rows
/// of a room share one.
pub async fn changed(
    db: &impl ConnectionTrait,
    permit: MayRead,
    rev: i64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.gt(permit.since()))
        .filter(message::Column::Rev.gt(rev))
        .order_by_asc(message::Column::Rev)
        .limit(limit)
        .all(db)
        .await
}

/// Whether more messages than this changed after that `rev`.
pub async fn changed_more_than(
    db: &impl ConnectionTrait,
    permit: MayRead,
    rev: i64,
    count: u64,
) -> Result<bool, DbErr> {
    let next: Option<i64> = message::Entity::find()
        .select_only()
        .column(message::Column::Rev)
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.gt(permit.since()))
        .filter(message::Column::Rev.gt(rev))
        .order_by_asc(message::Column::Rev)
        // One row is enough to know: counting all would read every change of a long absence.
        .offset(count)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(next.is_some())
}

/// When the message with this number was stored.
pub async fn moment_of(
    db: &impl ConnectionTrait,
    permit: MayRead,
    seq: i64,
) -> Result<Option<Timestamp>, DbErr> {
    message::Entity::find()
        .select_only()
        .column(message::Column::Timestamp)
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.eq(seq))
        .into_tuple()
        .one(db)
        .await
}

/// The first message from this id on, and when it was stored.
pub async fn next(
    db: &impl ConnectionTrait,
    id: MessageId,
) -> Result<Option<(MessageId, Timestamp)>, DbErr> {
    message::Entity::find()
        .select_only()
        .columns([message::Column::MessageId, message::Column::Timestamp])
        .filter(message::Column::MessageId.gte(id))
        .order_by_asc(message::Column::MessageId)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

pub async fn newest(db: &impl ConnectionTrait) -> Result<Option<MessageId>, DbErr> {
    message::Entity::find()
        .select_only()
        .column(message::Column::MessageId)
        .order_by_desc(message::Column::MessageId)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// How many there are that were not deleted, for whoever does not see all of them.
pub async fn count_shown(db: &impl ConnectionTrait, permit: MayRead) -> Result<u64, DbErr> {
    message::Entity::find()
        .filter(message::Column::ChatroomId.eq(permit.room()))
        .filter(message::Column::Seq.gt(permit.since()))
        .filter(message::Column::DeletedAt.is_null())
        .count(db)
        .await
}

/// How many messages there are from this id and this moment on.
pub async fn count_since(
    db: &impl ConnectionTrait,
    id: MessageId,
    moment: Timestamp,
) -> Result<u64, DbErr> {
    message::Entity::find()
        // The id tells the key where to begin: an index on time would cost every send.
        .filter(message::Column::MessageId.gte(id))
        .filter(message::Column::Timestamp.gte(moment))
        .filter(message::Column::DeletedAt.is_null())
        .count(db)
        .await
}

/// The last message of each room that was not deleted.
pub async fn latest(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<message::Model>, DbErr> {
    let (mut found, mut before) = (Vec::with_capacity(rooms.len()), Vec::new());
    // Most rooms end with a message that is there, and `last_seq` leads to it by the key.
    for row in last(db, rooms).await? {
        if row.deleted_at.is_some() {
            before.push(row.chatroom_id);
        } else {
            found.push(row);
        }
    }
    for rooms in before.chunks(ROOMS) {
        found.extend(last_live(db, rooms).await?);
    }
    Ok(found)
}

/// Looked for one by one, which is why it is only done for rooms that end with something
/// deleted.
async fn last_live(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<message::Model>, DbErr> {
    let newest = |room: &RoomId| {
        let newest = message::Entity::find()
            .select_only()
            .column(message::Column::MessageId)
            .filter(message::Column::ChatroomId.eq(*room))
            .filter(message::Column::DeletedAt.is_null())
            .order_by_desc(message::Column::Seq)
            .limit(1)
            .into_query();
        Expr::col(message::Column::MessageId).eq(Expr::SubQuery(None, Box::new(newest.into())))
    };
    let any = rooms.iter().fold(Condition::any(), |any, room| any.add(newest(room)));
    message::Entity::find().filter(any).all(db).await
}

/// The last message of each room, by the room's own `last_seq`.
async fn last(db: &impl ConnectionTrait, rooms: &[RoomId]) -> Result<Vec<message::Model>, DbErr> {
    let newest = Query::select()
        .expr(Expr::col((Alias::new("c"), Alias::new("last_seq"))))
        .from_as("chatrooms", "c")
        .and_where(
            Expr::col((Alias::new("c"), Alias::new("chatroom_id")))
                .equals((message::Entity, message::Column::ChatroomId)),
        )
        .to_owned();
    message::Entity::find()
        .filter(message::Column::ChatroomId.is_in(rooms.iter().copied()))
        .filter(message::Column::Seq.in_subquery(newest))
        .all(db)
        .await
}
