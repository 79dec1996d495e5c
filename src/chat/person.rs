//! Holding people while something is decided that depends on them. Whoever deletes an account,
//! changes a password, signs in, asks or blocks somebody holds the same rows, so none of these
//! passes another.

pub mod account;
pub mod block;
pub mod friend;
pub mod presence;
pub mod profile;

use entity::{id::UserId, user};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        session::live,
    },
    model::{
        actor::Actor,
        error::{Doubt, Error, Thing},
    },
    store,
};

/// Somebody who has not left for good.
pub async fn held(change: &Change, user: UserId) -> Result<user::Model, Error> {
    let found = store::person::hold(&change.db, [user]).await?.pop();
    found.filter(|it| it.is_active).ok_or(Error::Missing(Thing::User))
}

/// Oneself and somebody else, who is what is answered.
pub async fn held_with(change: &Change, me: Actor, other: UserId) -> Result<user::Model, Error> {
    let both = store::person::hold(&change.db, [me.id, other]).await?;
    let active = |user: UserId| both.iter().find(|it| it.user_id == user && it.is_active);
    active(me.id).ok_or(Error::Unauthenticated(Doubt::Revoked))?;
    Ok(active(other).ok_or(Error::Missing(Thing::User))?.clone())
}

/// Oneself, unless the account is gone by now.
pub async fn oneself(change: &Change, me: UserId) -> Result<user::Model, Error> {
    match held(change, me).await {
        // Only this: a row that could not be had in time says nothing about a sign-in.
        Err(Error::Missing(_)) => Err(Error::Unauthenticated(Doubt::Revoked)),
        result => result,
    }
}

/// The same, unless the sign-in was ended.
pub async fn myself(chat: &Chat, change: &Change, me: Actor) -> Result<user::Model, Error> {
    let myself = oneself(change, me.id).await?;
    live::find(&change.db, chat.clock.now(), me.session).await?;
    Ok(myself)
}

/// Whether the account and the password are still those that somebody proved to know.
pub async fn still(change: &Change, proved: &user::Model) -> Result<(), Error> {
    let found = store::person::hold(&change.db, [proved.user_id]).await?.pop();
    let same = |it: &user::Model| it.is_active && it.hashed_password == proved.hashed_password;
    found.filter(same).map(|_| ()).ok_or(Error::Unauthenticated(Doubt::Revoked))
}
