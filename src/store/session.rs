//! Sign-ins and their refresh tokens.

pub mod paired_socket;

use std::net::IpAddr;

use entity::{
    id::{SessionId, UserId},
    secret::Hashed,
    session,
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, DbErr, QueryOrder, QuerySelect, entity::prelude::*};

use crate::model::session::{Device, Session};

#[derive(Clone)]
pub struct NewSession {
    pub id: SessionId,
    pub user: UserId,
    pub refresh_hash: Hashed,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub expires: Timestamp,
}

pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewSession,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = session::ActiveModel {
        session_id: Set(new.id),
        user_id: Set(new.user),
        refresh_hash: Set(new.refresh_hash),
        previous_hash: Set(None),
        rotated_at: Set(now),
        user_agent: Set(new.user_agent.clone()),
        address: Set(new.address.clone()),
        seen_address: Set(new.address),
        seen_agent: Set(new.user_agent),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(new.expires),
        revoked_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find_by_id(id).one(db).await
}

/// Puts a new token in the place of `current`; `false` when somebody else was quicker.
pub async fn rotate(
    db: &impl ConnectionTrait,
    id: SessionId,
    current: &Hashed,
    next: &Hashed,
    expires: Timestamp,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let done = session::Entity::update_many()
        // For a second tab that renews with the same token a moment later: both stay signed in.
        .col_expr(session::Column::PreviousHash, Expr::value(current.clone()))
        .col_expr(session::Column::RefreshHash, Expr::value(next.clone()))
        .col_expr(session::Column::RotatedAt, Expr::value(now))
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(expires))
        .filter(session::Column::SessionId.eq(id))
        .filter(session::Column::RefreshHash.eq(current.clone()))
        // A session that ended while its token was looked at stays ended.
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The living sessions of a person, latest first.
pub async fn of(
    db: &impl ConnectionTrait,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::LastUsedAt)
        .all(db)
        .await
}

/// Where a person has signed in with this program, the latest places.
pub async fn addresses(
    db: &impl ConnectionTrait,
    user: UserId,
    program: Option<&str>,
) -> Result<Vec<String>, DbErr> {
    const MOST: u64 = 100;
    let by_program = match program {
        Some(name) => session::Column::UserAgent.eq(name),
        None => session::Column::UserAgent.is_null(),
    };
    session::Entity::find()
        .select_only()
        .column(session::Column::Address)
        // Ended sessions as well: a device that was signed out is still known as theirs.
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::Address.is_not_null())
        .filter(by_program)
        .order_by_desc(session::Column::CreatedAt)
        .limit(MOST)
        .into_tuple()
        .all(db)
        .await
}

/// Where and when it was last used.
pub async fn used(
    db: &impl ConnectionTrait,
    id: SessionId,
    device: &Device,
    now: Timestamp,
) -> Result<(), DbErr> {
    let address = device.address.map(|it| it.to_string());
    session::Entity::update_many()
        // Where somebody signed in stays beside it: that tells their devices from those of a
        // guesser.
        .col_expr(session::Column::SeenAgent, Expr::value(device.user_agent.clone()))
        .col_expr(session::Column::SeenAddress, Expr::value(address))
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::SessionId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Those that were used from this address since then, latest first, whether they live or not.
pub async fn used_since(
    db: &impl ConnectionTrait,
    address: Option<IpAddr>,
    since: Timestamp,
    limit: u64,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::SeenAddress.eq(address.map(|it| it.to_string())))
        .filter(session::Column::LastUsedAt.gte(since))
        .order_by_desc(session::Column::LastUsedAt)
        .limit(limit)
        .all(db)
        .await
}

pub async fn revoke(
    db: &impl ConnectionTrait,
    ids: &[SessionId],
    now: Timestamp,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        // The row stays: by it the device is still known as its person's.
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::SessionId.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete_all(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    session::Entity::delete_many().filter(session::Column::UserId.eq(user)).exec(db).await?;
    Ok(())
}

/// What leaves the store of a sign-in's row: without the hashes of its tokens.
impl From<session::Model> for Session {
    fn from(row: session::Model) -> Self {
        Self {
            id: row.session_id,
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_not_printed_with_its_row() {
        let row = session::ActiveModel {
            refresh_hash: Set(Hashed("47DEQpj8HBSa".to_owned())),
            ..Default::default()
        };
        let printed = format!("{row:?}");
        assert!(printed.contains("refresh_hash") && !printed.contains("47DEQ"), "{printed}");
    }
}
