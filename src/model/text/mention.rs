//! `@username` in what somebody says.

use std::collections::HashMap;

use crate::model::text::name::{self, Username};

/// So many are looked at; whoever calls more is not talking to anybody.
const MOST: usize = 50;

/// The places in a text where somebody may be called, each with all the names that it can
/// be read as, the longest first: names may have blanks in them, and some scripts have none
/// between words.
#[derive(Debug, PartialEq, Eq)]
pub struct Calls(Vec<Vec<String>>);

impl Calls {
    pub fn in_text(text: &str) -> Self {
        let mut calls = Vec::new();
        let mut before = None;
        for (at, event) in text.char_indices() {
            // In `ann@bob.example` nobody is spoken of.
            if event == '@' && !before.is_some_and(is_word) {
                let readings = readings(&text[at + 1..]);
                if !readings.is_empty() {
                    calls.push(readings);
                }
                if calls.len() == MOST {
                    break;
                }
            }
            before = Some(event);
        }
        Self(calls)
    }

    /// Every name that somebody in the room may have, by its key.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.0.iter().flatten().cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whom each place means: of those who are there, the one with the longest name.
    pub fn meant<T: Copy>(&self, there: &HashMap<String, T>) -> Vec<T> {
        let meant = |readings: &Vec<String>| readings.iter().find_map(|it| there.get(it)).copied();
        self.0.iter().filter_map(meant).collect()
    }
}

fn readings(rest: &str) -> Vec<String> {
    let mut readings = Vec::new();
    for (at, event) in rest.char_indices().take(Username::LONGEST) {
        let end = at + event.len_utf8();
        let goes_on = rest[end..].chars().next().is_some_and(is_word);
        if event == '\n' || (at == 0 && event.is_whitespace()) {
            break;
        }
        if event.is_whitespace() || (is_word(event) && goes_on) {
            continue;
        }
        let key = name::key(&rest[..end]);
        if !key.is_empty() {
            readings.push(key);
        }
    }
    readings.reverse();
    readings
}

/// Part of a word that is set apart from others. Chinese, Japanese and Korean are written
/// on without a break, so a name may end anywhere there.
fn is_word(event: char) -> bool {
    let flows = matches!(event,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}');
    (event.is_alphanumeric() || event == '_') && !flows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str, names: &[&'static str]) -> Vec<&'static str> {
        let there = names.iter().map(|it| (name::key(it), *it)).collect();
        Calls::in_text(text).meant(&there)
    }

    #[test]
    fn somebody_is_called_by_their_whole_name() {
        for (text, wanted) in [
            ("@ann", vec!["ann"]),
            ("hey @ANN, and @bob!", vec!["ann", "bob"]),
            ("(@ann) @ａｎｎ", vec!["ann", "ann"]),
            ("@anna", vec![]),
            ("@ann_", vec![]),
            ("ann@bob.example", vec![]),
            ("@ ann", vec![]),
            ("@", vec![]),
            ("@@ann", vec!["ann"]),
            ("@eve", vec![]),
            ("@ann smith", vec!["ann"]),
        ] {
            assert_eq!(meant(text, &["ann", "bob"]), wanted, "{text}");
        }
        assert_eq!(meant("@ann smith said", &["ann", "Ann Smith"]), ["Ann Smith"]);
        assert_eq!(meant("@o'brien-jones.", &["o'brien-jones"]), ["o'brien-jones"]);
    }

    #[test]
    fn no_break_is_needed_where_none_is_written() {
        assert_eq!(meant("你好@小明，吃飯了嗎", &["小明"]), ["小明"]);
        assert_eq!(meant("你好@小明吃飯了嗎", &["小明", "小"]), ["小明"]);
        assert_eq!(meant("@ann你好", &["ann"]), ["ann"]);
    }

    #[test]
    fn only_so_many_are_looked_at() {
        let text = "@ann ".repeat(MOST + 1);
        assert_eq!(meant(&text, &["ann"]).len(), MOST);
    }
}
