//! The file of a message, and the addresses by which it goes. What a sender says of a file
//! that is not kept here travels in the fragment of its address, which is for whoever
//! follows the link and means nothing to the others.

use entity::message::Type;
use serde::Serialize;
use url::form_urlencoded::{Serializer, parse};
use utoipa::ToSchema;

use crate::{
    model::{
        error::{Error, Problem},
        file::shown_as,
        message::Message,
        text::{
            bidi::neutral,
            link::{Link, is_followed},
        },
    },
    wire::fields::Shape,
};

const OURS: &str = "/api/files/";
const FOLDERS: [&str; 3] = [OURS, "/api/images/", "/static/message/"];

/// A message's file as this product knows it; without one all of it is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Shape, ToSchema)]
#[schema(as = swift::File)]
#[expect(clippy::struct_field_names, reason = "the names are the client's")]
pub(super) struct File {
    #[schema(example = "/api/files/9b401513-2da0-4ad0-ae97-42e304db9bc2.png")]
    pub file_url: Option<String>,
    #[schema(example = "cat.png")]
    pub file_name: Option<String>,
    #[schema(example = 48_213)]
    pub file_size: Option<i64>,
    #[schema(example = "image/png")]
    pub mime_type: Option<String>,
}

impl File {
    pub(super) fn is_there(&self) -> bool {
        self.file_url.as_ref().is_some_and(|it| !it.trim().is_empty())
    }
}

/// The file of a message and the words beside it. This client shows one file; the others
/// are named in the words.
pub(super) fn split(message: &Message) -> (File, String) {
    let (row, files) = (&message.row, &message.files);
    let Some((first, others)) = files.split_first() else {
        return match (&row.media_url, as_address(row.message_type, &row.content)) {
            // Other clients write the address of a file into the words.
            (None, Some(address)) => (described(address), String::new()),
            // Then it is one file, and not a file with its address for words.
            (Some(url), _) if *url == row.content => (described(url), String::new()),
            (Some(url), _) => (described(url), row.content.clone()),
            (None, None) => (File::default(), row.content.clone()),
        };
    };
    let file = File {
        file_url: Some(format!("{OURS}{}", first.stored_name)),
        file_name: Some(first.name.clone()),
        file_size: Some(first.size),
        mime_type: Some(first.mime.clone()),
    };
    let named = others.iter().map(|it| format!("{OURS}{}", it.stored_name));
    // Other clients write its address into the words.
    let is_words = |it: &String| !it.is_empty() && stored_name(it) != Some(&first.stored_name);
    let words = Some(row.content.clone()).filter(is_words);
    (file, words.into_iter().chain(named).collect::<Vec<_>>().join("\n"))
}

/// What a message with this file counts as.
pub(super) fn kind(mime: &str) -> Type {
    match (shown_as(mime), mime.split('/').next()) {
        (Type::File, Some("image")) => Type::Image,
        (Type::File, Some("audio")) => Type::Audio,
        (Type::File, Some("video")) => Type::Video,
        (known, _) => known,
    }
}

/// The name under which a file of ours is stored, whatever host its address names: clients
/// call us by many.
pub(super) fn stored_name(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let name = FOLDERS.iter().find_map(|it| path.rsplit_once(it))?.1;
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
    (!name.is_empty() && !name.starts_with('.') && name.bytes().all(plain)).then_some(name)
}

/// The address and all that is said of the file, in one.
pub(super) fn spelled(file: &File) -> Result<Link, Error> {
    let url = file.file_url.as_deref().unwrap_or_default().trim();
    // Whichever host the client calls us by, the address is kept without one, as in the original.
    let url = relative(url);
    let mut said = Serializer::new(String::new());
    if let Some(name) = &file.file_name {
        // Else a name could turn round the writing beside it.
        said.append_pair("file_name", &neutral(name));
    }
    if let Some(size) = file.file_size {
        said.append_pair("file_size", &size.to_string());
    }
    if let Some(mime) = &file.mime_type {
        said.append_pair("mime_type", mime);
    }
    let said = said.finish();
    let whole = if said.is_empty() {
        url
    } else {
        // An address has one fragment, so the client's own gives way to what it says of the file.
        format!("{}#{said}", url.split('#').next().unwrap_or_default())
    };
    let link = Link::parse("file_url", &whole, 2_048)?;
    link.ok_or_else(|| Error::invalid("file_url", Problem::Blank))
}

fn described(spelled: &str) -> File {
    let bare = File { file_url: Some(relative(spelled)), ..File::default() };
    let Some((url, said)) = spelled.split_once('#') else { return bare };
    let mut file = File { file_url: Some(relative(url)), ..File::default() };
    for (key, value) in parse(said.as_bytes()) {
        match &*key {
            // Other surfaces take an address with any fragment, so the name may not have
            // come through here.
            "file_name" => file.file_name = Some(neutral(&value).into_owned()),
            "file_size" => file.file_size = value.parse().ok(),
            "mime_type" => file.mime_type = Some(value.into_owned()),
            // Somebody else's fragment.
            _ => return bare,
        }
    }
    file
}

fn relative(url: &str) -> String {
    stored_name(url).map_or_else(|| url.to_owned(), |it| format!("{OURS}{it}"))
}

fn as_address(kind: Type, content: &str) -> Option<&str> {
    let content = content.trim();
    let is_address = is_followed(content) && !content.contains(char::is_whitespace);
    (kind != Type::Text && is_address).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str, name: Option<&str>, size: Option<i64>) -> File {
        File {
            file_url: Some(url.to_owned()),
            file_name: name.map(str::to_owned),
            file_size: size,
            mime_type: None,
        }
    }

    #[test]
    fn what_is_said_of_a_file_comes_back() {
        let said = file("http://10.0.0.5:8000/api/files/a.jpg", Some("Ä & b#1.jpg"), Some(3));
        let whole = spelled(&said).unwrap().into_string();
        assert!(whole.starts_with("/api/files/a.jpg#"), "{whole}");
        assert_eq!(described(&whole), file("/api/files/a.jpg", Some("Ä & b#1.jpg"), Some(3)));
        let bare = file("https://x.example/y#page=2", None, None);
        assert_eq!(described(spelled(&bare).unwrap().as_str()), bare);
    }

    #[test]
    fn a_link_that_could_run_is_refused() {
        for url in ["javascript:alert(1)", "//evil.example/a", "a.png", "", "data:text/html,x"] {
            assert!(spelled(&file(url, None, None)).is_err(), "{url}");
        }
    }

    #[test]
    fn a_file_of_ours_is_known_by_any_of_its_addresses() {
        for url in ["/api/files/a.png", "http://h/api/images/a.png?x", "//h/static/message/a.png"] {
            assert_eq!(stored_name(url), Some("a.png"), "{url}");
        }
        for url in ["/api/files/", "/api/files/../a", "/api/files/.a", "/elsewhere/a.png"] {
            assert_eq!(stored_name(url), None, "{url}");
        }
    }
}
