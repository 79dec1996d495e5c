//! Says what is wrong with a JSON text in the words of Python's `json`, which FastAPI
//! passes on. Only ever run on a text that `serde_json` has refused.

use std::str::Utf8Error;

use serde_json::json;

use crate::wire::fields::{FieldError, Loc};

/// Python's message, and the character it points at.
#[derive(Debug, PartialEq, Eq)]
struct Complaint {
    error: &'static str,
    offset: usize,
}

/// As deep as `serde_json` goes.
const DEEPEST: usize = 128;
const VALUE: &str = "Expecting value";
const COMMA: &str = "Expecting ',' delimiter";

/// A text that is no JSON.
pub fn malformed(text: &str) -> FieldError {
    let Complaint { error, offset } = about(text);
    json_error(offset, error)
}

/// A body that is no text.
pub fn undecodable(error: &Utf8Error) -> FieldError {
    json_error(error.valid_up_to(), "'utf-8' codec can't decode the body")
}

fn json_error(offset: usize, error: &str) -> FieldError {
    FieldError {
        kind: "json_invalid",
        loc: vec![Loc::from("body"), Loc::Index(offset)],
        msg: "JSON decode error".to_owned(),
        input: json!({}),
        ctx: Some(json!({ "error": error })),
    }
}

/// What Python would say; it overlooks a few things, which count as a missing value.
fn about(text: &str) -> Complaint {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    let (error, at) = scanner.document().err().unwrap_or((VALUE, 0));
    // Python points at a character, not at a byte.
    Complaint { error, offset: text.get(..at).unwrap_or(text).chars().count() }
}

/// A message and the byte it is about.
type Scan = Result<(), (&'static str, usize)>;

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn document(&mut self) -> Scan {
        self.blanks();
        self.value(0)?;
        self.blanks();
        if self.at < self.bytes.len() { self.fail("Extra data") } else { Ok(()) }
    }

    fn value(&mut self, depth: usize) -> Scan {
        match self.peek() {
            // Without an end, a small body of brackets would fill the stack.
            Some(b'{') if depth < DEEPEST => self.object(depth + 1),
            Some(b'[') if depth < DEEPEST => self.array(depth + 1),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.literal(),
        }
    }

    fn object(&mut self, depth: usize) -> Scan {
        self.at += 1;
        self.blanks();
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.fail("Expecting property name enclosed in double quotes");
            }
            self.string()?;
            self.blanks();
            if !self.takes(b':') {
                return self.fail("Expecting ':' delimiter");
            }
            self.blanks();
            self.value(depth)?;
            if self.ends(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Scan {
        self.at += 1;
        self.blanks();
        if self.takes(b']') {
            return Ok(());
        }
        loop {
            self.value(depth)?;
            if self.ends(b']')? {
                return Ok(());
            }
        }
    }

    /// After an item: true at the closing bracket, false after a comma.
    fn ends(&mut self, bracket: u8) -> Result<bool, (&'static str, usize)> {
        self.blanks();
        if self.takes(bracket) {
            return Ok(true);
        }
        if !self.takes(b',') {
            self.fail(COMMA)?;
        }
        self.blanks();
        Ok(false)
    }

    fn string(&mut self) -> Scan {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(("Unterminated string starting at", start)),
                Some(b'"') => break,
                Some(0..=0x1f) => return self.fail("Invalid control character at"),
                Some(b'\\') => self.escape(start)?,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self, start: usize) -> Scan {
        let length = match self.bytes.get(self.at + 1) {
            None => return Err(("Unterminated string starting at", start)),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => {
                let code = self.bytes.get(self.at + 2..self.at + 6);
                if !code.is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(("Invalid \\uXXXX escape", self.at + 1));
                }
                6
            }
            Some(_) => return self.fail("Invalid \\escape"),
        };
        self.at += length;
        Ok(())
    }

    /// The longest number that starts here; what follows is the next one's business.
    fn number(&mut self) -> Scan {
        let start = self.at;
        self.takes(b'-');
        if !self.takes(b'0') && self.digits() == 0 {
            return Err((VALUE, start));
        }
        let whole = self.at;
        if self.takes(b'.') && self.digits() == 0 {
            self.at = whole;
            return Ok(());
        }
        let mantissa = self.at;
        if self.takes(b'e') || self.takes(b'E') {
            let _sign = self.takes(b'+') || self.takes(b'-');
            if self.digits() == 0 {
                self.at = mantissa;
            }
        }
        Ok(())
    }

    fn literal(&mut self) -> Scan {
        let rest = &self.bytes[self.at..];
        let words: [&[u8]; 3] = [b"null", b"true", b"false"];
        match words.into_iter().find(|word| rest.starts_with(word)) {
            Some(word) => {
                self.at += word.len();
                Ok(())
            }
            None => self.fail(VALUE),
        }
    }

    fn digits(&mut self) -> usize {
        let count = self.bytes[self.at..].iter().take_while(|it| it.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn fail(&self, error: &'static str) -> Scan {
        Err((error, self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_body_is_described_as_python_does() {
        let said = |text| {
            let Complaint { error, offset } = about(text);
            (offset, error)
        };
        assert_eq!(said("{"), (1, "Expecting property name enclosed in double quotes"));
        assert_eq!(said("{'a': 1}"), (1, "Expecting property name enclosed in double quotes"));
        assert_eq!(said(r#"{"a" 1}"#), (5, "Expecting ':' delimiter"));
        assert_eq!(said(r#"{"a": }"#), (6, "Expecting value"));
        assert_eq!(said(r#"{"é": 1 "b": 2}"#), (8, "Expecting ',' delimiter"));
        assert_eq!(said(r#"{"a": "b"#), (6, "Unterminated string starting at"));
        assert_eq!(said("[1, 2"), (5, "Expecting ',' delimiter"));
        assert_eq!(said("{} x"), (3, "Extra data"));
        assert_eq!(said("01"), (1, "Extra data"));
        assert_eq!(said("  "), (2, "Expecting value"));
        assert_eq!(said("\"a\nb\""), (2, "Invalid control character at"));
        assert_eq!(said(r#""a\x""#), (2, "Invalid \\escape"));
        assert_eq!(said(&"[".repeat(100_000)), (128, "Expecting value"));
    }
}
