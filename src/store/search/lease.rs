//! Who may change the index. One node at a time puts messages in, and whoever changes
//! anything holds the lease until its transaction ends, so that nobody is in between.

use entity::search_desk::{self, Column};
use sea_orm::{Condition, DbErr, QueryFilter, QuerySelect, entity::prelude::*};

/// The table has one row.
const ROW: i32 = 1;

/// Holds the lease against everybody else who changes the index. The last thing that a
/// transaction takes: whoever has it waits for nobody.
pub async fn lock(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    search_desk::Entity::find_by_id(ROW).lock_exclusive().one(db).await.map(drop)
}

/// Becomes the one node that puts messages in, unless another one is.
pub async fn claim(
    db: &impl ConnectionTrait,
    me: Uuid,
    now: i64,
    until: i64,
) -> Result<bool, DbErr> {
    let free = Condition::any()
        .add(Column::Owner.is_null())
        .add(Column::Owner.eq(me))
        .add(Column::Until.lt(now));
    let claimed = search_desk::Entity::update_many()
        .col_expr(Column::Owner, Expr::value(me))
        .col_expr(Column::Until, Expr::value(until))
        .filter(Column::Desk.eq(ROW))
        .filter(free)
        .exec(db)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Holds the lease for this transaction; `false` when another node has it by now.
pub async fn keep(db: &impl ConnectionTrait, me: Uuid, until: i64) -> Result<bool, DbErr> {
    // A write and no question: only a locked row keeps others out until the commit.
    let kept = search_desk::Entity::update_many()
        .col_expr(Column::Until, Expr::value(until))
        .filter(Column::Desk.eq(ROW))
        .filter(Column::Owner.eq(me))
        .exec(db)
        .await?;
    Ok(kept.rows_affected == 1)
}

pub async fn release(db: &impl ConnectionTrait, me: Uuid) -> Result<(), DbErr> {
    search_desk::Entity::update_many()
        .col_expr(Column::Owner, Expr::value(None::<Uuid>))
        .filter(Column::Owner.eq(me))
        .exec(db)
        .await?;
    Ok(())
}

/// How many spans are in their final form.
pub async fn tidy(db: &impl ConnectionTrait) -> Result<i32, DbErr> {
    Ok(search_desk::Entity::find_by_id(ROW).one(db).await?.map_or(0, |it| it.tidy))
}

pub async fn set_tidy(db: &impl ConnectionTrait, spans: i32) -> Result<(), DbErr> {
    search_desk::Entity::update_many()
        .col_expr(Column::Tidy, Expr::value(spans))
        .filter(Column::Desk.eq(ROW))
        .exec(db)
        .await?;
    Ok(())
}
