//! Whom somebody has to do with, and what of it changed.

use entity::{block, friend, id::UserId, message, participant, time::Timestamp, user};
use sea_orm::{
    Condition, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Query, SelectStatement},
};

/// Those who changed how they present themselves since that moment and whom this person
/// sees somewhere: in a room, as a friend, among those they have blocked; and of those
/// who erased their account also the authors of what stands in a room of theirs. Whoever
/// changed first comes first.
pub async fn changed_since(
    db: &impl ConnectionTrait,
    me: UserId,
    since: Timestamp,
    limit: u64,
) -> Result<Vec<user::Model>, DbErr> {
    user::Entity::find()
        .filter(others_since(me, since))
        .order_by_asc(user::Column::UpdatedAt)
        .order_by_asc(user::Column::UserId)
        .limit(limit)
        .all(db)
        .await
}

/// The person, and whether there is anybody whom `changed_since` would tell of.
pub async fn person_and_news(
    db: &impl ConnectionTrait,
    me: UserId,
    since: Timestamp,
) -> Result<Option<(user::Model, bool)>, DbErr> {
    let others = Query::select()
        .expr(Expr::cust("count(*)"))
        .from(user::Entity)
        .cond_where(others_since(me, since))
        .to_owned();
    let row = user::Entity::find_by_id(me)
        .expr_as(others, "others")
        .into_model::<PersonAndNews>()
        .one(db)
        .await?;
    Ok(row.map(|it| (it.person, it.others > 0)))
}

#[derive(FromQueryResult)]
struct PersonAndNews {
    #[sea_orm(nested)]
    person: user::Model,
    others: i64,
}

fn others_since(me: UserId, since: Timestamp) -> Condition {
    // No joins: somebody who is seen in a hundred rooms is one row all the same.
    let seen = Condition::any()
        .add(Expr::exists(in_my_rooms(me)))
        .add(Expr::exists(befriended(me)))
        .add(Expr::exists(blocked(me)))
        .add(Condition::all().add(user::Column::IsActive.eq(false)).add(Expr::exists(authors(me))));
    Condition::all()
        // By its index few are left, and only of those the rest is asked.
        .add(user::Column::UpdatedAt.gte(since))
        .add(user::Column::UserId.ne(me))
        .add(seen)
}

fn them() -> Expr {
    Expr::col((user::Entity, user::Column::UserId))
}

fn in_my_rooms(me: UserId) -> SelectStatement {
    let (mine, theirs) = (Alias::new("mine"), Alias::new("theirs"));
    let of = |table: &Alias, column: participant::Column| Expr::col((table.clone(), column));
    Query::select()
        .expr(Expr::value(1))
        .from_as(participant::Entity, theirs.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            participant::Entity,
            mine.clone(),
            of(&mine, participant::Column::ChatroomId)
                .eq(of(&theirs, participant::Column::ChatroomId)),
        )
        .and_where(of(&theirs, participant::Column::UserId).eq(them()))
        .and_where(of(&mine, participant::Column::UserId).eq(me))
        .to_owned()
}

fn befriended(me: UserId) -> SelectStatement {
    let of = |column: friend::Column| Expr::col((friend::Entity, column));
    let pair = |one: friend::Column, other: friend::Column| {
        Condition::all().add(of(one).eq(me)).add(of(other).eq(them()))
    };
    Query::select()
        .expr(Expr::value(1))
        .from(friend::Entity)
        .cond_where(
            Condition::any()
                .add(pair(friend::Column::UserId, friend::Column::FriendId))
                .add(pair(friend::Column::FriendId, friend::Column::UserId)),
        )
        .to_owned()
}

fn blocked(me: UserId) -> SelectStatement {
    let of = |column: block::Column| Expr::col((block::Entity, column));
    Query::select()
        .expr(Expr::value(1))
        .from(block::Entity)
        .and_where(of(block::Column::UserId).eq(me))
        .and_where(of(block::Column::BlockedId).eq(them()))
        .to_owned()
}

fn authors(me: UserId) -> SelectStatement {
    let (said, mine) = (Alias::new("said"), Alias::new("mine"));
    Query::select()
        .expr(Expr::value(1))
        .from_as(message::Entity, said.clone())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            participant::Entity,
            mine.clone(),
            Expr::col((mine.clone(), participant::Column::ChatroomId))
                .eq(Expr::col((said.clone(), message::Column::ChatroomId))),
        )
        .and_where(Expr::col((said, message::Column::SenderId)).eq(them()))
        .and_where(Expr::col((mine, participant::Column::UserId)).eq(me))
        .to_owned()
}
