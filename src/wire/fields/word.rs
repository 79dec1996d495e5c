//! Words that several surfaces share.

use entity::{chatroom::Kind, message::Type};

use super::Word;

impl Word for Type {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("text", Self::Text),
        ("image", Self::Image),
        ("audio", Self::Audio),
        ("file", Self::File),
        ("video", Self::Video),
    ];
}

impl Word for Kind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("direct", Self::Direct),
        ("group", Self::Group),
        ("public", Self::Public),
        ("channel", Self::Channel),
    ];
}
