//! What a message can be looked up by: the characters that follow each other in it, its
//! room, its sender, and whether it has a file. Each is a number.

use entity::{
    id::{RoomId, UserId},
    message,
};

use crate::model::{
    search::{Query, has_file},
    text::fold::{fold, width},
};

/// Characters are positive numbers, everything else is negative.
pub const FILE: i64 = -1;
// So far apart that no sender's number reaches the rooms: ids stay below 2^53.
const SENDERS: i64 = -(1 << 60);
const ROOMS: i64 = -(1 << 62);

/// Bits of one character.
const LETTER: u32 = 21;

/// More say hardly more, and each is a list to read.
const MOST: usize = 12;

/// Something that a message must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clue {
    One(i64),
    /// One of these.
    Any(Vec<i64>),
    /// One from here to there.
    Between(i64, i64),
}

pub fn of_room(room: RoomId) -> i64 {
    // Two rooms may share a number; where a message is, it says itself.
    let (high, low) = room.0.as_u64_pair();
    ROOMS - ((high ^ low) >> 4).cast_signed()
}

pub fn of_sender(UserId(sender): UserId) -> i64 {
    SENDERS - sender
}

/// All keys of a message, in order; a deleted one has none.
pub fn of(row: &message::Model) -> Vec<i64> {
    if row.deleted_at.is_some() {
        return Vec::new();
    }
    let mut keys = vec![of_room(row.chatroom_id), of_sender(row.sender_id)];
    if has_file(row) {
        keys.push(FILE);
    }
    let mut letters = Vec::new();
    for word in fold(&row.content).split(' ') {
        letters.clear();
        letters.extend(word.chars());
        keys.extend(starts(&letters).filter(Start::is_worth_looking_up).map(Start::key));
    }
    // In order, because an edit compares the keys of two versions by halving.
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What every message has that fits the query.
pub fn clues(query: &Query) -> Vec<Clue> {
    let (mut whole, mut parts) = (Vec::new(), Vec::new());
    for word in query.words() {
        let letters: Vec<char> = word.chars().collect();
        let before = whole.len();
        whole.extend(starts(&letters).filter(Start::is_whole).map(Start::key));
        if before == whole.len() {
            parts.extend(starts(&letters).find(Start::is_worth_looking_up).map(Start::beginning));
        }
    }
    whole.sort_unstable();
    whole.dedup();
    let step = whole.len().div_ceil(MOST).max(1);
    let mut clues: Vec<Clue> = whole.into_iter().step_by(step).map(Clue::One).collect();
    // A few letters that begin many keys are many lists; others may do without.
    if clues.is_empty() {
        clues = parts;
    }
    clues
}

/// A place in a word, and the characters from there on that make a key.
struct Start<'a> {
    letters: &'a [char],
    width: usize,
}

fn starts(word: &[char]) -> impl Iterator<Item = Start<'_>> {
    word.iter().enumerate().map(|(at, event)| {
        let width = width(*event);
        Start { letters: &word[at..word.len().min(at + width)], width }
    })
}

impl Start<'_> {
    fn is_whole(&self) -> bool {
        self.letters.len() == self.width
    }

    /// One letter at the end of a word leads nowhere.
    fn is_worth_looking_up(&self) -> bool {
        self.letters.len() > 1 || self.width < 3
    }

    fn key(self) -> i64 {
        self.padded(0)
    }

    /// All keys that begin with these characters.
    fn beginning(self) -> Clue {
        let free = LETTER * (3 - u32::try_from(self.letters.len()).unwrap_or(3));
        let key = self.padded(0);
        Clue::Between(key, key | ((1 << free) - 1))
    }

    fn padded(&self, with: i64) -> i64 {
        let letters = self.letters.iter().map(|it| i64::from(u32::from(*it)));
        // Unicode ends below 2^21, so three characters fit into a positive number.
        letters.chain(std::iter::repeat(with)).take(3).fold(0, |key, it| (key << LETTER) | it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clues_of(text: &str) -> Vec<Clue> {
        clues(&Query::parse(text).unwrap())
    }

    fn key(letters: &str) -> i64 {
        let letters: Vec<char> = letters.chars().collect();
        Start { letters: &letters, width: letters.len() }.key()
    }

    #[test]
    fn words_are_threes_and_han_are_twos() {
        assert_eq!(clues_of("shell"), [key("ell"), key("hel"), key("she")].map(Clue::One));
        let [one, two] = ["東京", "京都"].map(key);
        assert_eq!(clues_of("東京都"), [Clue::One(two), Clue::One(one)]);
        assert_eq!(clues_of("👍"), [Clue::One(key("👍"))]);
    }

    #[test]
    fn what_is_shorter_begins_a_key() {
        let Clue::Between(low, high) = clues_of("on")[0] else { panic!() };
        for inside in ["on", "one", "onz", "on猫"] {
            assert!((low..=high).contains(&key(inside)), "{inside}");
        }
        for outside in ["oo", "om", "omz", "no"] {
            assert!(!(low..=high).contains(&key(outside)), "{outside}");
        }
        let Clue::Between(low, high) = clues_of("猫")[0] else { panic!() };
        assert!((low..=high).contains(&key("猫")) && (low..=high).contains(&key("猫が")));
        assert_eq!(clues_of("on shell").len(), 3, "the longer word is enough");
    }

    #[test]
    fn a_long_query_asks_for_no_more_than_it_needs() {
        let long: String = ('a'..='z').chain('a'..='z').collect();
        assert!(clues_of(&long).len() <= MOST);
    }

    #[test]
    fn kinds_of_keys_do_not_meet() {
        let rooms = [uuid::Uuid::nil(), uuid::Uuid::max()].map(|it| of_room(RoomId(it)));
        let senders = [1, 1 << 53].map(|it| of_sender(UserId(it)));
        assert!(rooms.iter().all(|room| senders.iter().all(|it| room < it)));
        assert!(senders.iter().all(|it| *it < FILE) && key("\u{10ffff}\u{10ffff}\u{10ffff}") > 0);
    }
}
