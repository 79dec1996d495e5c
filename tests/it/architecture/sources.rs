//! What there is to be read of the program, and what it names.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Innermost first. A ring may name the rings before it.
pub const RINGS: [&str; 8] =
    ["model", "policy", "store", "chat", "wire", "dialect", "serve", "main"];
pub const FOLDERS: [&str; 5] = ["src", "derive/src", "entity/src", "migration/src", "tests/it"];

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn sources() -> Vec<(PathBuf, String)> {
    let files = files(&root().join("src"));
    files.into_iter().map(|(path, text)| (path.clone(), absolute(&path, &text))).collect()
}

/// Of the program and of its tests, with their paths from the root of the repository.
pub fn all_files() -> impl Iterator<Item = (PathBuf, String)> {
    FOLDERS.into_iter().flat_map(|folder| {
        let found = files(&root().join(folder));
        found.into_iter().map(move |(path, text)| (Path::new(folder).join(path), text))
    })
}

/// With their paths from there.
pub fn files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut queue = vec![root.to_owned()];
    while let Some(folder) = queue.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                queue.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The same text with every `super::` spelled out from the crate root.
fn absolute(path: &Path, text: &str) -> String {
    let mut absolute = text.to_owned();
    let mut ancestors: Vec<String> = vec![String::from("crate::")];
    for part in path.with_extension("").iter().map(|it| it.to_str().unwrap()) {
        ancestors.push(format!("{}{part}::", ancestors.last().unwrap()));
    }
    ancestors.pop();
    for height in (1..=ancestors.len()).rev() {
        let ancestor = &ancestors[ancestors.len() - height];
        absolute = absolute.replace(&"super::".repeat(height), ancestor);
    }
    absolute
}

pub fn is_in(path: &Path, ring: &str) -> bool {
    path.iter()
        .next()
        .and_then(|it| it.to_str())
        .is_some_and(|it| it.trim_end_matches(".rs") == ring)
}

pub fn ring_of(path: &Path) -> Option<usize> {
    let first = path.iter().next()?.to_str()?.trim_end_matches(".rs");
    RINGS.iter().position(|ring| *ring == first)
}

pub fn module(path: &Path) -> String {
    path.with_extension("").iter().map(|it| it.to_str().unwrap()).collect::<Vec<_>>().join("::")
}

/// The text without its comments, on one line.
pub fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Every `crate::a::b` path a file names, `use` groups spelled out.
pub fn modules_named(text: &str) -> Vec<Vec<String>> {
    paths_named(text, "crate::")
}

/// The same of every path that begins like this, without its beginning.
pub fn paths_named(text: &str, beginning: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for rest in code(text).split(beginning).skip(1) {
        let end = rest.find([';', '(', ')']).unwrap_or(rest.len());
        expand(&mut Vec::new(), &rest[..end], &mut found);
    }
    found
}

fn expand(prefix: &mut Vec<String>, tree: &str, found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some((head, rest)) = tree.split_once("::")
        && !head.contains(['{', ',', ' '])
    {
        prefix.push(head.to_owned());
        expand(prefix, rest, found);
        prefix.pop();
    } else if let Some(group) = tree.strip_prefix('{') {
        let (mut depth, mut item) = (0, String::new());
        for letter in group.chars() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(prefix, &std::mem::take(&mut item), found);
                    continue;
                }
                _ => (),
            }
            item.push(letter);
        }
        expand(prefix, &item, found);
    } else if !tree.is_empty() {
        let word: String =
            tree.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
        prefix.push(word);
        found.push(prefix.clone());
        prefix.pop();
    }
}

/// Every name in the code: what stands in comments and between quotation marks is none.
pub fn identifiers(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |it: char| it.is_alphanumeric() || it == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |it| it + 2)
        } else if first == '"' {
            length_of_quoted(rest)
        } else if rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'') && first == '\'' {
            // A lifetime has no second one.
            length_of_quoted(rest)
        } else if word(first) {
            let length = rest.find(|it| !word(it)).unwrap_or(rest.len());
            found.insert(&rest[..length]);
            length
        } else {
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// Of what begins with a quotation mark and ends with the same.
fn length_of_quoted(text: &str) -> usize {
    let mark = text.chars().next();
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, it)| {
        let is_end = Some(*it) == mark && !is_escaped;
        is_escaped = *it == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |it| it.0 + 1)
}

/// The words of a name, in small letters: `RoomIds` and `room_ids` have the same two.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && was_small) {
            words.push(String::new());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
        words.last_mut().unwrap().extend(letter.to_lowercase().filter(|it| *it != '_'));
    }
    words.retain(|it| !it.is_empty());
    words
}
