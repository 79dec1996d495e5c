//! Access tokens and the codes of invitations: made and checked here and nowhere else.
//!
//! Of access tokens one algorithm is allowed. A token names its session, so that ending the
//! session ends the token.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entity::{
    id::{SessionId, UserId},
    time::Timestamp,
    user,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    actor::Actor,
    error::{Doubt, Error},
    session::Pass,
};

const ISSUER: &str = "parlor";
/// Clocks of two machines differ a little.
const LEEWAY_SECONDS: i64 = 30;

/// The keys that tokens are signed and checked with.
#[derive(Clone)]
pub struct Keys {
    signing: EncodingKey,
    checking: DecodingKey,
    secret: Vec<u8>,
}

/// What travels inside, the claims that existing clients read among them.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    user_id: i64,
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    sid: Uuid,
    jti: Uuid,
    typ: String,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl Keys {
    pub fn new(secret: &[u8]) -> Self {
        Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
            secret: secret.to_vec(),
        }
    }

    /// For deriving other secrets, see [`crate::chat::session`].
    pub(in crate::chat) fn secret(&self) -> &[u8] {
        &self.secret
    }
}

/// A new access token for this session.
pub fn issue(
    keys: &Keys,
    user: &user::Model,
    session: SessionId,
    now: Timestamp,
    lifetime_seconds: i64,
) -> Result<String, Error> {
    let now = now.0.timestamp();
    let claims = Claims {
        sub: user.username.clone(),
        user_id: user.user_id.0,
        username: user.username.clone(),
        display_name: user.nickname.clone(),
        sid: session.0,
        jti: Uuid::new_v4(),
        typ: "access".to_owned(),
        iss: ISSUER.to_owned(),
        aud: ISSUER.to_owned(),
        iat: now,
        exp: now + lifetime_seconds,
    };
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &keys.signing)
        .map_err(Error::internal)
}

/// Who holds this token, if it is ours and in time. Whether its session lives is asked in
/// [`crate::chat::session`].
pub fn read(keys: &Keys, token: &str, now: Timestamp) -> Result<Pass, Error> {
    let claims = open(keys, token)?;
    if claims.exp + LEEWAY_SECONDS <= now.0.timestamp() {
        return Err(Error::Unauthenticated(Doubt::Expired));
    }
    let actor = Actor { id: UserId(claims.user_id), session: SessionId(claims.sid) };
    let expires = chrono::DateTime::from_timestamp(claims.exp, 0)
        .ok_or(Error::Unauthenticated(Doubt::BadToken))?;
    Ok(Pass { actor, expires: Timestamp(expires) })
}

/// Which session a token of ours was made for, whether it is still in time or not.
pub fn session(keys: &Keys, token: &str) -> Option<SessionId> {
    open(keys, token).ok().map(|it| SessionId(it.sid))
}

/// What an invitation is called: not to be guessed, and fit for a URL.
pub fn invitation() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// Whether it looks like one; the database need not be asked for anything else.
pub fn may_be_invitation(code: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(code).is_ok_and(|it| it.len() == 16)
}

fn open(keys: &Keys, token: &str) -> Result<Claims, Error> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Time is the clock's business, not the library's.
    validation.validate_exp = false;
    let bad = Error::Unauthenticated(Doubt::BadToken);
    let Ok(data) = jsonwebtoken::decode::<Claims>(token, &keys.checking, &validation) else {
        return Err(bad);
    };
    if data.claims.typ == "access" { Ok(data.claims) } else { Err(bad) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(typ: &str) -> Claims {
        Claims {
            sub: "ann".to_owned(),
            user_id: 1,
            username: "ann".to_owned(),
            display_name: None,
            sid: Uuid::nil(),
            jti: Uuid::nil(),
            typ: typ.to_owned(),
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            iat: 0,
            exp: 1,
        }
    }

    fn signed(secret: &str, algorithm: Algorithm, typ: &str) -> String {
        let key = EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&Header::new(algorithm), &claims(typ), &key).unwrap()
    }

    #[test]
    fn only_our_own_access_tokens_open() {
        let keys = Keys::new(b"ours");
        assert!(open(&keys, &signed("ours", Algorithm::HS256, "access")).is_ok());
        assert!(open(&keys, &signed("theirs", Algorithm::HS256, "access")).is_err());
        assert!(open(&keys, &signed("ours", Algorithm::HS384, "access")).is_err());
        assert!(open(&keys, &signed("ours", Algorithm::HS256, "refresh")).is_err());
        assert!(open(&keys, "junk").is_err());
    }
}
