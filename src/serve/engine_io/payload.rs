//! What comes in one polling POST: packets one after the other. No packet is longer than 64 KiB;
//! of many together there may be more, because some clients send at once what has piled up.

use std::error::Error as StdError;

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use bytes::Bytes;
use http_body_util::LengthLimitError;

use super::parameter;
use crate::model::error::Error;

pub const PACKET: usize = 64 * 1024;
pub const BODY: usize = 1024 * 1024;

/// How one packet is told from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By a separator.
    Separated,
    /// By its length, `5:hello`, counted as JavaScript does (Engine.IO 3).
    Counted,
    /// By its kind and its length, a digit in each byte up to 255 (Engine.IO 3).
    Binary,
}

impl Framing {
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        match parameter(uri, "EIO=") {
            Some("3") if kind == Some(b"application/octet-stream") => Self::Binary,
            Some("3") => Self::Counted,
            Some(_) | None => Self::Separated,
        }
    }

    /// The same packets in bodies of at most 64 KiB each.
    pub fn cut(self, body: &Bytes) -> Result<Vec<Bytes>, StatusCode> {
        let (mut pieces, mut start, mut end) = (Vec::new(), 0, 0);
        while end < body.len() {
            let next = end + self.first(&body[end..])?;
            // The separator between two pieces is left out.
            let begins = if self == Self::Separated && end > start { end + 1 } else { end };
            if next - start > PACKET {
                if next - begins > PACKET {
                    return Err(StatusCode::PAYLOAD_TOO_LARGE);
                }
                pieces.push(body.slice(start..end));
                start = begins;
            }
            end = next;
        }
        pieces.push(body.slice(start..end));
        Ok(pieces)
    }

    /// How long the first packet is with what frames it.
    pub fn first(self, rest: &[u8]) -> Result<usize, StatusCode> {
        let length = match self {
            Self::Separated => {
                // A packet that follows another begins with the separator.
                Some(rest.iter().skip(1).position(|it| *it == 0x1e).map_or(rest.len(), |it| it + 1))
            }
            Self::Counted => counted(rest),
            Self::Binary => binary(rest),
        };
        length.filter(|it| *it <= rest.len()).ok_or(StatusCode::BAD_REQUEST)
    }
}

/// Why a body that cannot be read is refused.
pub fn broken(cause: &(dyn StdError + 'static)) -> StatusCode {
    match Error::cut_off("body", "ended too early", cause) {
        Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
        _ if cause.is::<LengthLimitError>() => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn counted(rest: &[u8]) -> Option<usize> {
    let colon = rest.iter().take(8).position(|it| *it == b':')?;
    let units: usize = str::from_utf8(&rest[..colon]).ok()?.parse().ok()?;
    let text = &rest[colon + 1..];
    // A unit of UTF-16 is at most three bytes of UTF-8: no more needs to be looked at.
    let text = text.get(..text.len().min(units.checked_mul(3)?))?;
    // Where it was cut off in the middle of a character, the packet ends before.
    let text = match str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&text[..error.valid_up_to()]).ok()?,
    };
    let (mut left, mut bytes) = (units, 0);
    for event in text.chars() {
        if left == 0 {
            break;
        }
        left = left.checked_sub(event.len_utf16())?;
        bytes += event.len_utf8();
    }
    (left == 0).then_some(colon + 1 + bytes)
}

fn binary(rest: &[u8]) -> Option<usize> {
    let end = rest.iter().take(10).position(|it| *it == 255)?;
    let digits = rest.get(1..end)?;
    let length = digits
        .iter()
        .try_fold(0usize, |sum, it| (*it < 10).then(|| sum * 10 + usize::from(*it)))?;
    Some(end + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many packets of so many bytes; what the pieces come to.
    fn pieces(framing: Framing, packet: &[u8], count: usize, between: &[u8]) -> Vec<Bytes> {
        let body = vec![packet; count].join(between);
        let pieces = framing.cut(&Bytes::from(body.clone())).unwrap();
        assert!(
            pieces.iter().all(|it| it.len() <= PACKET
                && it.len() % (packet.len() + between.len()) <= packet.len())
        );
        assert_eq!(pieces.join(between), body);
        pieces
    }

    #[test]
    fn a_burst_is_cut_between_packets_and_nothing_of_it_is_lost() {
        let packet = [b"4", vec![b'x'; 2_999].as_slice()].concat();
        assert_eq!(pieces(Framing::Separated, &packet, 100, b"\x1e").len(), 5);
        assert_eq!(pieces(Framing::Separated, &packet, 1, b"\x1e").len(), 1);
        let counted = ["2:4é".as_bytes(), "3:4😀".as_bytes()].concat();
        assert_eq!(pieces(Framing::Counted, &counted, 20_000, b"").len(), 4);
        let binary = [&[1, 3, 255][..], b"\x04ab"].concat();
        assert_eq!(pieces(Framing::Binary, &binary, 20_000, b"").len(), 2);
    }

    #[test]
    fn one_packet_has_its_own_limit() {
        let cut = |framing: Framing, body: &[u8]| framing.cut(&Bytes::copy_from_slice(body));
        let long = vec![b'x'; PACKET];
        assert_eq!(cut(Framing::Separated, &long).unwrap().len(), 1);
        let two = [&long[..], b"\x1e4x"].concat();
        assert_eq!(cut(Framing::Separated, &two).unwrap().len(), 2);
        let longer = [b"4x\x1e4", &long[..]].concat();
        assert_eq!(cut(Framing::Separated, &longer), Err(StatusCode::PAYLOAD_TOO_LARGE));
        let counted = [b"65536:", &long[..]].concat();
        assert_eq!(cut(Framing::Counted, &counted), Err(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[test]
    fn what_is_framed_badly_is_refused() {
        for body in [&b"x"[..], b"5:4", b":4", b"99999999999:4", b"1:\xf0\x9f\x98\x80"] {
            let cut = Framing::Counted.cut(&Bytes::from_static(body));
            assert_eq!(cut, Err(StatusCode::BAD_REQUEST), "{body:?}");
        }
        for body in [&b"\x00"[..], b"\x00\x05\xff4", b"\x00\x0b\xff4"] {
            let cut = Framing::Binary.cut(&Bytes::from_static(body));
            assert_eq!(cut, Err(StatusCode::BAD_REQUEST), "{body:?}");
        }
    }
}
