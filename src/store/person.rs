//! People.

pub mod account;
pub mod block;
pub mod circle;
pub mod friend;

use std::collections::HashSet;

use entity::{id::UserId, secret::Hashed, time::Timestamp, user};
use sea_orm::{
    ActiveValue::Set, DbBackend, DbErr, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*, sea_query::LockType,
};
use uuid::Uuid;

use crate::policy::MayActAs;

/// Ids in one statement, well under every database's limit of parameters.
const ROWS: usize = 500;

pub struct NewUser<'a> {
    pub username: &'a str,
    pub username_key: String,
    pub email: Option<(&'a str, String)>,
    pub hashed_password: Hashed,
    pub nickname: Option<String>,
}

pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewUser<'_>,
    now: Timestamp,
) -> Result<user::Model, DbErr> {
    let (email, email_key) = match new.email {
        Some((email, key)) => (Some(email.to_owned()), Some(key)),
        None => (None, None),
    };
    let row = user::ActiveModel {
        public_id: Set(Uuid::now_v7()),
        username: Set(new.username.to_owned()),
        username_key: Set(new.username_key),
        email: Set(email),
        email_key: Set(email_key),
        hashed_password: Set(new.hashed_password),
        nickname: Set(new.nickname),
        avatar_url: Set(None),
        status: Set(None),
        bio: Set(None),
        is_active: Set(true),
        created_at: Set(now),
        updated_at: Set(now),
        last_seen: Set(None),
        rev: Set(1),
        sends_receipts: Set(true),
        mood: Set(None),
        ..Default::default()
    };
    row.insert(db).await
}

pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).one(db).await
}

pub async fn find_all(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<Vec<user::Model>, DbErr> {
    let ids: Vec<UserId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    user::Entity::find().filter(user::Column::UserId.is_in(ids)).all(db).await
}

/// These people, held until the transaction ends: nobody deletes an account, changes a
/// password, signs in, asks or blocks meanwhile. Always taken in the same order, so that no two
/// transactions wait for each other.
pub async fn hold(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<Vec<user::Model>, DbErr> {
    let mut ids: Vec<UserId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    // PostgreSQL's full lock would also stop everybody who writes a row that names the person.
    let lock = match db.get_database_backend() {
        DbBackend::Postgres => LockType::NoKeyUpdate,
        _ => LockType::Update,
    };
    let mut held = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS) {
        let some = user::Entity::find()
            .filter(user::Column::UserId.is_in(ids.iter().copied()))
            .order_by_asc(user::Column::UserId)
            .lock(lock);
        held.extend(some.all(db).await?);
    }
    Ok(held)
}

pub async fn by_username(
    db: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::Column::UsernameKey.eq(key)).one(db).await
}

pub async fn by_public_id(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::Column::PublicId.eq(id)).one(db).await
}

/// How many people there are who have not left for good.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    user::Entity::find().filter(user::Column::IsActive.eq(true)).count(db).await
}

/// Whether there is anybody at all.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(user::Entity::find().limit(1).one(db).await?.is_some())
}

pub async fn by_email(db: &impl ConnectionTrait, key: &str) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::Column::EmailKey.eq(key)).one(db).await
}

/// Living people whose handle contains `part`, by id.
pub async fn search(
    db: &impl ConnectionTrait,
    part: &str,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<user::Model>, DbErr> {
    let pattern = format!("%{}%", escaped(part));
    user::Entity::find()
        .filter(user::Column::IsActive.eq(true))
        .filter(
            // Not a backslash, which MySQL's texts would take for themselves.
            user::Column::UsernameKey.like(sea_orm::sea_query::LikeExpr::new(pattern).escape('!')),
        )
        .filter(user::Column::UserId.gt(after.map_or(0, |it| it.0)))
        .order_by_asc(user::Column::UserId)
        .limit(limit)
        .all(db)
        .await
}

/// Changes these columns, and raises `rev`.
pub async fn update(
    db: &impl ConnectionTrait,
    permit: MayActAs,
    mut change: user::ActiveModel,
    now: Timestamp,
) -> Result<user::Model, DbErr> {
    // First, so that the row that comes back has the new `rev`.
    touch(db, [permit.user()]).await?;
    change.user_id = Set(permit.user());
    change.updated_at = Set(now);
    change.update(db).await
}

pub async fn set_password(
    db: &impl ConnectionTrait,
    id: UserId,
    hashed: Hashed,
) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::HashedPassword, Expr::value(hashed))
        .filter(user::Column::UserId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// The same password, hashed anew; `false` when it is another one by now.
pub async fn rehash(
    db: &impl ConnectionTrait,
    id: UserId,
    old: &Hashed,
    new: &Hashed,
) -> Result<bool, DbErr> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::HashedPassword, Expr::value(new.clone()))
        .filter(user::Column::UserId.eq(id))
        .filter(user::Column::HashedPassword.eq(old.clone()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn seen(db: &impl ConnectionTrait, id: UserId, now: Timestamp) -> Result<(), DbErr> {
    user::Entity::update_many()
        // `updated_at` stays: by it syncs find new names and pictures, and being there is neither.
        .col_expr(user::Column::LastSeen, Expr::value(now))
        .filter(user::Column::UserId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Raises `rev` of everybody whose own things changed: what they are called, whom they
/// know, which rooms they are in, and how they have set them up.
pub async fn touch(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<(), DbErr> {
    let mut ids: Vec<UserId> = ids.into_iter().collect();
    // Always in the same order, so that no two transactions wait for each other.
    ids.sort_unstable();
    for ids in ids.chunks(ROWS) {
        user::Entity::update_many()
            .col_expr(user::Column::Rev, Expr::col(user::Column::Rev).add(1))
            .filter(user::Column::UserId.is_in(ids.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The `rev` of each of these people.
pub async fn revs(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<(UserId, i64)>, DbErr> {
    user::Entity::find()
        .select_only()
        .columns([user::Column::UserId, user::Column::Rev])
        .filter(user::Column::UserId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await
}

pub async fn rev(db: &impl ConnectionTrait, id: UserId) -> Result<i64, DbErr> {
    Ok(revs(db, &[id]).await?.first().map_or(0, |it| it.1))
}

/// Those of these people who do not let others see how far they have read.
pub async fn discreet(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<HashSet<UserId>, DbErr> {
    let mut discreet = HashSet::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<UserId> = user::Entity::find()
            .select_only()
            .column(user::Column::UserId)
            .filter(user::Column::UserId.is_in(ids.iter().copied()))
            .filter(user::Column::SendsReceipts.eq(false))
            .into_tuple()
            .all(db)
            .await?;
        discreet.extend(rows);
    }
    Ok(discreet)
}

/// How somebody wants to be seen.
pub async fn set_mood(
    db: &impl ConnectionTrait,
    permit: MayActAs,
    mood: Option<user::Mood>,
) -> Result<(), DbErr> {
    user::Entity::update_many()
        // No `rev`: presence is told live, and is no part of a sync.
        .set(user::ActiveModel { mood: Set(mood), ..Default::default() })
        .filter(user::Column::UserId.eq(permit.user()))
        .exec(db)
        .await?;
    Ok(())
}

/// Leaves a nameless author, so that other people's conversations stay readable.
pub async fn erase(
    db: &impl ConnectionTrait,
    permit: MayActAs,
    now: Timestamp,
) -> Result<user::Model, DbErr> {
    let id = permit.user();
    let row = user::ActiveModel {
        user_id: Set(id),
        username: Set("deleted".to_owned()),
        // A key that no handle can have, since handles hold no control characters.
        username_key: Set(format!("\u{1}{id}")),
        email: Set(None),
        email_key: Set(None),
        hashed_password: Set(Hashed(String::new())),
        nickname: Set(None),
        avatar_url: Set(None),
        status: Set(None),
        bio: Set(None),
        is_active: Set(false),
        updated_at: Set(now),
        last_seen: Set(None),
        ..Default::default()
    };
    row.update(db).await
}

fn escaped(part: &str) -> String {
    part.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
