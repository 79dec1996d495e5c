//! Strings that have been checked once and need no checking again.

pub mod bidi;
pub mod fold;
pub mod link;
pub mod mention;
pub mod name;

use crate::model::{
    error::{Error, Problem},
    text::bidi::neutral,
};

/// A message's words: not blank, at most 16,000 characters, without NUL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    pub const LONGEST: usize = 16_000;

    pub fn parse(text: String) -> Result<Self, Error> {
        let problem = if text.trim().is_empty() {
            Problem::Blank
        } else if text.contains('\0') {
            Problem::Control
        // A text of fewer bytes has no more characters, so most need not be counted.
        } else if text.len() > Self::LONGEST && text.chars().count() > Self::LONGEST {
            Problem::TooLong(Self::LONGEST)
        } else {
            return Ok(Self(text));
        };
        Err(Error::invalid("content", problem))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// One line of free text (a nickname, a status, the name of a room or a file): trimmed, short,
/// without control characters, read in the order it was written in. May be empty, which clears
/// the field.
pub fn line(field: &'static str, text: &str, longest: usize) -> Result<String, Error> {
    free(field, text, longest, char::is_control)
}

/// The same with line breaks (a bio, a description).
pub fn lines(field: &'static str, text: &str, longest: usize) -> Result<String, Error> {
    free(field, text, longest, |it| it.is_control() && !matches!(it, '\n' | '\r' | '\t'))
}

fn free(
    field: &'static str,
    text: &str,
    longest: usize,
    is_refused: impl Fn(char) -> bool,
) -> Result<String, Error> {
    let text = neutral(text);
    let text = text.trim();
    if text.chars().any(is_refused) {
        return Err(Error::invalid(field, Problem::Control));
    }
    if text.chars().count() > longest {
        return Err(Error::invalid(field, Problem::TooLong(longest)));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_some_texts_may_have_several_lines() {
        assert_eq!(lines("bio", " one\r\n\ttwo\n", 20).unwrap(), "one\r\n\ttwo");
        assert!(line("name", "one\ntwo", 20).is_err());
        for text in ["a\0b", "a\u{1b}[1mb", "a\u{85}b"] {
            assert!(lines("bio", text, 20).is_err(), "{text:?}");
        }
    }
}
