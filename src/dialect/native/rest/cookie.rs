//! Tokens in cookies, for browsers: no script can read them there.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{
    chat::engine::handle::Chat, dialect::native::payload::session::Tokens, model::session::SignedIn,
};

pub(super) const ACCESS: &str = "access_token";
pub(super) const REFRESH: &str = "refresh_token";

/// What somebody gets for signing in: in the body, and in cookies if they want them.
pub(super) fn signed_in(chat: &Chat, known: &SignedIn, cookies: bool) -> Response {
    let body = Json(Tokens::from(known));
    if !cookies {
        return body.into_response();
    }
    let (tokens, rules) = (&known.tokens, chat.rules());
    let access = cookie(chat, ACCESS, tokens.access.clone(), tokens.expires_in);
    let refresh = cookie(chat, REFRESH, tokens.refresh.clone(), rules.refresh_seconds);
    (CookieJar::new().add(access).add(refresh), body).into_response()
}

pub(super) fn none(chat: &Chat) -> CookieJar {
    CookieJar::new().add(cookie(chat, ACCESS, String::new(), 0)).add(cookie(
        chat,
        REFRESH,
        String::new(),
        0,
    ))
}

fn cookie(chat: &Chat, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    // The refresh token travels only to where it is needed.
    let path = if name == REFRESH { "/v1/auth" } else { "/" };
    Cookie::build((name, value))
        .path(path)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(chat.rules().cookie_secure)
        .max_age(time::Duration::seconds(seconds))
        .build()
}
