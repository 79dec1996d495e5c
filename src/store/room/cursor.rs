//! How far members have got: reading cursors, delivery cursors, and the lowest of a room.

use std::collections::{BTreeMap, HashMap};

use entity::{
    id::{MessageId, RoomId, UserId},
    message, participant,
    time::Timestamp,
    user,
};
use sea_orm::{
    Condition, DbErr, ExprTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, entity::prelude::*,
};

use crate::{
    model::{event::cursor::Reached, message::receipt::Progress},
    policy::{MayRead, message::MayMark},
};

/// Memberships in one statement.
pub const MANY: usize = 512;

/// Where cursors rise to; one that stays has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rise {
    pub room: RoomId,
    pub read: Option<i64>,
    pub delivered: Option<i64>,
}

/// Where the cursors of one membership are.
#[derive(Clone, Copy, Debug, DerivePartialModel)]
#[sea_orm(entity = "participant::Entity")]
pub struct HeldCursors {
    pub chatroom_id: RoomId,
    pub user_id: UserId,
    pub last_read_seq: i64,
    pub last_delivered_seq: i64,
    pub marked_unread: bool,
    pub unread_from: Option<i64>,
}

/// The cursors of those who may mark, held until the transaction ends: always in the same
/// order, so that no two transactions wait for each other.
pub async fn hold(
    db: &impl ConnectionTrait,
    permits: &[MayMark],
) -> Result<Vec<HeldCursors>, DbErr> {
    let (room, user) = (participant::Column::ChatroomId, participant::Column::UserId);
    let mut held = Vec::with_capacity(permits.len());
    for permits in permits.chunks(MANY) {
        let rows = participant::Entity::find()
            .filter(memberships(&Expr::col(room), &Expr::col(user), permits))
            .order_by_asc(room)
            .order_by_asc(user)
            .lock_exclusive()
            .into_partial_model::<HeldCursors>();
        held.extend(rows.all(db).await?);
    }
    Ok(held)
}

/// Raises the cursors of all of these to one place in one room. Whoever calls it holds them, and
/// knows that they are not there yet.
pub async fn raise(
    db: &impl ConnectionTrait,
    rise: Rise,
    permits: &[MayMark],
    now: Timestamp,
) -> Result<(), DbErr> {
    for permits in permits.chunks(MANY) {
        let mut rows = participant::Entity::update_many()
            .col_expr(participant::Column::MovedAt, Expr::value(now))
            .filter(participant::Column::ChatroomId.eq(rise.room))
            .filter(participant::Column::UserId.is_in(permits.iter().map(|it| it.actor())));
        if let Some(seq) = rise.read {
            rows = rows
                .col_expr(participant::Column::LastReadSeq, Expr::value(seq))
                .col_expr(participant::Column::LastReadAt, Expr::value(now));
        }
        if let Some(seq) = rise.delivered {
            rows = rows.col_expr(participant::Column::LastDeliveredSeq, Expr::value(seq));
        }
        rows.exec(db).await?;
    }
    Ok(())
}

/// The rows of these memberships, in a table that has these columns.
pub fn memberships(room: &Expr, user: &Expr, permits: &[MayMark]) -> Condition {
    let mut by_room = BTreeMap::<RoomId, Vec<UserId>>::new();
    for permit in permits {
        by_room.entry(permit.room()).or_default().push(permit.actor());
    }
    let of_room = |(id, users): (RoomId, Vec<UserId>)| {
        Condition::all().add(room.clone().eq(id)).add(user.clone().is_in(users))
    };
    by_room.into_iter().map(of_room).fold(Condition::any(), Condition::add)
}

/// Those of these rooms where a cursor moved since that moment.
pub async fn moved_since(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
    since: Timestamp,
) -> Result<Vec<RoomId>, DbErr> {
    participant::Entity::find()
        .select_only()
        .column(participant::Column::ChatroomId)
        .filter(participant::Column::ChatroomId.is_in(rooms.iter().copied()))
        // The same moment counts, too: to be told twice does no harm, to miss something does.
        .filter(participant::Column::MovedAt.gte(since))
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// All cursors of this person count as moved: they are shown to others from now on, or
/// are not any more.
pub async fn move_all(
    db: &impl ConnectionTrait,
    user: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    participant::Entity::update_many()
        .col_expr(participant::Column::MovedAt, Expr::value(now))
        .filter(participant::Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

/// The members of these rooms who do not let others see how far they have got.
pub async fn discreet(db: &impl ConnectionTrait, rooms: &[RoomId]) -> Result<Vec<UserId>, DbErr> {
    participant::Entity::find()
        .select_only()
        .column(participant::Column::UserId)
        .join(JoinType::InnerJoin, person())
        .filter(participant::Column::ChatroomId.is_in(rooms.iter().copied()))
        .filter(user::Column::SendsReceipts.eq(false))
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// Who has got so far with a message.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub seq: i64,
    /// Their own message is none that they read.
    pub sender: UserId,
    /// Whoever asks sees themselves.
    pub me: UserId,
    pub progress: Progress,
}

/// The first of those who have got there: neither who came later nor who does not let it be seen
/// is among them.
pub async fn got_there(
    db: &impl ConnectionTrait,
    permit: MayRead,
    asked: Asked,
    most: u64,
) -> Result<Vec<UserId>, DbErr> {
    those_there(permit, asked)
        .select_only()
        .column(participant::Column::UserId)
        .order_by_asc(participant::Column::JoinedAt)
        .order_by_asc(participant::Column::UserId)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

pub async fn count_of_those(
    db: &impl ConnectionTrait,
    permit: MayRead,
    asked: Asked,
) -> Result<u64, DbErr> {
    those_there(permit, asked).count(db).await
}

fn those_there(permit: MayRead, asked: Asked) -> Select<participant::Entity> {
    let cursor = match asked.progress {
        Progress::Read => participant::Column::LastReadSeq,
        Progress::Delivered => participant::Column::LastDeliveredSeq,
    };
    participant::Entity::find()
        .join(JoinType::InnerJoin, person())
        .filter(participant::Column::ChatroomId.eq(permit.room()))
        .filter(cursor.gte(asked.seq))
        .filter(participant::Column::JoinedSeq.lt(asked.seq))
        .filter(participant::Column::UserId.ne(asked.sender))
        .filter(user::Column::SendsReceipts.eq(true).or(participant::Column::UserId.eq(asked.me)))
}

fn person() -> RelationDef {
    participant::Entity::belongs_to(user::Entity)
        .from(participant::Column::UserId)
        .to(user::Column::UserId)
        .into()
}

/// The two lowest cursors of a room: two, because one of them may be the sender's own.
/// Whoever does not let theirs be seen is not there.
pub struct Lowest {
    pub read: Vec<Position>,
    pub delivered: Vec<Position>,
}

/// Where one cursor of somebody is.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    pub user: UserId,
    pub seq: i64,
}

impl Lowest {
    /// Of these rows, which are all of one room.
    pub fn of(rows: &[&participant::Model]) -> Self {
        let two = |cursor: fn(&participant::Model) -> i64| {
            let position =
                |it: &&participant::Model| Position { user: it.user_id, seq: cursor(it) };
            let mut all: Vec<Position> = rows.iter().map(position).collect();
            all.sort_by_key(|it| it.seq);
            all.truncate(2);
            all
        };
        Self { read: two(|it| it.last_read_seq), delivered: two(|it| it.last_delivered_seq) }
    }
}

pub async fn lowest(db: &impl ConnectionTrait, permit: MayRead) -> Result<Lowest, DbErr> {
    let read = lowest_two(db, permit, participant::Column::LastReadSeq).await?;
    let delivered = lowest_two(db, permit, participant::Column::LastDeliveredSeq).await?;
    Ok(Lowest { read, delivered })
}

async fn lowest_two(
    db: &impl ConnectionTrait,
    permit: MayRead,
    cursor: participant::Column,
) -> Result<Vec<Position>, DbErr> {
    let rows: Vec<(UserId, i64)> = participant::Entity::find()
        .select_only()
        .columns([participant::Column::UserId, cursor])
        .join(JoinType::InnerJoin, person())
        .filter(participant::Column::ChatroomId.eq(permit.room()))
        .filter(user::Column::SendsReceipts.eq(true))
        .order_by_asc(cursor)
        .limit(2)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(user, seq)| Position { user, seq }).collect())
}

/// The lowest cursors of everybody but its sender who lets them be seen, for each message.
pub async fn lowest_for(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Reached>, DbErr> {
    if messages.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(MessageId, i64, i64)> = message::Entity::find()
        .select_only()
        .column(message::Column::MessageId)
        .column_as(participant::Column::LastReadSeq.min(), "lowest_read")
        .column_as(participant::Column::LastDeliveredSeq.min(), "lowest_delivered")
        .join(
            sea_orm::JoinType::InnerJoin,
            message::Entity::belongs_to(participant::Entity)
                .from(message::Column::ChatroomId)
                .to(participant::Column::ChatroomId)
                .into(),
        )
        .join(JoinType::InnerJoin, person())
        .filter(message::Column::MessageId.is_in(messages.iter().copied()))
        .filter(user::Column::SendsReceipts.eq(true))
        .filter(
            Expr::col((participant::Entity, participant::Column::UserId))
                // An author's own cursor may lie behind the message, and says nothing about its
                // readers.
                .ne(Expr::col((message::Entity, message::Column::SenderId))),
        )
        .group_by(message::Column::MessageId)
        .into_tuple()
        .all(db)
        .await?;
    let reached = |(message, read, delivered)| (message, Reached { read, delivered });
    Ok(rows.into_iter().map(reached).collect())
}
