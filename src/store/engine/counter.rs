//! Numbers handed out in blocks. Gaps are fine: an id is identity, never order.

use entity::counter;
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, QuerySelect, entity::prelude::*};

/// Takes `count` numbers and returns the first of them.
pub async fn take(db: &impl ConnectionTrait, name: &str, count: i64) -> Result<i64, DbErr> {
    let row = counter::Entity::find_by_id(name).lock_exclusive().one(db).await?;
    let Some(row) = row else {
        // Of two who begin a counter at once the key refuses one, who tries again.
        let row = counter::ActiveModel { name: Set(name.to_owned()), value: Set(1 + count) };
        counter::Entity::insert(row).exec_without_returning(db).await?;
        return Ok(1);
    };
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::value(row.value + count))
        .filter(counter::Column::Name.eq(name))
        .exec(db)
        .await?;
    Ok(row.value)
}
