//! Who is calling: finds the token where the dialect's clients put it, and has the core
//! check it. Never decides what somebody may do.

use std::{convert::Infallible, marker::PhantomData};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, Method, Uri, header, request::Parts},
};
use axum_extra::extract::CookieJar;
use url::form_urlencoded;

use crate::{
    chat::{
        engine::{admission, handle::Chat, rules::Origins},
        session::{self, pairing},
    },
    model::{
        actor::Actor,
        error::{Ban, Doubt, Error},
        session::{Client, Device, Pass},
    },
    wire::{
        address::{ClientAddress, Hidden},
        failure::{Carrier, Dialect, Failure},
    },
};

/// The authenticated caller of a request in dialect `D`.
pub struct Caller<D> {
    pub me: Actor,
    pub pass: Pass,
    dialect: PhantomData<fn() -> D>,
}

/// Somebody who need not be signed in; a bad token is refused all the same.
pub struct MaybeCaller<D> {
    pub me: Option<Actor>,
    dialect: PhantomData<fn() -> D>,
}

/// Where a request comes from, whoever sent it.
pub struct Visitor {
    pub device: Device,
}

impl<D: Dialect> FromRequestParts<Chat> for Caller<D> {
    type Rejection = Failure<D>;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Self::Rejection> {
        let pass = recognise::<D>(parts, chat).await?;
        let pass = pass.ok_or(Error::Unauthenticated(Doubt::NoToken))?;
        Ok(Self { me: pass.actor, pass, dialect: PhantomData })
    }
}

impl<D: Dialect> FromRequestParts<Chat> for MaybeCaller<D> {
    type Rejection = Failure<D>;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Self::Rejection> {
        let pass = recognise::<D>(parts, chat).await?;
        Ok(Self { me: pass.map(|it| it.actor), dialect: PhantomData })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let ClientAddress(address) = ClientAddress::of(&parts.extensions);
        let user_agent = user_agent(&parts.headers);
        Ok(Self {
            device: Device { client: Client::default(), user_agent, address: Some(address) },
        })
    }
}

impl Visitor {
    /// Where it comes from, signing in with a client of this product.
    pub fn with(self, client: Client) -> Device {
        Device { client, ..self.device }
    }
}

/// What a client shows of itself without a credential, and nothing where a proxy hides it.
pub struct Shown(pub Option<Device>);

impl<S: Send + Sync> FromRequestParts<S> for Shown {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(shown(&parts.extensions, &parts.headers)))
    }
}

pub fn shown(extensions: &Extensions, headers: &HeaderMap) -> Option<Device> {
    if extensions.get::<Hidden>().is_some() {
        return None;
    }
    let ClientAddress(address) = ClientAddress::of(extensions);
    let user_agent = user_agent(headers);
    Some(Device { client: Client::default(), user_agent, address: Some(address) })
}

/// Whether a page that may act for its visitors sent this: one of our own, or of an
/// allowed origin. A wildcard is no permission to use somebody's cookie.
pub fn origin_allowed(headers: &HeaderMap, origins: &Origins) -> bool {
    let Some(origin) = header(headers, header::ORIGIN) else { return false };
    let listed = |it: &String| it.trim_end_matches('/').eq_ignore_ascii_case(origin);
    origins.listed.iter().any(listed) || is_own(origin, headers, origins.https)
}

/// Whoever sits on the wire can make a page of our own name, but not over HTTPS. A proxy that
/// says that we are called by HTTPS can only make this stricter, so it is believed.
fn is_own(origin: &str, headers: &HeaderMap, https: bool) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let forwarded = headers.get("x-forwarded-proto").and_then(|it| it.to_str().ok());
    let https = https || forwarded.is_some_and(|it| it.trim().eq_ignore_ascii_case("https"));
    let is_web = scheme == "https" || (scheme == "http" && !https);
    is_web && header(headers, header::HOST).is_some_and(|it| it.eq_ignore_ascii_case(host))
}

/// Whether a browser says that a page of somebody else sent this.
pub fn is_foreign(headers: &HeaderMap, origins: &Origins) -> bool {
    headers.contains_key(header::ORIGIN) && !origin_allowed(headers, origins)
}

async fn recognise<D: Dialect>(parts: &Parts, chat: &Chat) -> Result<Option<Pass>, Error> {
    let found = D::CARRIERS
        .iter()
        .find_map(|carrier| Some((carrier, D::token(*carrier, &parts.headers, &parts.uri)?)));
    let Some((carrier, text)) = found else { return Ok(None) };
    // A browser adds cookies to a foreign page's requests too.
    if let Carrier::Cookie(_) = carrier
        // Reading changes nothing, and without our headers a browser keeps the answer from the
        // page.
        && !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS)
        && !origin_allowed(&parts.headers, &chat.rules().origins)
        && (!D::COOKIES_WITHOUT_ORIGIN || parts.headers.contains_key(header::ORIGIN))
    {
        return Err(Error::Forbidden(Ban::Origin));
    }
    let pass = session::recognise(chat, &text).await?;
    pairing::note(chat, pass.actor, shown(&parts.extensions, &parts.headers).as_ref());
    admission::request(chat, pass.actor)?;
    Ok(Some(pass))
}

impl Carrier {
    /// The token in this place, if there is one; `Basic` credentials are none.
    pub fn token(self, headers: &HeaderMap, uri: &Uri) -> Option<String> {
        let token = match self {
            Self::Bearer => bearer(header(headers, header::AUTHORIZATION)?)?.to_owned(),
            Self::Cookie(name) => CookieJar::from_headers(headers).get(name)?.value().to_owned(),
            Self::Query(name) => form_urlencoded::parse(uri.query()?.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())?,
        };
        (!token.is_empty()).then_some(token)
    }
}

fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn header(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// As much of it as a list of devices can use.
fn user_agent(headers: &HeaderMap) -> Option<String> {
    // Its column takes no more, and PostgreSQL and MySQL refuse what is longer.
    const LONGEST: usize = 256;
    let text = String::from_utf8_lossy(headers.get(header::USER_AGENT)?.as_bytes());
    let text: String = text.chars().filter(|it| !it.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_token_is_found_where_its_dialect_puts_it() {
        let uri: Uri = "/ws?x=1&token=a%2Eb".parse().unwrap();
        let found = |carrier: Carrier, value| {
            let pairs = [(header::AUTHORIZATION, value), (header::COOKIE, "a=1; sid=c.d")];
            carrier.token(&headers(&pairs), &uri)
        };
        assert_eq!(found(Carrier::Bearer, "Bearer e.f").as_deref(), Some("e.f"));
        assert_eq!(found(Carrier::Bearer, "bEARER  e.f").as_deref(), Some("e.f"));
        assert_eq!(found(Carrier::Bearer, "Basic e.f"), None);
        assert_eq!(found(Carrier::Bearer, "Bearer "), None);
        assert_eq!(found(Carrier::Cookie("sid"), "").as_deref(), Some("c.d"));
        assert_eq!(found(Carrier::Cookie("other"), ""), None);
        assert_eq!(found(Carrier::Query("token"), "").as_deref(), Some("a.b"));
        assert_eq!(found(Carrier::Query("t"), ""), None);
    }

    #[test]
    fn a_foreign_page_may_not_use_a_cookie() {
        let listed = vec!["https://chat.example".to_owned()];
        let allowed = |origin: &'static str, https: bool| {
            let pairs = [(header::ORIGIN, origin), (header::HOST, "here:8000")];
            origin_allowed(&headers(&pairs), &Origins { listed: listed.clone(), https })
        };
        for https in [false, true] {
            assert!(allowed("https://chat.example", https));
            assert!(allowed("https://here:8000", https));
            assert_eq!(allowed("http://here:8000", https), !https);
            let foreign = ["https://evil.example", "http://here", "null", "", "here:8000"];
            for foreign in foreign.into_iter().chain(["ftp://here:8000", "http://chat.example"]) {
                assert!(!allowed(foreign, https), "{foreign}");
            }
        }
        let forwarded = header::HeaderName::from_static("x-forwarded-proto");
        let pairs = [(header::ORIGIN, "http://here"), (header::HOST, "here"), (forwarded, "https")];
        let plain = Origins { listed, https: false };
        assert!(!origin_allowed(&headers(&pairs), &plain));
        assert!(!origin_allowed(&HeaderMap::new(), &plain));
    }

    #[test]
    fn a_user_agent_is_cut_between_characters() {
        let mut headers = HeaderMap::new();
        assert_eq!(user_agent(&headers), None);
        let long = format!("\t{}", "é".repeat(300));
        headers.insert(header::USER_AGENT, long.parse().unwrap());
        assert_eq!(user_agent(&headers), Some("é".repeat(256)));
    }
}
