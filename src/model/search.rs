//! What is searched for among messages, and what fits.

use entity::{
    id::{MessageId, RoomId, UserId},
    message,
    time::Timestamp,
};

use crate::model::{
    error::{Error, Problem},
    message::Message,
    page::Limit,
    text::fold::{fold, width},
};

/// The words to look for, folded. At least one of them can be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(Vec<String>);

/// What somebody wants to find.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub query: Query,
    /// In one room, instead of all that one is a member of.
    pub room: Option<RoomId>,
    pub sender: Option<UserId>,
    /// Sent then or later.
    pub after: Option<Timestamp>,
    /// Sent earlier.
    pub before: Option<Timestamp>,
    pub has_file: Option<bool>,
    pub cursor: Option<SearchPosition>,
    pub limit: Limit,
}

/// A place in the order of all messages: by time, and those of one microsecond by number.
/// A page goes on strictly before its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchPosition {
    /// In microseconds.
    pub at: i64,
    pub message: i64,
}

/// Newest first; where there is no `next`, there is nothing more. A page may have fewer
/// than were asked for, or none, and still a `next`: then the search is not over.
#[derive(Clone, Debug)]
pub struct Found {
    pub messages: Vec<Message>,
    pub next: Option<SearchPosition>,
}

impl Query {
    pub const LONGEST: usize = 100;

    pub fn parse(text: &str) -> Result<Self, Error> {
        let problem = if text.chars().count() > Self::LONGEST {
            Problem::TooLong(Self::LONGEST)
        } else {
            let mut words: Vec<String> = fold(text).split(' ').map(str::to_owned).collect();
            words.retain(|it| !it.is_empty());
            if words.iter().any(|it| can_be_looked_up(it)) {
                return Ok(Self(words));
            }
            let rule = "needs two letters or digits that follow each other, \
                        one Chinese, Japanese or Korean character, or an emoji";
            Problem::Other(rule)
        };
        Err(Error::invalid("query", problem))
    }

    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Each word is somewhere in the text, be it as a part of another.
    pub fn fits(&self, text: &str) -> bool {
        let text = fold(text);
        self.0.iter().all(|it| text.contains(it.as_str()))
    }
}

impl Wanted {
    /// Whether a message is one of those that are wanted, wherever it is.
    pub fn fits(&self, row: &message::Model) -> bool {
        row.deleted_at.is_none()
            && self.cursor.is_none_or(|it| SearchPosition::of(row) < it)
            && self.sender.is_none_or(|it| it == row.sender_id)
            && self.after.is_none_or(|it| it <= row.timestamp)
            && self.before.is_none_or(|it| row.timestamp < it)
            && self.has_file.is_none_or(|it| it == has_file(row))
            // Last, because folding a text costs more than all the rest.
            && self.query.fits(&row.content)
    }

    /// No message that is wanted is newer, in microseconds.
    pub fn newest(&self) -> i64 {
        let before = self.before.map_or(i64::MAX, |it| it.0.timestamp_micros() - 1);
        self.cursor.map_or(before, |it| before.min(it.at))
    }

    /// No message that is wanted is older, in microseconds.
    pub fn oldest(&self) -> i64 {
        self.after.map_or(i64::MIN, |it| it.0.timestamp_micros())
    }
}

impl SearchPosition {
    pub fn of(row: &message::Model) -> Self {
        let Timestamp(moment) = row.timestamp;
        let MessageId(message) = row.message_id;
        Self { at: moment.timestamp_micros(), message }
    }

    /// Before every message that is newer than this moment.
    pub fn at(moment: i64) -> Self {
        Self { at: moment, message: i64::MAX }
    }
}

/// A file, or a link to one, as older clients send them.
pub fn has_file(row: &message::Model) -> bool {
    row.message_type != message::Type::Text || row.media_url.is_some()
}

/// One letter alone would be nearly everywhere.
fn can_be_looked_up(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|it| width(it) < 3 || letters.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_needs_something_to_look_up() {
        for text in ["", " ", "a", "%", "_", "'", "\"", "*", "a b c", "é", "…?!", "7"] {
            assert!(Query::parse(text).is_err(), "{text:?}");
        }
        assert!(Query::parse(&"x".repeat(101)).is_err());
        for text in ["ab", "猫", "한", "か", "👍", "c#", "a 猫", &"é".repeat(100)] {
            assert!(Query::parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn every_word_must_be_there_in_any_order() {
        let query = Query::parse("WORLD hell").unwrap();
        assert!(query.fits("hello, world") && query.fits("Worldwide shell"));
        assert!(!query.fits("hello") && !query.fits("hel l world"));
    }
}
