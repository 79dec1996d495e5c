//! Handles and e-mail addresses, and the normalised keys that make them unique: the
//! three databases' collations disagree, so equality is decided here.

use unicode_normalization::UnicodeNormalization;

use crate::model::error::{Error, Problem};

/// A login handle: 1 to 32 characters, no blanks at its ends, nothing invisible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

/// A deliverable-looking e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Username {
    pub const LONGEST: usize = 32;
    /// So many characters its column takes. A key may be longer than the name: `ﷺ` is one
    /// character, and eighteen in plain letters.
    const LONGEST_KEY: usize = 255;

    pub fn parse(name: &str) -> Result<Self, Error> {
        let name = name.trim();
        let problem = if name.is_empty() {
            Problem::Blank
        } else if name.chars().count() > Self::LONGEST {
            Problem::TooLong(Self::LONGEST)
        } else if name.chars().any(|it| it.is_control() || is_invisible(it)) {
            Problem::Control
        } else if key(name).chars().count() > Self::LONGEST_KEY {
            Problem::Other("is too long in plain letters")
        } else {
            return Ok(Self(name.to_owned()));
        };
        Err(Error::invalid("username", problem))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn key(&self) -> String {
        key(&self.0)
    }
}

impl Email {
    pub const LONGEST: usize = 254;
    /// As with names.
    const LONGEST_KEY: usize = 512;

    pub fn parse(address: &str) -> Result<Self, Error> {
        let address = address.trim();
        // The sentences of Python's email-validator, which pydantic passes on.
        let fault = |reason| Err(Error::invalid("email", Problem::NotEmail(reason)));
        if address.chars().any(char::is_control) {
            return Err(Error::invalid("email", Problem::Control));
        }
        if address.chars().count() > Self::LONGEST {
            return Err(Error::invalid("email", Problem::TooLong(Self::LONGEST)));
        }
        let Some((local, domain)) = address.rsplit_once('@') else {
            return fault("An email address must have an @-sign.");
        };
        if local.is_empty() {
            return fault("There must be something before the @-sign.");
        }
        if domain.is_empty() {
            return fault("There must be something after the @-sign.");
        }
        if !domain.contains('.') {
            return fault("The part after the @-sign is not valid. It should have a period.");
        }
        let strange = |it: char| it.is_whitespace() || "<>()[],;:\\\"@".contains(it);
        if local.chars().any(strange) || domain.chars().any(strange) {
            return fault("The email address contains invalid characters.");
        }
        let label = |it: &str| !it.is_empty() && !it.starts_with('-') && !it.ends_with('-');
        if !domain.split('.').all(label) || local.starts_with('.') || local.ends_with('.') {
            return fault("The part after the @-sign contains invalid characters.");
        }
        if key(address).chars().count() > Self::LONGEST_KEY {
            return fault("The email address is too long.");
        }
        Ok(Self(address.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn key(&self) -> String {
        key(&self.0)
    }
}

/// The key of the name by which somebody or something is looked for, unless it is too long
/// to be any: to write a megabyte in other letters takes a while.
pub fn sought(text: &str) -> Option<String> {
    let text = text.trim();
    // No character takes more than four bytes.
    (text.len() <= Email::LONGEST * 4).then(|| key(text))
}

/// NFKC and lower case, so that `Ann`, `ann` and `ａｎｎ` are one name everywhere.
pub fn key(name: &str) -> String {
    let folded = name.trim().nfkc().flat_map(char::to_lowercase).collect::<String>();
    // Lower-casing may leave a decomposed letter behind, so the form is settled last.
    folded.nfkc().collect()
}

/// Marks that change nothing on screen, and so make two names look alike.
fn is_invisible(event: char) -> bool {
    matches!(event, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_any_name_is_not_written_in_other_letters() {
        let longest = "\u{fdfa}".repeat(338);
        assert_eq!((longest.len(), sought(&longest).is_some()), (1_014, true));
        assert_eq!(sought(&"\u{fdfa}".repeat(339)), None);
        assert_eq!(sought(&format!("  Ann{}", " ".repeat(1_000_000))).as_deref(), Some("ann"));
    }
}
