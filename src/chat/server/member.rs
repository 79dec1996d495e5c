//! Who is on a server, and as what.

use entity::{
    id::{ServerId, UserId},
    participant::Role,
};
use sea_orm::ConnectionTrait;

use crate::{
    chat::{engine::handle::Chat, server},
    model::{
        actor::Actor,
        error::{Clash, Error, Thing},
        person::Card,
        room::Ranked,
        server::ServerMembership,
    },
    store,
};

/// Some of them, by their ids: so many of those who come after this one.
pub async fn page(
    chat: &Chat,
    me: Actor,
    server: ServerId,
    after: UserId,
    most: u64,
) -> Result<Vec<ServerMembership>, Error> {
    let permit = server::found(&chat.db, me.id, server).await?.facts.may_view()?;
    let rows = store::server::member::page(&chat.db, permit, after, most).await?;
    let users: Vec<UserId> = rows.iter().map(|it| it.user_id).collect();
    let cards = chat.roster.cards(&chat.db, &users).await?;
    let members = rows.into_iter().filter_map(|row| {
        let card = Card::clone(cards.get(&row.user_id)?);
        Some(ServerMembership { card, row })
    });
    Ok(members.collect())
}

/// One of them; `Missing(User)` when they are not there.
pub async fn member(
    chat: &Chat,
    me: Actor,
    server: ServerId,
    user: UserId,
) -> Result<ServerMembership, Error> {
    server::found(&chat.db, me.id, server).await?.facts.may_view()?;
    let row = store::server::member::find(&chat.db, server, user).await?;
    let row = row.ok_or(Error::Missing(Thing::User))?;
    let card = chat.roster.card(&chat.db, user).await?;
    Ok(ServerMembership { card: Card::clone(&card), row })
}

/// Comes onto an open server; whoever is there already stays.
pub async fn join(chat: &Chat, me: Actor, server: ServerId) -> Result<ServerMembership, Error> {
    match server::join(chat, me, server).await {
        Ok(_) | Err(Error::Taken(Clash::AlreadyMember)) => member(chat, me, server, me.id).await,
        Err(error) => Err(error),
    }
}

/// Whoever is made the owner takes the server over, and who had it is an admin from then on.
pub async fn set_role(
    chat: &Chat,
    me: Actor,
    server: ServerId,
    user: UserId,
    role: Role,
) -> Result<(), Error> {
    chat.change(async |change| {
        let facts = server::held(change, me.id, server).await?.facts;
        facts.may_view()?;
        let theirs = role_of(&change.db, server, user).await?.ok_or(Error::Missing(Thing::User))?;
        facts.may_rank(theirs)?;
        if theirs == role {
            return Ok(());
        }
        let mut roles = vec![Ranked { user, role }];
        if role == Role::Owner {
            // First, so that nobody hears of two owners.
            roles.insert(0, Ranked { user: me.id, role: Role::Admin });
        }
        server::rank(change, server, &roles).await
    })
    .await
}

/// Sends somebody else away, who may come back where anybody may come.
pub async fn remove(chat: &Chat, me: Actor, server: ServerId, user: UserId) -> Result<(), Error> {
    chat.change(async |change| {
        let facts = server::held(change, me.id, server).await?.facts;
        facts.may_admit()?;
        let theirs = role_of(&change.db, server, user).await?.ok_or(Error::Missing(Thing::User))?;
        facts.may_expel(Some(theirs))?;
        server::part(chat, change, server, user).await
    })
    .await
}

pub(in crate::chat) async fn role_of(
    db: &impl ConnectionTrait,
    server: ServerId,
    user: UserId,
) -> Result<Option<Role>, Error> {
    Ok(store::server::member::find(db, server, user).await?.map(|it| it.role))
}
