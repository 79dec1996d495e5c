//! Answers that are one emoji.

use std::sync::Arc;

use entity::{
    id::{MessageId, RoomId},
    reaction,
};

use crate::model::{
    error::{Error, Problem},
    person::Card,
};

/// An emoji, or several in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emoji(String);

/// One emoji under a message, and everybody who put it there, the first one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub emoji: String,
    pub people: Vec<Arc<Card>>,
}

/// What became of a reaction: the row, and all the reactions of its message.
#[derive(Clone, Debug)]
pub struct Put {
    pub row: reaction::Model,
    pub tallies: Vec<Tally>,
}

/// Somebody put or took back a reaction.
#[derive(Clone, Debug)]
pub struct Reacted {
    pub room: RoomId,
    pub message: MessageId,
    pub who: Arc<Card>,
    pub added: Option<String>,
    /// What was taken back, or gave way to what was added.
    pub removed: Vec<String>,
    /// All the reactions of the message now.
    pub tallies: Vec<Tally>,
    pub rev: i64,
}

impl Emoji {
    /// In characters: a family, each with a colour of skin, has eleven.
    const LONGEST: usize = 32;

    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let problem = if text.is_empty() {
            Problem::Blank
        } else if text.chars().any(char::is_control) {
            Problem::Control
        } else if text.chars().count() > Self::LONGEST {
            Problem::TooLong(Self::LONGEST)
        } else if is_emoji(text) {
            return Ok(Self(text.to_owned()));
        } else {
            Problem::Other("must be an emoji")
        };
        Err(Error::invalid("emoji", problem))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By where pictures lie in Unicode, not by a list of them: there are new ones every year.
fn is_emoji(text: &str) -> bool {
    let is_key = text.contains('\u{20e3}');
    let is_picture = |it: char| {
        matches!(it,
            '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{20e3}' | '\u{2122}' | '\u{2139}'
            | '\u{2190}'..='\u{23ff}' | '\u{2460}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
            | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}')
    };
    let is_part = |it: char| {
        // Joiners, colours or black, and the letters of flags.
        matches!(it, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
            || is_key && matches!(it, '0'..='9' | '#' | '*')
    };
    text.chars().any(is_picture) && text.chars().all(|it| is_picture(it) || is_part(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_emoji_is_one_and_nothing_else() {
        let family = "👨🏽\u{200d}👩🏽\u{200d}👧🏽\u{200d}👦🏽";
        let england = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        for emoji in
            ["👍", "👍🏽", "❤️", "❤", "🇹🇼", "1️⃣", "🏳️‍🌈", "™️", "㊙️", "🦀", "🫨", family, england]
        {
            assert_eq!(Emoji::parse(&format!(" {emoji} ")).unwrap().as_str(), emoji);
        }
        let long = "👍".repeat(33);
        for text in
            ["", " ", "ok", "1", "👍 👍", "👍ok", "\u{200d}", "\u{fe0f}", "👍\0", "好", &long]
        {
            assert!(Emoji::parse(text).is_err(), "{text:?}");
        }
    }
}
