//! Marks that turn the direction of what follows, so that `gnp.exe` reads `exe.png`.

use std::borrow::Cow;

/// The text in the order in which it will be read.
pub fn neutral(text: &str) -> Cow<'_, str> {
    if text.contains(turns) { Cow::Owned(text.replace(turns, "")) } else { Cow::Borrowed(text) }
}

/// Embeddings, overrides, isolates and direction marks.
fn turns(event: char) -> bool {
    matches!(
        event,
        // Not U+200D, of which emoji are made, nor U+200C, which some scripts need.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_is_taken_out_and_other_letters_stay() {
        assert_eq!(neutral("invoice\u{202e}gnp.exe"), "invoicegnp.exe");
        assert_eq!(neutral("\u{2067}a\u{2069}\u{200f}\u{61c}b"), "ab");
        for plain in ["שלום.png", "مرحبا", "👩\u{200d}💻", "a b"] {
            assert!(matches!(neutral(plain), Cow::Borrowed(it) if it == plain), "{plain}");
        }
    }
}
