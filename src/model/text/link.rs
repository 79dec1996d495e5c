//! Addresses that people write down for others to follow.

use url::Url;

use crate::model::{
    error::{Error, Problem},
    text::line,
};

/// An address of the web or a path of this server: nothing that runs, and nothing that only
/// looks like a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// An empty text is no address, which clears the field.
    pub fn parse(field: &'static str, text: &str, longest: usize) -> Result<Option<Self>, Error> {
        let text = line(field, text, longest)?;
        if text.is_empty() {
            return Ok(None);
        }
        if !is_followed(&text) {
            let problem = Problem::Other("must be a path of this server or an http address");
            return Err(Error::invalid(field, problem));
        }
        Ok(Some(Self(text)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// Whether a browser that follows it asks a server for something.
pub fn is_followed(address: &str) -> bool {
    // A browser takes a backslash for a slash, and two of them begin the name of a host.
    let is_here = address.starts_with('/') && !address[1..].starts_with(['/', '\\']);
    is_here || is_of_the_web(address)
}

/// Whether a page that takes these words for an address would run something.
pub fn runs(words: &str) -> bool {
    let is_read = |it: &char| !it.is_control() && !it.is_whitespace();
    // No scheme that runs is longer, and words may be 16,000 characters.
    let address: String = words.chars().filter(is_read).take(16).collect();
    let Some((scheme, _)) = address.split_once(':') else { return false };
    let is_scheme = |known: &str| scheme.eq_ignore_ascii_case(known);
    is_scheme("javascript")
        || is_scheme("vbscript")
        // "data: see the list" is a sentence, and an address has no blanks.
        || (is_scheme("data") && !words.trim().contains(char::is_whitespace))
}

fn is_of_the_web(address: &str) -> bool {
    let begins = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme))
    };
    (begins("http://") || begins("https://")) && Url::parse(address).is_ok_and(|it| it.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_this_server_or_to_the_web() {
        for good in ["/static/a.png", "/", "http://x/y.png", "HTTPS://x.example:1/?a#b"] {
            assert_eq!(Link::parse("url", good, 99).unwrap().unwrap().as_str(), good);
        }
        assert_eq!(Link::parse("url", " ", 99).unwrap(), None);
        for bad in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:http://x/y",
            "ftp://x/y",
            "//evil.example/a.png",
            r"/\evil.example/a.png",
            r"\\evil.example",
            "a.png",
            "http:evil",
            "http://",
            "http:///",
            "/a\nb",
        ] {
            assert!(Link::parse("url", bad, 99).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_that_run_when_they_are_followed_are_known() {
        for bad in ["javascript:x", " Java\nScript:alert(1) ", "data:text/html,x", "VBSCRIPT:x"] {
            assert!(runs(bad), "{bad}");
        }
        for good in ["http://x/y", "data: see the list", "JavaScript is fun", "a:b", ""] {
            assert!(!runs(good), "{good}");
        }
    }
}
