//! Invitations: codes that let whoever knows them onto a server, be it open or closed.
//! They go with whoever handed them out.

use entity::{id::ServerId, invite};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        server,
        session::token,
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Clash, Error, Problem, Thing},
        server::{InviteDraft, ServerSummary},
    },
    store,
};

/// So many may be out at once for one server.
const MOST: u64 = 100;
pub const MOST_USES: i64 = 100_000;
pub const SHORTEST_SECONDS: i64 = 60;
pub const LONGEST_SECONDS: i64 = 365 * 24 * 60 * 60;

pub async fn list(chat: &Chat, me: Actor, server: ServerId) -> Result<Vec<invite::Model>, Error> {
    let permit = server::found(&chat.db, me.id, server).await?.facts.may_admit()?;
    Ok(store::server::invite::of(&chat.db, permit, chat.clock.now()).await?)
}

pub async fn create(
    chat: &Chat,
    me: Actor,
    server: ServerId,
    draft: InviteDraft,
) -> Result<invite::Model, Error> {
    let between = |field, value: Option<i64>, least, most, said| match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(Error::invalid(field, Problem::Other(said)))
        }
        _ => Ok(()),
    };
    between("max_uses", draft.max_uses, 1, MOST_USES, "must be from 1 to 100000")?;
    let said = "must be from 60 (a minute) to 31536000 (a year)";
    let seconds = draft.lifetime_seconds;
    between("expires_in", seconds, SHORTEST_SECONDS, LONGEST_SECONDS, said)?;
    chat.limits.spend(Allowance::Invitation, Spender::User(me.id))?;
    chat.change(async |change| issue(chat, change, me, server, draft).await).await
}

async fn issue(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    server: ServerId,
    draft: InviteDraft,
) -> Result<invite::Model, Error> {
    let permit = server::held(change, me.id, server).await?.facts.may_admit()?;
    let now = chat.clock.now();
    // What has run out counts to no limit.
    store::server::invite::tidy(&change.db, permit, now).await?;
    if store::server::invite::count(&change.db, permit).await? >= MOST {
        return Err(Error::Taken(Clash::Invites));
    }
    let row = invite::Model {
        code: token::invitation(),
        server_id: server,
        creator_id: me.id,
        max_uses: draft.max_uses,
        uses: 0,
        expires_at: draft.lifetime_seconds.map(|it| chat.clock.in_seconds(it)),
        created_at: now,
    };
    store::server::invite::insert(&change.db, &row).await?;
    Ok(row)
}

/// Takes an invitation back; who has come by it stays.
pub async fn revoke(chat: &Chat, me: Actor, server: ServerId, code: &str) -> Result<(), Error> {
    chat.change(async |change| {
        let permit = server::held(change, me.id, server).await?.facts.may_admit()?;
        if token::may_be_invitation(code)
            && store::server::invite::delete(&change.db, permit, code).await?
        {
            return Ok(());
        }
        Err(Error::Missing(Thing::Invite))
    })
    .await
}

/// Where it leads, for whoever may go there.
pub async fn preview(chat: &Chat, me: Actor, code: &str) -> Result<ServerSummary, Error> {
    pay(chat, me)?;
    let server = leads_to(chat, code).await?;
    let server::KnownServer { row, facts } =
        server::found(&chat.db, me.id, server).await.map_err(as_invite)?;
    // A member would be refused for being there already, and may look all the same.
    if facts.role.is_none() {
        facts.may_accept()?;
    }
    let members = store::server::member::count(&chat.db, server).await?;
    Ok(ServerSummary { server: row, role: facts.role, members })
}

/// For whoever is there already it is not used up.
pub async fn accept(chat: &Chat, me: Actor, code: &str) -> Result<ServerSummary, Error> {
    pay(chat, me)?;
    let server = leads_to(chat, code).await?;
    chat.change(async |change| redeem(chat, change, me, server, code).await).await?;
    server::item(chat, me, server).await
}

async fn redeem(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    server: ServerId,
    code: &str,
) -> Result<(), Error> {
    let facts = server::held(change, me.id, server).await.map_err(as_invite)?.facts;
    if facts.role.is_some() {
        return Ok(());
    }
    let permit = facts.may_accept()?;
    // Only after the policy, so that an invitation is not used up by somebody who is refused.
    if !store::server::invite::spend(&change.db, code, chat.clock.now()).await? {
        return Err(Error::Missing(Thing::Invite));
    }
    server::enter(chat, change, permit).await
}

/// Codes are not to be tried out.
fn pay(chat: &Chat, me: Actor) -> Result<(), Error> {
    chat.limits.spend(Allowance::Search, Spender::User(me.id))
}

async fn leads_to(chat: &Chat, code: &str) -> Result<ServerId, Error> {
    if !token::may_be_invitation(code) {
        return Err(Error::Missing(Thing::Invite));
    }
    let row = store::server::invite::find(&chat.db, code, chat.clock.now()).await?;
    Ok(row.ok_or(Error::Missing(Thing::Invite))?.server_id)
}

/// A server that has gone meanwhile has taken its invitations along.
fn as_invite(error: Error) -> Error {
    match error {
        Error::Missing(Thing::Server) => Error::Missing(Thing::Invite),
        other => other,
    }
}
