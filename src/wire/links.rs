//! Absolute addresses of what this server hands out.

use axum::http::{HeaderMap, header};

use crate::chat::rules::Rules;

/// The start of every link, without a slash at its end: what the settings say, or the
/// name by which the client has called us.
pub fn base(headers: &HeaderMap, rules: &Rules) -> String {
    if let Some(url) = &rules.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    match host.filter(|it| is_plain(it)) {
        Some(host) if rules.tls => format!("https://{host}"),
        Some(host) => format!("http://{host}"),
        None => "http://localhost".to_owned(),
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
    fn only_a_plain_host_becomes_part_of_a_link() {
        for plain in ["chat.example:9", "localhost", "[::1]:8000", "my_host"] {
            assert!(is_plain(plain), "{plain}");
        }
        for strange in ["", "a b", "evil/x", "user@host", "a\"b", "a?b", "a#b"] {
            assert!(!is_plain(strange), "{strange}");
        }
    }
}
