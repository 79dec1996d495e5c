//! Refresh tokens: used once each, derived one from the other, and told from forged ones.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{id::SessionId, secret::Hashed};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    chat::{engine::handle::Chat, session::live},
    model::{
        error::{Doubt, Error},
        event::session::Ending,
        person::account::Account,
        session::{Client, SignedIn},
    },
    store,
};

/// Bytes of a refresh token that nobody can guess, and those that only we can have written.
const SECRET: usize = 32;
const MARK: usize = 16;

/// New tokens for a refresh token, which is used up by it.
pub async fn rotate(chat: &Chat, presented: &str, client: Client) -> Result<SignedIn, Error> {
    let id = session_of(presented).ok_or(Error::Unauthenticated(Doubt::BadToken))?;
    let next = successor(chat, id, presented);
    let (current, now) = (digest(presented), chat.clock.now());
    let expires = chat.clock.in_seconds(chat.rules.refresh_seconds);
    let row = live::find(&chat.db, chat.clock.now(), id).await?;
    // The row is changed only if it still has this token, so of two requests at once one wins.
    let rotated = row.refresh_hash == current
        && store::session::rotate(&chat.db, id, &current, &digest(&next), expires, now).await?;
    if !rotated && !is_second_tab(chat, id, &current, &digest(&next)).await? {
        // A forged token must end nothing, or whoever learns a session's id could sign its person
        // out.
        if !super::is_known(&row, &current) && !is_marked(chat, id, presented) {
            return Err(Error::Unauthenticated(Doubt::BadToken));
        }
        tracing::warn!(session = %id, user = %row.user_id, "a used refresh token came again");
        super::end_all(chat, row.user_id, &[id], Ending::TokenReused).await?;
        return Err(Error::Unauthenticated(Doubt::Revoked));
    }
    let user = store::person::find(&chat.db, row.user_id)
        .await?
        .ok_or(Error::Unauthenticated(Doubt::Revoked))?;
    let tokens = super::tokens(chat, &user, id, next, client)?;
    Ok(SignedIn { account: Account::from(user), tokens })
}

/// Somebody used this very token a moment ago, and its successor is still the current one.
async fn is_second_tab(
    chat: &Chat,
    id: SessionId,
    presented: &Hashed,
    next: &Hashed,
) -> Result<bool, Error> {
    let row = live::find(&chat.db, chat.clock.now(), id).await?;
    let age = (chat.clock.now().0 - row.rotated_at.0).num_seconds();
    // A clock that was set back does not make it new again.
    Ok(row.previous_hash.as_ref() == Some(presented)
        && row.refresh_hash == *next
        && (0..=chat.rules.grace_seconds).contains(&age))
}

fn successor(chat: &Chat, id: SessionId, token: &str) -> String {
    let mut mac = keyed(chat, b"refresh:");
    mac.update(token.as_bytes());
    spell(chat, id, &mac.finalize().into_bytes())
}

/// Whether we made this token for this session once. Those that were given out before tokens
/// had a mark cannot be told from forged ones, unless the row knows them.
fn is_marked(chat: &Chat, id: SessionId, token: &str) -> bool {
    let secret = token.split_once('.').and_then(|it| BASE64_URL_SAFE_NO_PAD.decode(it.1).ok());
    let Some(secret) = secret.filter(|it| it.len() == SECRET + MARK) else { return false };
    let (secret, mark) = secret.split_at(SECRET);
    marking(chat, id, secret).verify_truncated_left(mark).is_ok()
}

fn marking(chat: &Chat, id: SessionId, secret: &[u8]) -> Hmac<Sha256> {
    let mut mac = keyed(chat, b"refresh mark:");
    mac.update(id.0.as_bytes());
    mac.update(secret);
    mac
}

/// For one use each, so that what is derived for one is worth nothing for another.
fn keyed(chat: &Chat, purpose: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length, so this cannot fail; an empty key would be refused
    // by the settings long before.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(chat.keys.secret())
        .unwrap_or_else(|_| <Hmac<Sha256> as KeyInit>::new(&[0; 64].into()));
    mac.update(purpose);
    mac
}

pub(super) fn spell(chat: &Chat, id: SessionId, secret: &[u8]) -> String {
    let mark = marking(chat, id, secret).finalize().into_bytes();
    let marked: Vec<u8> = secret.iter().chain(mark.iter().take(MARK)).copied().collect();
    format!("{}.{}", id.0.simple(), BASE64_URL_SAFE_NO_PAD.encode(marked))
}

pub(super) fn session_of(token: &str) -> Option<SessionId> {
    Uuid::parse_str(token.split_once('.')?.0).ok().map(SessionId)
}

pub(super) fn digest(token: &str) -> Hashed {
    // Unlike a password, a token is random, so there is nothing to guess that a slow hash would
    // protect.
    Hashed(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token)))
}
