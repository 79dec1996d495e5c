//! What clients of Engine.IO 3 (socket.io-client 2.x) say otherwise than all others, put into the
//! words that the engine knows, and back: a namespace is asked for with a query behind its name,
//! and a refusal is a text.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded;

use super::payload::Framing;

const CONNECT: &str = "40";
const REFUSED: &str = "44";

#[derive(Deserialize)]
struct ConnectRefusal {
    message: String,
}

/// `/chat?token=…` is the namespace `/chat`, and its token is one like any other's.
pub fn asked(packet: &str) -> Option<String> {
    let rest = packet.strip_prefix(CONNECT)?;
    let name = rest.strip_suffix(',').unwrap_or(rest);
    let (name, query) = name.split_once('?')?;
    if !name.starts_with('/') || query.contains(',') {
        return None;
    }
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let token = pairs.find(|(key, _)| key == "token").map(|it| it.1);
    let auth = token.map_or(String::new(), |it| json!({ "token": it }).to_string());
    let name = if name == "/" { String::new() } else { format!("{name},") };
    Some(format!("{CONNECT}{name}{auth}"))
}

pub fn told(packet: &str) -> Option<String> {
    let rest = packet.strip_prefix(REFUSED)?;
    let (name, reason) = rest.split_at(rest.find('{')?);
    let reason: ConnectRefusal = serde_json::from_str(reason).ok()?;
    Some(format!("{REFUSED}{name}{}", json!(reason.message)))
}

/// The same for each packet of a polled body, which stays as it is where nothing is to be done.
pub fn each(body: Bytes, reworded: impl Fn(&str) -> Option<String>) -> Bytes {
    let (mut whole, mut rest, mut is_other) = (Vec::new(), &body[..], false);
    while !rest.is_empty() {
        let Ok(length) = Framing::Counted.first(rest) else { return body };
        let (packet, after) = rest.split_at(length);
        let words = str::from_utf8(packet).ok().and_then(|it| reworded(it.split_once(':')?.1));
        match words {
            Some(words) => {
                is_other = true;
                let count = words.encode_utf16().count();
                whole.extend_from_slice(format!("{count}:{words}").as_bytes());
            }
            None => whole.extend_from_slice(packet),
        }
        rest = after;
    }
    if is_other { whole.into() } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_behind_a_name_is_no_part_of_it() {
        for (said, meant) in [
            ("40/chat?token=a.b", Some(r#"40/chat,{"token":"a.b"}"#)),
            ("40/chat?x=1&token=a%22b,", Some(r#"40/chat,{"token":"a\"b"}"#)),
            ("40/chat?x=1,", Some("40/chat,")),
            ("40/?token=a", Some(r#"40{"token":"a"}"#)),
            ("40/chat,", None),
            ("40", None),
            ("40/chat?a,b,", None),
            (r#"42/chat,["a?b"]"#, None),
        ] {
            assert_eq!(asked(said).as_deref(), meant, "{said}");
        }
    }

    #[test]
    fn a_refusal_is_a_text() {
        assert_eq!(told(r#"44/chat,{"message":"no"}"#).as_deref(), Some(r#"44/chat,"no""#));
        assert_eq!(told(r#"44{"message":"no"}"#).as_deref(), Some(r#"44"no""#));
        assert_eq!(told(r#"42["44{"]"#), None);
    }

    #[test]
    fn in_a_body_only_they_are_changed() {
        let body = Bytes::from_static("4:4é\u{1f600}22:40/chat?token=abc,x=y,4:40/x".as_bytes());
        assert_eq!(each(body.clone(), |_| None), body);
        let changed = each(body, |it| (it == "40/x").then(|| "40/😀".to_owned()));
        assert!(changed.ends_with("5:40/😀".as_bytes()), "{changed:?}");
        let broken = Bytes::from_static(b"9:40");
        assert_eq!(each(broken.clone(), |_| Some(String::new())), broken);
    }
}
