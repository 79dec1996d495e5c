//! The form in which texts are compared when somebody searches: what people do not tell
//! apart while they read is the same in it.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Upper and lower case, wide and narrow forms, and accents on Latin and Greek letters
/// make no difference; whatever separates words becomes one blank.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { ascii(text) } else { unicode(text) }
}

/// How many characters from this one on say enough to be looked up: a word in letters has
/// many, one in Chinese, Japanese or Korean has two, and a picture stands alone.
pub fn width(event: char) -> usize {
    match event {
        '\u{1100}'..='\u{11ff}' // Hangul, in parts
        | '\u{2e80}'..='\u{2fdf}' // radicals
        | '\u{3005}'..='\u{3007}'
        | '\u{3031}'..='\u{318f}' // kana, bopomofo
        | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' // Han
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' // Hangul
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => 2,
        it if is_picture(it) => 1,
        _ => 3,
    }
}

fn ascii(text: &str) -> String {
    let letters = text.chars().filter(|it| !is_invisible(*it));
    gather(letters.map(|it| it.to_ascii_lowercase()), text.len())
}

fn unicode(text: &str) -> String {
    let mut on_western = false;
    let plain = text.nfkd().filter(move |event| {
        if is_invisible(*event) {
            return false;
        }
        if is_combining_mark(*event) {
            return !on_western && !is_vowel_point(*event);
        }
        on_western = *event < '\u{400}' || ('\u{1e00}'..='\u{1fff}').contains(event);
        true
    });
    // By way of capitals, "ß" and "ss" are one, and so are both forms of "σ".
    let folded = plain.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    gather(folded.nfc(), text.len())
}

fn gather(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut folded = String::with_capacity(length);
    for event in letters {
        if is_content(event) {
            folded.push(event);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Punctuation separates, but for the marks that make words of their own: C++, C#, @ann.
fn is_content(event: char) -> bool {
    event.is_alphanumeric()
        || matches!(event, '#' | '+' | '@' | '$')
        || (!event.is_ascii() && (is_combining_mark(event) || is_picture(event)))
}

/// Emoji, arrows, currencies, and whatever else is one sign.
fn is_picture(event: char) -> bool {
    matches!(event, '\u{a9}' | '\u{ae}' | '\u{20a0}'..='\u{20cf}' | '\u{2100}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
        && !event.is_alphanumeric()
}

/// Hebrew and Arabic are mostly written without them.
fn is_vowel_point(mark: char) -> bool {
    matches!(mark, '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Says how its neighbours are shown, or nothing at all. An apostrophe is inside its word,
/// whichever of its forms a keyboard has.
fn is_invisible(event: char) -> bool {
    matches!(event, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_the_same_is_the_same() {
        for (one, other) in [
            ("Hello, World!", "hello world"),
            ("CAFÉ", "cafe"),
            ("Cafe\u{301}", "café"),
            ("Straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("ﬁne", "fine"),
            ("Ｗｉｄｅ　ｔｅｘｔ", "wide text"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("각", "각"),
            ("İstanbul", "istanbul"),
            ("👍\u{fe0f}", "👍"),
            ("so\u{ad}ft", "soft"),
            ("it's", "it\u{2019}s"),
            ("schön--\t\n gut…", "schon gut"),
            ("مُحَمَّد", "محمد"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
    }

    #[test]
    fn what_reads_differently_stays_different() {
        for (one, other) in [("か", "が"), ("мой", "мои"), ("ㅏ", "ㅓ"), ("你", "妳")] {
            assert_ne!(fold(one), fold(other), "{one}");
        }
        assert_eq!(fold("C++, C# & @ann; 50%_x'y\"*"), "c++ c# @ann 50 xy");
        assert_eq!(fold(" ?!… 。、「」 "), "");
        assert_eq!(fold("東京タワー。高い"), "東京タワー 高い");
    }
}
