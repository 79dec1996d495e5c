//! Invitations to servers.

use entity::{
    id::{ServerId, UserId},
    invite,
    time::Timestamp,
};
use sea_orm::{
    Condition, DbErr, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, entity::prelude::*,
};

use crate::policy::server::MayAdmit;

pub async fn insert(db: &impl ConnectionTrait, row: &invite::Model) -> Result<(), DbErr> {
    invite::Entity::insert(invite::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// One that still opens the door.
pub async fn find(
    db: &impl ConnectionTrait,
    code: &str,
    now: Timestamp,
) -> Result<Option<invite::Model>, DbErr> {
    invite::Entity::find_by_id(code).filter(live(now)).one(db).await
}

/// Those that still open the door, newest first.
pub async fn of(
    db: &impl ConnectionTrait,
    permit: MayAdmit,
    now: Timestamp,
) -> Result<Vec<invite::Model>, DbErr> {
    invite::Entity::find()
        .filter(invite::Column::ServerId.eq(permit.server()))
        .filter(live(now))
        .order_by_desc(invite::Column::CreatedAt)
        .order_by_asc(invite::Column::Code)
        .all(db)
        .await
}

pub async fn count(db: &impl ConnectionTrait, permit: MayAdmit) -> Result<u64, DbErr> {
    invite::Entity::find().filter(invite::Column::ServerId.eq(permit.server())).count(db).await
}

/// Uses it up once more; `false` when it opens nothing any more. Asked and done in one
/// statement, so that of many who come at once only as many get in as it is for.
pub async fn spend(db: &impl ConnectionTrait, code: &str, now: Timestamp) -> Result<bool, DbErr> {
    let spent = invite::Entity::update_many()
        .col_expr(invite::Column::Uses, Expr::col(invite::Column::Uses).add(1))
        .filter(invite::Column::Code.eq(code))
        .filter(live(now))
        .exec(db)
        .await?;
    Ok(spent.rows_affected == 1)
}

pub async fn delete(
    db: &impl ConnectionTrait,
    permit: MayAdmit,
    code: &str,
) -> Result<bool, DbErr> {
    let gone = invite::Entity::delete_many()
        .filter(invite::Column::ServerId.eq(permit.server()))
        .filter(invite::Column::Code.eq(code))
        .exec(db)
        .await?;
    Ok(gone.rows_affected == 1)
}

/// Those that open nothing any more.
pub async fn tidy(
    db: &impl ConnectionTrait,
    permit: MayAdmit,
    now: Timestamp,
) -> Result<(), DbErr> {
    invite::Entity::delete_many()
        .filter(invite::Column::ServerId.eq(permit.server()))
        .filter(live(now).not())
        .exec(db)
        .await?;
    Ok(())
}

/// What somebody who leaves has handed out is worth nothing any more.
pub async fn delete_of(
    db: &impl ConnectionTrait,
    server: ServerId,
    creator: UserId,
) -> Result<(), DbErr> {
    invite::Entity::delete_many()
        .filter(invite::Column::ServerId.eq(server))
        .filter(invite::Column::CreatorId.eq(creator))
        .exec(db)
        .await?;
    Ok(())
}

fn live(now: Timestamp) -> Condition {
    let uses = Condition::any()
        .add(invite::Column::MaxUses.is_null())
        .add(Expr::col(invite::Column::Uses).lt(Expr::col(invite::Column::MaxUses)));
    let time = Condition::any()
        .add(invite::Column::ExpiresAt.is_null())
        .add(invite::Column::ExpiresAt.gt(now));
    Condition::all().add(uses).add(time)
}
