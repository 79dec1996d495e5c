//! Keeping somebody off a server for good, by whichever surface they come.

use entity::{
    ban,
    id::{ServerId, UserId},
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        person,
        server::{self, member},
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
        person::Card,
        server::ServerBan,
        text::line,
    },
    store,
};

pub const LONGEST_REASON: usize = 512;

/// In the order in which they were sent away.
pub async fn list(chat: &Chat, me: Actor, server: ServerId) -> Result<Vec<ServerBan>, Error> {
    let permit = server::found(&chat.db, me.id, server).await?.facts.may_admit()?;
    let rows = store::server::ban::of(&chat.db, permit).await?;
    let users: Vec<UserId> = rows.iter().map(|it| it.user_id).collect();
    let cards = chat.roster.cards(&chat.db, &users).await?;
    let bans = rows.into_iter().filter_map(|row| {
        let card = Card::clone(cards.get(&row.user_id)?);
        Some(ServerBan { card, row })
    });
    Ok(bans.collect())
}

/// Sends them away if they are there. A ban that stands is left as it is.
pub async fn ban(
    chat: &Chat,
    me: Actor,
    server: ServerId,
    user: UserId,
    reason: Option<String>,
) -> Result<ServerBan, Error> {
    let reason = reason.map(|it| line("reason", &it, LONGEST_REASON)).transpose()?;
    let reason = reason.filter(|it| !it.is_empty());
    let row = chat
        .change(async |change| keep_out(chat, change, me, server, user, reason.clone()).await)
        .await?;
    let card = chat.roster.card(&chat.db, user).await?;
    Ok(ServerBan { card: Card::clone(&card), row })
}

async fn keep_out(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    server: ServerId,
    user: UserId,
    reason: Option<String>,
) -> Result<ban::Model, Error> {
    let facts = server::held(change, me.id, server).await?.facts;
    let theirs = member::role_of(&change.db, server, user).await?;
    facts.may_expel(theirs)?;
    if let Some(row) = store::server::ban::find(&change.db, server, user).await? {
        return Ok(row);
    }
    person::held(change, user).await?;
    let now = chat.clock.now();
    let row =
        ban::Model { server_id: server, user_id: user, banned_by: me.id, reason, created_at: now };
    store::server::ban::insert(&change.db, &row).await?;
    if theirs.is_some() {
        server::part(chat, change, server, user).await?;
    }
    Ok(row)
}

/// They may come again, and are not brought back.
pub async fn lift(chat: &Chat, me: Actor, server: ServerId, user: UserId) -> Result<(), Error> {
    chat.change(async |change| {
        let permit = server::held(change, me.id, server).await?.facts.may_admit()?;
        if store::server::ban::delete(&change.db, permit, user).await? {
            return Ok(());
        }
        Err(Error::Missing(Thing::Ban))
    })
    .await
}
