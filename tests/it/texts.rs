//! The texts for people, held to: what they point to is there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Paths in the texts begin in one of these.
const BASES: [&str; 4] = ["", "src", "src/dialect/native", "tests/it"];

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for (path, text) in texts() {
        for link in links(&text) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.with_file_name(file) };
            let is_there = target.exists()
                && (anchor.is_empty() || anchors(&target).contains(&anchor.to_owned()));
            if !is_there {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Of the code as it is now: what the changes tell of may be gone.
#[test]
fn every_file_of_the_map_is_there() {
    let mut lost = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| !path.ends_with("CHANGELOG.md")) {
        let is_source = |it: &&str| Path::new(it).extension().is_some_and(|it| it == "rs");
        for name in code(&text).filter(is_source).filter(|it| it.contains('/')) {
            // A pattern, such as `<product>.rs`, is no file.
            let is_pattern = name.contains(['<', '…', ' ']);
            if !is_pattern && !BASES.iter().any(|it| root().join(it).join(name).exists()) {
                lost.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn every_event_is_described() {
    let is_event = |it: &&str| {
        let parts: Vec<&str> = it.split(':').collect();
        let is_word = |it: &&str| {
            !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
        };
        parts.len() == 2 && parts.iter().all(is_word)
    };
    let types = fs::read_to_string(root().join("web/src/parlor/events.ts")).unwrap();
    let known: BTreeSet<&str> = types.split('\'').filter(is_event).collect();
    let text = fs::read_to_string(root().join("docs/events.md")).unwrap();
    let described: BTreeSet<&str> = code(&text).filter(is_event).collect();
    assert!(known.len() > 60, "{known:?}");
    assert_eq!(described, known);
}

/// The texts of the repository, with their paths.
fn texts() -> Vec<(PathBuf, String)> {
    let named =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "web/README.md", "bench/README.md"];
    let mut paths: Vec<PathBuf> = named.iter().map(|it| root().join(it)).collect();
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|it| it.unwrap().path());
    paths.extend(docs.filter(|it| it.extension().is_some_and(|it| it == "md")));
    assert!(paths.len() > 10, "{paths:?}");
    paths.into_iter().map(|it| (it.clone(), fs::read_to_string(it).unwrap())).collect()
}

/// Where a text points to: Markdown's links, and HTML's pictures.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = [("](", ')'), ("src=\"", '"')];
    ends.into_iter().flat_map(move |(start, end)| {
        text.split(start).skip(1).filter_map(move |it| Some(it.split_once(end)?.0))
    })
}

/// What stands in backquotes within a line.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|it| !it.starts_with("```")).flat_map(|it| it.split('`').skip(1).step_by(2))
}

/// The headings of a text, as links name them.
fn anchors(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let headings = text.lines().filter_map(|it| it.trim_start_matches('#').strip_prefix(' '));
    let plain = |it: &str| {
        let kept = it.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings.map(plain).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
