//! The words of the glossary, and of what is written nowhere any more.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::sources::{all_files, identifiers, root, sources, words};

/// What these things are called now. A file, a type, a field or a variable of the old name would
/// be a second word for the same thing.
const RETIRED: [(&str, &str); 25] = [
    ("actress", "identity"),
    ("assembly", "message view"),
    ("bell", "signal"),
    ("clerk", "worker"),
    ("crew", "server members"),
    ("darkroom", "picture workers"),
    ("deed", "action"),
    ("desk", "session, or lease"),
    ("ear", "handler, listener or client"),
    ("foundation", "creation"),
    ("guild", "server"),
    ("hall", "registry, or default room"),
    ("honest", "name must match"),
    ("house", "registry"),
    ("living", "live sessions, or active"),
    ("memo", "cache"),
    ("outcast", "ban"),
    ("press", "render cache"),
    ("sea", "server"),
    ("seat", "registration"),
    ("shelf", "indexed"),
    ("shelves", "indexed"),
    ("standing", "token expiry, or state"),
    ("tail", "unindexed"),
    ("vigil", "token expiry"),
];

/// Names that are not ours to choose.
const GIVEN: [(&str, &str); 6] = [
    ("search_desk", "a table that databases have"),
    ("desk", "the column of that table, as its entity calls it"),
    ("Desk", "the same column, as queries call it"),
    ("sea_orm", "a crate"),
    ("sea_orm_migration", "a crate"),
    ("sea_query", "a crate"),
];

/// Terms that the code has no name for.
const UNNAMED: [(&str, &str); 1] = [("ring", "the list of them is in the architecture test")];

/// So many different types may have one name: what is stored and what is shown, for example.
const MEANINGS: usize = 2;

#[test]
fn retired_words_are_not_used_again() {
    let mut faults = Vec::new();
    for (path, text) in all_files() {
        let file = path.file_stem().and_then(|it| it.to_str()).unwrap();
        for name in identifiers(&text).into_iter().chain([file]) {
            if GIVEN.iter().any(|it| it.0 == name) {
                continue;
            }
            for word in words(name) {
                let one = word.strip_suffix('s').unwrap_or(&word);
                if let Some(it) = RETIRED.iter().find(|it| it.0 == word || it.0 == one) {
                    faults.push(format!("{}: {name} (say {})", path.display(), it.1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn terms_of_the_glossary_are_names_in_the_code() {
    let mut named = BTreeSet::new();
    for (path, text) in sources() {
        let file = path.file_stem().and_then(|it| it.to_str()).unwrap();
        named.extend(identifiers(&text).into_iter().chain([file]).flat_map(words));
    }
    let terms = terms();
    assert!(terms.len() > 15, "{terms:?}");
    let missing: Vec<&String> = terms.iter().filter(|it| !named.contains(*it)).collect();
    let unnamed: Vec<&str> = UNNAMED.iter().map(|it| it.0).collect();
    assert_eq!(missing, unnamed, "the glossary explains what the code does not say");
}

/// Those of how the program is built and how it stays in order.
fn terms() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let sections = text.split("\n## ").filter(|it| it.starts_with("How it "));
    let lines = sections.flat_map(str::lines);
    let terms = lines.filter_map(|it| Some(it.strip_prefix("- **")?.split_once("**")?.0));
    terms.map(str::to_owned).collect()
}

/// The products' dialects may each have a type for the same thing: what a message is to that
/// client. So a dialect is counted for itself, and all that is no dialect together.
#[test]
fn a_type_name_has_few_meanings() {
    let mut types: BTreeMap<(String, Option<String>), Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        for name in text.lines().filter_map(type_declared) {
            let place = (name.to_owned(), dialect_of(&path));
            types.entry(place).or_default().push(path.display().to_string());
        }
    }
    let faults = types.into_iter().filter(|it| it.1.len() > MEANINGS);
    let faults: Vec<String> =
        faults.map(|((name, _), files)| format!("{name}: {}", files.join(", "))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The product that a file is for, if it is for one.
fn dialect_of(path: &Path) -> Option<String> {
    let product = path.strip_prefix("dialect").ok()?.iter().next()?.to_str()?;
    Some(product.trim_end_matches(".rs").to_owned())
}

/// The name of the type that a line of a module declares, associated types apart.
fn type_declared(line: &str) -> Option<&str> {
    let mut parts =
        line.split_whitespace().skip_while(|it| it.starts_with("pub") || it.ends_with(')'));
    let is_module_level = !line.starts_with(char::is_whitespace);
    let keyword = parts.next().filter(|_| is_module_level)?;
    let name = parts.next().filter(|_| ["struct", "enum", "trait", "type"].contains(&keyword))?;
    name.split(|it: char| !it.is_alphanumeric()).next()
}
