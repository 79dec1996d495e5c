//! How hard it is to guess a secret. An estimate: it finds what people type, not what is cunning.

use std::collections::BTreeSet;

/// Steps from one letter to the next that cannot be foreseen. Random keys of 128 bits have more in
/// every spelling: at least some 16 in hexadecimal, 25 in Base64.
const FEWEST: usize = 12;

/// What stands in somebody's documentation, wherever in a secret it stands and whatever its
/// spelling: FastAPI's tutorial, `your-secret-key`, `CHANGE_ME…`.
const PUBLISHED: [&str; 12] = [
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "changeme",
    "changethis",
    "changein",
    "djangoinsecure",
    "mysecret",
    "replaceme",
    "secretkey",
    "supersecret",
    "yourjwt",
    "yoursecret",
    "yoursuper",
];

/// What such secrets are made of, longest first.
const WORDS: [&str; 40] = [
    "development",
    "environment",
    "production",
    "chatsphere",
    "chatroom",
    "password",
    "insecure",
    "default",
    "discord",
    "example",
    "private",
    "qwertyuiop",
    "server",
    "backend",
    "parlor",
    "campus",
    "please",
    "random",
    "change",
    "asdfgh",
    "qwerty",
    "secret",
    "string",
    "super",
    "swift",
    "token",
    "admin",
    "hello",
    "local",
    "world",
    "this",
    "that",
    "long",
    "test",
    "very",
    "your",
    "chat",
    "auth",
    "key",
    "jwt",
];

pub(super) fn is_published(secret: &str) -> bool {
    let plain = plain(secret);
    plain == "secret" || PUBLISHED.iter().any(|known| plain.contains(known))
}

pub(super) fn is_easy(secret: &str) -> bool {
    let mut rest = secret.to_lowercase();
    for word in WORDS {
        // A blank, so that what stood on either side of the word makes no step of its own.
        rest = rest.replace(word, " ");
    }
    let letters: Vec<char> = rest.chars().collect();
    let steps: BTreeSet<(char, char)> =
        letters.windows(2).map(|it| (it[0], it[1])).filter(|it| is_surprising(*it)).collect();
    steps.len() < FEWEST
}

/// Neither the same letter again, nor its neighbour in the alphabet.
fn is_surprising((one, next): (char, char)) -> bool {
    !one.is_whitespace() && !next.is_whitespace() && u32::from(one).abs_diff(u32::from(next)) > 1
}

fn plain(secret: &str) -> String {
    secret.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::*;

    #[test]
    fn random_keys_are_taken_in_every_spelling() {
        for _ in 0..2_000 {
            let bytes: [u8; 32] = rand::random();
            let short = format!("{:032x}", rand::random::<u128>());
            let long = format!("{short}{:032x}", rand::random::<u128>());
            for secret in [BASE64_STANDARD.encode(bytes), short, long] {
                assert!(!is_easy(&secret) && !is_published(&secret), "{secret}");
            }
        }
    }

    #[test]
    fn what_people_type_is_not() {
        for secret in [
            "a".repeat(64),
            "secret".repeat(8),
            "ab".repeat(20),
            "abc123".repeat(8),
            "0123456789abcdef0123456789abcdef".to_owned(),
            "abcdefghijklmnopqrstuvwxyz0123456789".to_owned(),
            "please-use-a-long-random-string-here!!".to_owned(),
            "passwordpasswordpasswordpassword1!".to_owned(),
            "qwertyuiopqwertyuiopqwertyuiopqwertyuiop".to_owned(),
            " ".repeat(40),
        ] {
            assert!(is_easy(&secret), "{secret}");
        }
    }
}
