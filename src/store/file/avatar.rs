//! What is known of uploaded profile pictures; their bytes are `disk`'s.

use entity::{avatar, id::UserId, server, time::Timestamp};
use sea_orm::{Condition, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

use crate::policy::MayActAs;

pub async fn insert(db: &impl ConnectionTrait, row: &avatar::Model) -> Result<(), DbErr> {
    avatar::Entity::insert(avatar::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Bytes that one person keeps here.
pub async fn total(db: &impl ConnectionTrait, owner: UserId) -> Result<u64, DbErr> {
    let sizes: Vec<i64> = avatar::Entity::find()
        .select_only()
        .column(avatar::Column::Size)
        .filter(avatar::Column::OwnerId.eq(owner))
        .into_tuple()
        .all(db)
        .await?;
    Ok(sizes.into_iter().map(i64::unsigned_abs).sum())
}

/// Marks this one of the person's own as the one that is shown; one that was uploaded without a
/// credential becomes theirs by it. Says which was shown before and is no more: its row is gone.
/// Somebody else's stays somebody else's.
pub async fn wear(
    db: &impl ConnectionTrait,
    permit: MayActAs,
    name: Option<&str>,
) -> Result<Vec<String>, DbErr> {
    let mine = avatar::Column::OwnerId.eq(permit.user());
    let worn = avatar::Entity::find()
        .filter(mine.clone())
        .filter(avatar::Column::IsWorn.eq(true))
        .all(db)
        .await?;
    let old: Vec<String> = worn.into_iter().map(|it| it.stored_name).collect();
    // Whoever puts on the same picture again keeps it.
    let old: Vec<String> = old.into_iter().filter(|it| Some(it.as_str()) != name).collect();
    delete(db, &old).await?;
    if let Some(name) = name {
        avatar::Entity::update_many()
            .col_expr(avatar::Column::IsWorn, Expr::value(true))
            .col_expr(avatar::Column::Paired, Expr::value(false))
            .col_expr(avatar::Column::OwnerId, Expr::value(permit.user()))
            .filter(Condition::any().add(mine).add(avatar::Column::Paired.eq(true)))
            .filter(avatar::Column::StoredName.eq(name))
            .exec(db)
            .await?;
    }
    Ok(old)
}

pub async fn take_of(db: &impl ConnectionTrait, permit: MayActAs) -> Result<Vec<String>, DbErr> {
    let mine = || avatar::Column::OwnerId.eq(permit.user());
    let rows = avatar::Entity::find().filter(mine()).all(db).await?;
    avatar::Entity::delete_many().filter(mine()).exec(db).await?;
    Ok(rows.into_iter().map(|it| it.stored_name).collect())
}

/// Takes some of those that nobody has put on and that are older than this, and says how they
/// are called and after which name to go on. One that a server shows stays.
pub async fn take_unworn(
    db: &impl ConnectionTrait,
    before: Timestamp,
    after: &str,
    limit: u64,
) -> Result<(Vec<String>, Option<String>), DbErr> {
    let rows = avatar::Entity::find()
        .filter(avatar::Column::IsWorn.eq(false))
        .filter(avatar::Column::CreatedAt.lt(before))
        // Icons stay, and if each batch began anew they would at some time fill it.
        .filter(avatar::Column::StoredName.gt(after))
        .order_by_asc(avatar::Column::StoredName)
        .limit(limit)
        // Somebody may put one of them on in this moment.
        .lock_exclusive()
        .all(db)
        .await?;
    let last = rows.last().map(|it| it.stored_name.clone());
    let mut taken = Vec::with_capacity(rows.len());
    for row in rows {
        if !is_icon(db, &row.stored_name).await? {
            taken.push(row.stored_name);
        }
    }
    delete(db, &taken).await?;
    Ok((taken, last))
}

pub async fn delete(db: &impl ConnectionTrait, names: &[String]) -> Result<(), DbErr> {
    if names.is_empty() {
        return Ok(());
    }
    avatar::Entity::delete_many().filter(avatar::Column::StoredName.is_in(names)).exec(db).await?;
    Ok(())
}

async fn is_icon(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    // An address may have our own host in front, or a proxy's, or none.
    let address = format!("%/avatars/{name}");
    let shown = server::Entity::find().filter(server::Column::IconUrl.like(address));
    Ok(shown.one(db).await?.is_some())
}
