//! Sign-ins: one per device, each with a refresh token that is used once.
//!
//! A refresh token's successor is derived from it, so two tabs that refresh at once get
//! the same one and stay signed in. Any other token that was once the session's is a replay,
//! and ends it. What was never ours ends nothing: a mark in each token tells.

pub(in crate::chat) mod guess;
pub(in crate::chat) mod live;
pub(in crate::chat) mod neighbours;
pub mod pairing;
pub mod password;
pub mod proof;
pub mod refresh;
pub mod subscriber;
pub(in crate::chat) mod token;
pub(in crate::chat) mod token_lifetime;

use std::net::IpAddr;

use entity::{
    id::{SessionId, UserId},
    secret::Hashed,
    session,
    time::Timestamp,
    user,
};
use uuid::Uuid;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        person,
        session::{guess::KnownDevice, proof::Proved},
    },
    model::{
        actor::Actor,
        allowance::Network,
        error::{Doubt, Error, Thing},
        event::{
            Topic,
            session::{Ending, SessionNews},
        },
        session::{Client, Device, Pass, Session, SignedIn, Tokens},
    },
    store,
};

/// Signs a person in on a device, as whom they proved to be: unless the account went or the
/// password changed meanwhile, which is asked while nobody can do either.
pub async fn open(chat: &Chat, proved: &Proved, device: Device) -> Result<SignedIn, Error> {
    let user = proved.row();
    let (id, client) = (SessionId(Uuid::new_v4()), device.client);
    let refresh = refresh::spell(chat, id, &rand::random::<[u8; 32]>());
    let new = store::session::NewSession {
        id,
        user: user.user_id,
        refresh_hash: refresh::digest(&refresh),
        user_agent: device.user_agent,
        address: device.address.map(|it| it.to_string()),
        expires: chat.clock.in_seconds(chat.rules.refresh_seconds),
    };
    chat.change(async |change| {
        person::still(change, user).await?;
        store::session::insert(&change.db, new.clone(), chat.clock.now()).await?;
        Ok(())
    })
    .await?;
    let tokens = tokens(chat, user, id, refresh, client)?;
    Ok(SignedIn { account: proved.account(), tokens })
}

/// This device, if the person has signed in on it before: by the same program at the same
/// address, for a name that a program gives itself is no secret.
pub async fn known_device(
    chat: &Chat,
    user: UserId,
    device: &Device,
) -> Result<Option<KnownDevice>, Error> {
    let Some(address) = device.address.map(Network::from) else { return Ok(None) };
    let program = device.user_agent.clone();
    let places = store::session::addresses(&chat.db, user, program.as_deref()).await?;
    let mut places = places.iter().filter_map(|it| it.parse::<IpAddr>().ok());
    let is_known = places.any(|it| Network::from(it) == address);
    Ok(is_known.then_some(KnownDevice::Program(user, address, program)))
}

/// Who holds this refresh token, where it opens a connection and is not used up by it.
pub async fn vouch(chat: &Chat, client: Client, presented: &str) -> Result<Pass, Error> {
    let id = refresh::session_of(presented).ok_or(Error::Unauthenticated(Doubt::BadToken))?;
    let row = live::find(&chat.db, chat.clock.now(), id).await?;
    let presented = refresh::digest(presented);
    let age = (chat.clock.now().0 - row.rotated_at.0).num_seconds();
    let is_last = row.previous_hash.as_ref() == Some(&presented);
    let is_recent = (0..=chat.rules.grace_seconds).contains(&age);
    let is_good = row.refresh_hash == presented || (is_last && is_recent);
    if !is_good {
        return Err(Error::Unauthenticated(Doubt::BadToken));
    }
    let actor = Actor { id: row.user_id, session: id };
    Ok(Pass { actor, expires: chat.clock.in_seconds(chat.rules.access_seconds.of(client)) })
}

/// Logs out: the tokens are dead, the sockets close.
pub async fn end(chat: &Chat, me: Actor) -> Result<(), Error> {
    end_all(chat, me.id, &[me.session], Ending::LoggedOut).await
}

/// The same for somebody whose access token has run out. A token that is not the session's
/// own ends nothing.
pub async fn end_by_refresh(chat: &Chat, presented: &str) -> Result<(), Error> {
    let id = refresh::session_of(presented).ok_or(Error::Unauthenticated(Doubt::BadToken))?;
    let row = live::find(&chat.db, chat.clock.now(), id).await?;
    let presented = refresh::digest(presented);
    if !is_known(&row, &presented) {
        return Err(Error::Unauthenticated(Doubt::BadToken));
    }
    end_all(chat, row.user_id, &[id], Ending::LoggedOut).await
}

pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<Session>, Error> {
    let rows = store::session::of(&chat.db, me.id, chat.clock.now()).await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

pub async fn revoke(chat: &Chat, me: Actor, id: SessionId) -> Result<(), Error> {
    // Somebody else's session is as missing as one that there is not, so ids cannot be tried out.
    if !list(chat, me).await?.iter().any(|it| it.id == id) {
        return Err(Error::Missing(Thing::Session));
    }
    end_all(chat, me.id, &[id], Ending::Revoked).await
}

pub async fn revoke_others(chat: &Chat, me: Actor) -> Result<(), Error> {
    chat.change(async |change| end_others(chat, change, me, Ending::Revoked).await).await
}

/// All but the one that asks for it, as a part of something larger.
pub async fn end_others(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    why: Ending,
) -> Result<(), Error> {
    let all = store::session::of(&change.db, me.id, chat.clock.now()).await?;
    let others: Vec<SessionId> =
        all.into_iter().map(|it| it.session_id).filter(|it| *it != me.session).collect();
    end_in(chat, change, me.id, &others, why).await
}

pub(in crate::chat::session) async fn end_all(
    chat: &Chat,
    user: UserId,
    sessions: &[SessionId],
    reason: Ending,
) -> Result<(), Error> {
    chat.change(async |change| end_in(chat, change, user, sessions, reason).await).await
}

async fn end_in(
    chat: &Chat,
    change: &mut Change,
    user: UserId,
    sessions: &[SessionId],
    reason: Ending,
) -> Result<(), Error> {
    store::session::revoke(&change.db, sessions, chat.clock.now()).await?;
    for id in sessions {
        change.outdates_session(*id);
        change.announce(Topic::Session(*id), SessionNews::Ended(reason));
    }
    tracing::info!(%user, sessions = sessions.len(), ?reason, "sessions end");
    Ok(())
}

/// Who holds this access token, if it is ours, in time, and its session lives.
pub async fn recognise(chat: &Chat, access: &str) -> Result<Pass, Error> {
    let now = chat.clock.now();
    let pass = token::read(&chat.keys, access, now)?;
    chat.live_sessions.check(&chat.db, now, pass.actor).await?;
    Ok(pass)
}

/// Whether the session of somebody who was recognised a moment ago has not ended since.
pub async fn still_lives(chat: &Chat, me: Actor) -> Result<(), Error> {
    chat.live_sessions.check(&chat.db, chat.clock.now(), me).await
}

/// Until when a connection may go on that was opened with a token that is good until then: its
/// session may have a newer one.
pub fn good_until(chat: &Chat, session: SessionId, own: Timestamp) -> Timestamp {
    chat.renewals.until(session, own)
}

/// For which session this token of ours was made, whether or not it is still in time.
pub fn named(chat: &Chat, access: &str) -> Option<SessionId> {
    token::session(&chat.keys, access)
}

/// Of which session the token is, if it is ours and in time; whether that lives is not asked.
pub fn claimed(chat: &Chat, access: &str) -> Option<SessionId> {
    token::read(&chat.keys, access, chat.clock.now()).ok().map(|it| it.actor.session)
}

pub(in crate::chat::session) fn tokens(
    chat: &Chat,
    user: &user::Model,
    session: SessionId,
    refresh: String,
    client: Client,
) -> Result<Tokens, Error> {
    let (now, expires_in) = (chat.clock.now(), chat.rules.access_seconds.of(client));
    let access = token::issue(&chat.keys, user, session, now, expires_in)?;
    // Connections that were opened with an older token of this session go on as long as this one.
    chat.renewals.note(session, chat.clock.in_seconds(expires_in));
    Ok(Tokens { access, refresh, expires_in, session })
}

/// The token is the session's, now or just before.
pub(in crate::chat::session) fn is_known(row: &session::Model, digest: &Hashed) -> bool {
    row.refresh_hash == *digest || row.previous_hash.as_ref() == Some(digest)
}
