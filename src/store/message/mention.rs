//! Who is spoken of in which message.

use std::collections::HashMap;

use entity::{
    id::{MessageId, RoomId, UserId},
    mention, message, participant, user,
};
use sea_orm::{
    ActiveValue::Set,
    Condition, DbErr, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Query, SelectStatement},
};

use crate::{
    policy::message::{MayMark, MayPost},
    store::room::{
        cursor,
        unread::{self, CAP},
    },
};

/// Rows in one statement, well under every database's limit of parameters.
const ROWS: usize = 1_000;

/// The members of a room who are called so, by the keys of their names.
pub async fn called(
    db: &impl ConnectionTrait,
    permit: MayPost,
    keys: &[String],
) -> Result<Vec<(UserId, String)>, DbErr> {
    let member = user::Entity::belongs_to(participant::Entity)
        .from(user::Column::UserId)
        .to(participant::Column::UserId);
    user::Entity::find()
        .select_only()
        .columns([user::Column::UserId, user::Column::UsernameKey])
        .join(JoinType::InnerJoin, member.into())
        .filter(participant::Column::ChatroomId.eq(permit.room()))
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
            // Copied from the message, so that counting what is unread is one walk along an index.
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

/// The same for several people and rooms.
pub async fn unread_of_members(
    db: &impl ConnectionTrait,
    permits: &[MayMark],
) -> Result<HashMap<(RoomId, UserId), u64>, DbErr> {
    let (room, user) = (of(mention::Column::ChatroomId), of(mention::Column::UserId));
    let mut counted = HashMap::new();
    for permits in permits.chunks(cursor::MANY) {
        let whose = cursor::memberships(&room, &user, permits);
        let rows = count(db, whose).await?;
        counted.extend(rows.into_iter().map(|(room, user, mentions)| ((room, user), mentions)));
    }
    Ok(counted)
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
        .filter(of(mention::Column::Seq).gt(unread::position_of("participants")))
        .filter(of(mention::Column::Seq).gt(my(participant::Column::ClearedSeq)))
        .filter(message::Column::DeletedAt.is_null())
        .group_by(mention::Column::ChatroomId)
        .group_by(mention::Column::UserId)
        .into_tuple()
        .all(db)
        .await?;
    let capped = |it: i64| Ord::min(it.unsigned_abs(), CAP);
    Ok(rows.into_iter().map(|(room, user, count)| (room, user, capped(count))).collect())
}

/// The same as a subquery, for each row of a table of members that is called `p`.
pub fn unread_of_member() -> SelectStatement {
    let (p, n, m) = (Alias::new("p"), Alias::new("n"), Alias::new("m"));
    let their = |it: participant::Column| Expr::col((p.clone(), it));
    let named = |it: mention::Column| Expr::col((n.clone(), it));
    Query::select()
        .expr(Expr::cust("count(*)"))
        .from_as(mention::Entity, n.clone())
        .join_as(
            JoinType::InnerJoin,
            message::Entity,
            m.clone(),
            Expr::col((m.clone(), message::Column::MessageId))
                .equals((n.clone(), mention::Column::MessageId)),
        )
        .and_where(
            named(mention::Column::ChatroomId).equals((p.clone(), participant::Column::ChatroomId)),
        )
        .and_where(named(mention::Column::UserId).equals((p.clone(), participant::Column::UserId)))
        .and_where(named(mention::Column::Seq).gt(unread::position_of("p")))
        .and_where(named(mention::Column::Seq).gt(their(participant::Column::ClearedSeq)))
        .and_where(Expr::col((m, message::Column::DeletedAt)).is_null())
        .to_owned()
}

fn of(column: mention::Column) -> Expr {
    Expr::col((mention::Entity, column))
}
