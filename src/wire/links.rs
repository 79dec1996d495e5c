//! Absolute addresses of what this server hands out.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::chat::engine::{handle::Chat, rules::Rules};

/// The start of every link, without a slash at its end: what the settings say, or the
/// name by which this client has called us.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Links(String);

impl Links {
    pub fn of(headers: &HeaderMap, rules: &Rules) -> Self {
        if let Some(url) = &rules.public_url {
            return Self(url.trim_end_matches('/').to_owned());
        }
        let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
        Self(match host.filter(|it| is_plain(it)) {
            Some(host) if rules.tls => format!("https://{host}"),
            Some(host) => format!("http://{host}"),
            None => "http://localhost".to_owned(),
        })
    }

    /// An address of ours as a page of another origin can use it; others stay.
    pub fn whole(&self, address: &str) -> String {
        if is_ours(address) { format!("{}{address}", self.0) } else { address.to_owned() }
    }
}

/// Whether an address is one on this server, whatever it is called.
pub fn is_ours(address: &str) -> bool {
    // `//host/path` is on another server.
    address.starts_with('/') && !address.starts_with("//")
}

impl FromRequestParts<Chat> for Links {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, chat.rules()))
    }
}

/// The link goes to other people, so nothing but a name and a port may come along.
fn is_plain(host: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b".-_:[]".contains(&it);
    (1..=255).contains(&host.len()) && host.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ours_stays_as_it_is() {
        let links = Links("https://chat.example".to_owned());
        assert_eq!(links.whole("/static/a.png"), "https://chat.example/static/a.png");
        for other in ["//evil.example/a.png", "https://elsewhere.example/a.png", "words", ""] {
            assert_eq!(links.whole(other), other);
        }
    }

    #[test]
    fn only_a_plain_host_becomes_part_of_a_link() {
        for plain in ["chat.example:9", "localhost", "[::1]:8000", "my_host"] {
            assert!(is_plain(plain), "{plain}");
        }
        for strange in ["", "a b", "evil/x", "user@host", "a\"b", "a?b", "a#b"] {
            assert!(!is_plain(strange), "{strange}");
        }
    }
}
