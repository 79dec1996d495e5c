//! Sign-ins: one per device, each with a refresh token that is used once.
//!
//! A refresh token's successor is derived from it, so two tabs that refresh at once get
//! the same one and stay signed in. Any other token of the session is a replay, and ends it.

use std::net::IpAddr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{
    id::{SessionId, UserId},
    session, user,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    chat::{change::Change, guess::KnownDevice, handle::Chat, living, token},
    model::{
        actor::Actor,
        error::{Doubt, Error, Thing},
        event::{Ending, News, Topic},
        limit::Network,
        session::{Device, Pass, SignedIn, Tokens},
    },
    store,
};

/// Signs a person in on a device.
pub async fn open(chat: &Chat, user: &user::Model, device: Device) -> Result<Tokens, Error> {
    let id = SessionId(Uuid::new_v4());
    let refresh = spell(id, &rand::random::<[u8; 32]>());
    let new = store::session::NewSession {
        id,
        user: user.user_id,
        refresh_hash: digest(&refresh),
        user_agent: device.user_agent,
        address: device.address.map(|it| it.to_string()),
        expires: chat.clock.in_seconds(chat.rules.refresh_seconds),
    };
    store::session::insert(&chat.db, new, chat.clock.now()).await?;
    tokens(chat, user, id, refresh)
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

/// New tokens for a refresh token, which is used up by it.
pub async fn refresh(chat: &Chat, presented: &str) -> Result<SignedIn, Error> {
    let id = session_of(presented).ok_or(Error::Unauthenticated(Doubt::BadToken))?;
    let next = successor(chat, id, presented);
    let (current, now) = (digest(presented), chat.clock.now());
    let expires = chat.clock.in_seconds(chat.rules.refresh_seconds);
    let row = living::find(&chat.db, chat.clock.now(), id).await?;
    let rotated = row.refresh_hash == current
        && store::session::rotate(&chat.db, id, &current, &digest(&next), expires, now).await?;
    if !rotated && !is_second_tab(chat, id, &current, &digest(&next)).await? {
        tracing::warn!(session = %id, user = %row.user_id, "a used refresh token came again");
        end_all(chat, row.user_id, &[id], Ending::TokenReused).await?;
        return Err(Error::Unauthenticated(Doubt::Revoked));
    }
    let user = store::user::find(&chat.db, row.user_id)
        .await?
        .ok_or(Error::Unauthenticated(Doubt::Revoked))?;
    let tokens = tokens(chat, &user, id, next)?;
    Ok(SignedIn { user, tokens })
}

/// Logs out: the tokens are dead, the sockets close.
pub async fn end(chat: &Chat, me: Actor) -> Result<(), Error> {
    end_all(chat, me.id, &[me.session], Ending::LoggedOut).await
}

/// The same for somebody whose access token has run out. A token that is not the session's
/// own ends nothing.
pub async fn end_by_refresh(chat: &Chat, presented: &str) -> Result<(), Error> {
    let id = session_of(presented).ok_or(Error::Unauthenticated(Doubt::BadToken))?;
    let row = living::find(&chat.db, chat.clock.now(), id).await?;
    let presented = digest(presented);
    if row.refresh_hash != presented && row.previous_hash.as_deref() != Some(&presented) {
        return Err(Error::Unauthenticated(Doubt::BadToken));
    }
    end_all(chat, row.user_id, &[id], Ending::LoggedOut).await
}

pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<session::Model>, Error> {
    Ok(store::session::of(&chat.db, me.id, chat.clock.now()).await?)
}

pub async fn revoke(chat: &Chat, me: Actor, id: SessionId) -> Result<(), Error> {
    if !list(chat, me).await?.iter().any(|it| it.session_id == id) {
        return Err(Error::Missing(Thing::Session));
    }
    end_all(chat, me.id, &[id], Ending::Revoked).await
}

pub async fn revoke_others(chat: &Chat, me: Actor) -> Result<(), Error> {
    let mut change = Change::begin(chat).await?;
    end_others(chat, &mut change, me, Ending::Revoked).await?;
    change.commit().await
}

/// All but the one that asks for it, as a part of something larger.
pub async fn end_others(
    chat: &Chat,
    change: &mut Change<'_>,
    me: Actor,
    why: Ending,
) -> Result<(), Error> {
    let all = store::session::of(&change.db, me.id, chat.clock.now()).await?;
    let others: Vec<SessionId> =
        all.into_iter().map(|it| it.session_id).filter(|it| *it != me.session).collect();
    end_in(chat, change, me.id, &others, why).await
}

async fn end_all(
    chat: &Chat,
    user: UserId,
    sessions: &[SessionId],
    reason: Ending,
) -> Result<(), Error> {
    let mut change = Change::begin(chat).await?;
    end_in(chat, &mut change, user, sessions, reason).await?;
    change.commit().await
}

async fn end_in(
    chat: &Chat,
    change: &mut Change<'_>,
    user: UserId,
    sessions: &[SessionId],
    reason: Ending,
) -> Result<(), Error> {
    store::session::revoke(&change.db, sessions, chat.clock.now()).await?;
    for id in sessions {
        change.outdates_session(*id);
        change.announce(Topic::Session(*id), News::SessionEnded { reason });
    }
    tracing::info!(%user, sessions = sessions.len(), ?reason, "sessions end");
    Ok(())
}

/// Who holds this access token, if it is ours, in time, and its session lives.
pub async fn recognise(chat: &Chat, access: &str) -> Result<Pass, Error> {
    let now = chat.clock.now();
    let pass = token::read(&chat.keys, access, now)?;
    chat.living.check(&chat.db, now, pass.actor).await?;
    Ok(pass)
}

/// Somebody used this very token a moment ago, and its successor is still the current one.
async fn is_second_tab(
    chat: &Chat,
    id: SessionId,
    presented: &str,
    next: &str,
) -> Result<bool, Error> {
    let row = living::find(&chat.db, chat.clock.now(), id).await?;
    let age = (chat.clock.now().0 - row.rotated_at.0).num_seconds();
    Ok(row.previous_hash.as_deref() == Some(presented)
        && row.refresh_hash == next
        && age <= chat.rules.grace_seconds)
}

fn tokens(
    chat: &Chat,
    user: &user::Model,
    session: SessionId,
    refresh: String,
) -> Result<Tokens, Error> {
    let now = chat.clock.now();
    let access = token::issue(&chat.keys, user, session, now, chat.rules.access_seconds)?;
    Ok(Tokens { access, refresh, expires_in: chat.rules.access_seconds, session })
}

fn successor(chat: &Chat, id: SessionId, token: &str) -> String {
    // HMAC takes keys of any length, so this cannot fail; an empty key would be refused
    // by the settings long before.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(chat.keys.secret())
        .unwrap_or_else(|_| <Hmac<Sha256> as KeyInit>::new(&[0; 64].into()));
    mac.update(b"refresh:");
    mac.update(token.as_bytes());
    spell(id, &mac.finalize().into_bytes())
}

fn spell(id: SessionId, secret: &[u8]) -> String {
    format!("{}.{}", id.0.simple(), BASE64_URL_SAFE_NO_PAD.encode(secret))
}

fn session_of(token: &str) -> Option<SessionId> {
    Uuid::parse_str(token.split_once('.')?.0).ok().map(SessionId)
}

fn digest(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}
