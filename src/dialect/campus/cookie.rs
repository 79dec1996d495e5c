//! Both tokens in cookies for the whole site, which is where this client keeps them.

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::{chat::engine::handle::Chat, model::session::Tokens};

pub(super) const ACCESS: &str = "access_token";
pub(super) const REFRESH: &str = "refresh_token";

/// This client is promised three days, whatever others may have.
const REFRESH_SECONDS: i64 = 3 * 24 * 60 * 60;

pub(super) fn both(chat: &Chat, tokens: &Tokens) -> CookieJar {
    let rules = chat.rules();
    let access = cookie(chat, ACCESS, tokens.access.clone(), tokens.expires_in);
    // A cookie that outlives the token in it is good for nothing.
    let lifetime = rules.refresh_seconds.min(REFRESH_SECONDS);
    CookieJar::new().add(access).add(cookie(chat, REFRESH, tokens.refresh.clone(), lifetime))
}

pub(super) fn none(chat: &Chat) -> CookieJar {
    // A browser forgets a cookie when it gets one of the same name and path that is over.
    let empty = |name| cookie(chat, name, String::new(), 0);
    CookieJar::new().add(empty(ACCESS)).add(empty(REFRESH))
}

/// With `COOKIE_SECURE` the client may live on another site.
fn cookie(chat: &Chat, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    let secure = chat.rules().cookie_secure;
    Cookie::build((name, value))
        .path("/")
        // The client keeps no token and reads none, so no script need see them.
        .http_only(true)
        // Browsers take `None` only from a cookie that is secure.
        .same_site(if secure { SameSite::None } else { SameSite::Lax })
        .secure(secure)
        .max_age(time::Duration::seconds(seconds))
        .build()
}
