//! Memberships and reading cursors.

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    participant::{self, Role},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::CaseStatement,
};

use crate::policy::{MayForget, MayRead};

/// Rows in one statement, well under every database's limit of parameters.
const ROWS: usize = 500;

pub async fn insert(
    db: &impl ConnectionTrait,
    room: &chatroom::Model,
    people: &[(UserId, Role)],
    now: Timestamp,
) -> Result<(), DbErr> {
    let rows = people.iter().map(|(user, role)| new(room, *user, *role, now));
    insert_all(db, rows.collect()).await
}

/// One person into several rooms at once.
pub async fn insert_into(
    db: &impl ConnectionTrait,
    rooms: &[chatroom::Model],
    user: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let rows = rooms.iter().map(|room| new(room, user, Role::Member, now));
    insert_all(db, rows.collect()).await
}

async fn insert_all(
    db: &impl ConnectionTrait,
    rows: Vec<participant::ActiveModel>,
) -> Result<(), DbErr> {
    for rows in rows.chunks(ROWS) {
        participant::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn new(
    room: &chatroom::Model,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> participant::ActiveModel {
    participant::ActiveModel {
        chatroom_id: Set(room.chatroom_id),
        user_id: Set(user),
        role: Set(role),
        joined_at: Set(now),
        joined_seq: Set(room.last_seq),
        // What was said before one came is not unread.
        last_read_seq: Set(room.last_seq),
        last_delivered_seq: Set(room.last_seq),
        last_read_at: Set(None),
        // Others learn at their next sync that there is one more cursor.
        moved_at: Set(Some(now)),
        marked_unread: Set(false),
        cleared_seq: Set(0),
        ..Default::default()
    }
}

pub async fn find(
    db: &impl ConnectionTrait,
    room: RoomId,
    user: UserId,
) -> Result<Option<participant::Model>, DbErr> {
    participant::Entity::find_by_id((room, user)).one(db).await
}

pub async fn of_room(
    db: &impl ConnectionTrait,
    permit: MayRead,
) -> Result<Vec<participant::Model>, DbErr> {
    in_rooms(db, &[permit.room()]).await
}

/// So many members, whichever comes first by their ids.
pub async fn some_of(
    db: &impl ConnectionTrait,
    room: RoomId,
    most: u64,
) -> Result<Vec<participant::Model>, DbErr> {
    after(db, room, UserId(0), most).await
}

/// Members by their ids, from the one after `after` on.
pub async fn page(
    db: &impl ConnectionTrait,
    permit: MayRead,
    after: UserId,
    most: u64,
) -> Result<Vec<participant::Model>, DbErr> {
    self::after(db, permit.room(), after, most).await
}

async fn after(
    db: &impl ConnectionTrait,
    room: RoomId,
    user: UserId,
    most: u64,
) -> Result<Vec<participant::Model>, DbErr> {
    participant::Entity::find()
        .filter(participant::Column::ChatroomId.eq(room))
        .filter(participant::Column::UserId.gt(user))
        .order_by_asc(participant::Column::UserId)
        .limit(most)
        .all(db)
        .await
}

/// Members in the order in which they came.
pub async fn in_rooms(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<participant::Model>, DbErr> {
    participant::Entity::find()
        .filter(participant::Column::ChatroomId.is_in(rooms.iter().copied()))
        .order_by_asc(participant::Column::JoinedAt)
        .order_by_asc(participant::Column::UserId)
        .all(db)
        .await
}

/// Whoever has the most to say in a room: an owner, else an administrator, else whoever has been
/// there longest.
pub async fn senior(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Option<participant::Model>, DbErr> {
    let is = |role: Role| participant::Column::Role.eq(role);
    let rank = CaseStatement::new().case(is(Role::Owner), 0).case(is(Role::Admin), 1).finally(2);
    participant::Entity::find()
        .filter(participant::Column::ChatroomId.eq(room))
        .order_by_asc(Expr::expr(rank))
        .order_by_asc(participant::Column::JoinedAt)
        .order_by_asc(participant::Column::UserId)
        .one(db)
        .await
}

pub async fn of_user(
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<participant::Model>, DbErr> {
    participant::Entity::find().filter(participant::Column::UserId.eq(user)).all(db).await
}

pub async fn rooms_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<RoomId>, DbErr> {
    participant::Entity::find()
        .select_only()
        .column(participant::Column::ChatroomId)
        .filter(participant::Column::UserId.eq(user))
        .into_tuple()
        .all(db)
        .await
}

/// How many members each room has.
pub async fn counts(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<(RoomId, i64)>, DbErr> {
    participant::Entity::find()
        .select_only()
        .column(participant::Column::ChatroomId)
        .column_as(participant::Column::UserId.count(), "members")
        .filter(participant::Column::ChatroomId.is_in(rooms.iter().copied()))
        .group_by(participant::Column::ChatroomId)
        .into_tuple()
        .all(db)
        .await
}

/// The two sides of every direct room that one of these people is in.
pub async fn direct_pairs(
    db: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Vec<String>, DbErr> {
    participant::Entity::find()
        .select_only()
        // The key names both, so the other person's membership need not be read.
        .column(chatroom::Column::DirectKey)
        .join(
            sea_orm::JoinType::InnerJoin,
            participant::Entity::belongs_to(chatroom::Entity)
                .from(participant::Column::ChatroomId)
                .to(chatroom::Column::ChatroomId)
                .into(),
        )
        .filter(participant::Column::UserId.is_in(users.iter().copied()))
        .filter(chatroom::Column::Kind.eq(Kind::Direct))
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

pub async fn delete(db: &impl ConnectionTrait, room: RoomId, user: UserId) -> Result<bool, DbErr> {
    Ok(participant::Entity::delete_by_id((room, user)).exec(db).await?.rows_affected == 1)
}

pub async fn delete_from(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
    user: UserId,
) -> Result<(), DbErr> {
    participant::Entity::delete_many()
        .filter(participant::Column::ChatroomId.is_in(rooms.iter().copied()))
        .filter(participant::Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn set_role(
    db: &impl ConnectionTrait,
    room: RoomId,
    user: UserId,
    role: Role,
) -> Result<(), DbErr> {
    let change = participant::ActiveModel { role: Set(role), ..Default::default() };
    participant::Entity::update_many()
        .set(change)
        .filter(participant::Column::ChatroomId.eq(room))
        .filter(participant::Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes for one person what was said up to here. The chat is out of their list for as long
/// as nothing is said after it, and nothing is left of how they had set it up.
pub async fn clear(db: &impl ConnectionTrait, permit: MayForget, seq: i64) -> Result<(), DbErr> {
    let change = participant::ActiveModel {
        cleared_seq: Set(seq),
        hidden_seq: Set(Some(seq)),
        pinned_at: Set(None),
        marked_unread: Set(false),
        unread_from: Set(None),
        draft: Set(None),
        drafted_at: Set(None),
        ..Default::default()
    };
    participant::Entity::update_many()
        .set(change)
        .filter(participant::Column::ChatroomId.eq(permit.room()))
        .filter(participant::Column::UserId.eq(permit.actor()))
        // A device that is behind must not bring back what another one has deleted.
        .filter(participant::Column::ClearedSeq.lte(seq))
        .exec(db)
        .await?;
    Ok(())
}

/// The two people of this room are friends no more.
pub async fn part(db: &impl ConnectionTrait, room: &chatroom::Model) -> Result<(), DbErr> {
    let change =
        participant::ActiveModel { parted_seq: Set(Some(room.last_seq)), ..Default::default() };
    participant::Entity::update_many()
        .set(change)
        .filter(participant::Column::ChatroomId.eq(room.chatroom_id))
        .exec(db)
        .await?;
    Ok(())
}
