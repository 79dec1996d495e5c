//! A page as a browser takes it: its elements, and what they point to.

/// An element's name, and its attributes with their values.
pub struct Element<'a> {
    pub name: &'a str,
    pub attributes: Vec<(&'a str, &'a str)>,
}

/// Of a page that spells each attribute as `name="value"`, or by its name alone.
pub fn elements(html: &str) -> Vec<Element<'_>> {
    let tags = html.split('<').skip(1).filter_map(|it| Some(it.split_once('>')?.0));
    let opening = tags.filter(|it| it.starts_with(|it: char| it.is_ascii_alphabetic()));
    opening.map(element).collect()
}

fn element(tag: &str) -> Element<'_> {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_whitespace() || it == '/');
        let end = rest.find(|it: char| it.is_whitespace() || it == '=').unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        if attribute.is_empty() {
            return Element { name, attributes };
        }
        let quoted = after.strip_prefix("=\"").and_then(|it| it.split_once('"'));
        let (value, after) = quoted.unwrap_or(("", after));
        attributes.push((attribute, value));
        rest = after;
    }
}

impl Element<'_> {
    /// Where it leads, or what it loads.
    pub fn address(&self) -> Option<&str> {
        let is_address = |it: &&(&str, &str)| ["src", "href", "action"].contains(&it.0);
        self.attributes.iter().find(is_address).map(|it| it.1)
    }
}

/// Whole addresses anywhere in a text, whatever the text is.
pub fn whole_addresses(text: &str) -> Vec<&str> {
    let ends = |it: char| it.is_whitespace() || "\"'`()<>,;".contains(it);
    text.split(ends).filter(|it| it.contains("://") || it.starts_with("//")).collect()
}

/// The directives of a policy for the content of a page, in its order.
pub fn directives(policy: &str) -> Vec<&str> {
    policy.split(';').map(str::trim).filter(|it| !it.is_empty()).collect()
}

#[test]
fn a_page_is_read_as_browsers_read_it() {
    let html = "<!doctype html><a href=\"/x\">x</a><input disabled class=\"a b\"><br/>";
    let found = elements(html);
    let names: Vec<&str> = found.iter().map(|it| it.name).collect();
    assert_eq!(names, ["a", "input", "br/"]);
    assert_eq!(found[0].address(), Some("/x"));
    assert_eq!(found[1].attributes, [("disabled", ""), ("class", "a b")]);
    assert_eq!(whole_addresses("see 'https://x.io/a', or (//cdn)"), ["https://x.io/a", "//cdn"]);
}
