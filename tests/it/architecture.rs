//! The map in `src/lib.rs`, held to.
mod sources;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use sources::{
    FOLDERS, RINGS, all_files, code, files, is_in, module, modules_named, paths_named, ring_of,
    root, sources,
};

const LONGEST: usize = 400;
const LONGEST_TEST: usize = 60;
/// Files beside each other: more are not taken in at a glance.
const FULLEST: usize = 20;

#[test]
fn rings_only_look_inwards() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let Some(ring) = ring_of(&path) else { continue };
        for named in modules_named(&text) {
            let outer = RINGS.iter().position(|it| *it == named[0]);
            if outer.is_some_and(|outer| ring < outer) {
                faults.push(format!("{} names {}", path.display(), named.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn dialects_are_strangers() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let mut parts = path.iter().filter_map(|it| it.to_str());
        if parts.next() != Some("dialect") {
            continue;
        }
        let Some(own) = parts.next().map(|it| it.trim_end_matches(".rs")) else { continue };
        for named in modules_named(&text) {
            if named[0] == "dialect" && named.get(1).is_some_and(|it| it != own) {
                faults.push(format!("{} names {}", path.display(), named.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_core_has_no_wire_types() {
    let wired = sources().into_iter().filter(|(path, text)| {
        let inner = ["model", "policy", "store", "chat"].iter().any(|ring| path.starts_with(ring));
        // The claims of our own tokens are serialised where tokens are made.
        let is_token = path == Path::new("chat/session/token.rs");
        inner
            && !is_token
            && ["Serialize", "serde", "axum", "socketioxide"].iter().any(|it| text.contains(it))
    });
    let wired: Vec<PathBuf> = wired.map(|(path, _)| path).collect();
    assert!(wired.is_empty(), "{wired:?}");
}

/// Surfaces ask for operations: the database, who is remembered to be where, and what may be
/// done how often is the core's business.
#[test]
fn the_handle_is_closed() {
    // It opens the database and gives it to the chat.
    let exception = Path::new("serve/database.rs");
    // Tests that break the server's own connections may have them, and nobody else.
    let own = Path::new("chat/engine/handle.rs");
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let is_outside = ["wire", "dialect", "serve"].iter().any(|it| is_in(&path, it));
        let code = code(&text);
        if path != own && code.contains("writer_for_tests") {
            faults.push(format!("{} uses what is for tests", path.display()));
        }
        if !is_outside || path == exception {
            continue;
        }
        let inner = ["store", "chat::engine::limit", "chat::engine::roster"];
        for named in modules_named(&text).iter().map(|it| it.join("::")) {
            if inner.iter().any(|it| named == *it || named.starts_with(&format!("{it}::"))) {
                faults.push(format!("{} names {named}", path.display()));
            }
        }
        // What kept the server from starting is said, whatever it was.
        let code =
            if path == Path::new("serve.rs") { code.replace("sea_orm::DbErr", "") } else { code };
        for word in ["sea_orm", "ConnectionTrait", "&Pool", "Roster"] {
            if code.contains(word) {
                faults.push(format!("{} names {word}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let parts = fs::read_to_string(root().join("src/chat/engine/handle/parts.rs")).unwrap();
    let open: Vec<&str> = parts.lines().filter(|it| it.starts_with("    pub ")).collect();
    assert!(open.is_empty(), "these fields are open to everybody: {open:?}");
}

/// Whoever hears news says of each family, and of each news of one that it speaks of, what it
/// makes of it: an arm for all the rest would swallow what is added later.
#[test]
fn no_listener_passes_over_news() {
    let is_outside = |it: &Path| ["wire", "dialect"].iter().any(|ring| is_in(it, ring));
    let listeners: Vec<_> = sources()
        .into_iter()
        .filter(|(path, text)| is_outside(path) && text.contains("News::"))
        .collect();
    assert!(listeners.len() > 6, "each surface has one, and the seats are one more");
    let faults = listeners.iter().filter(|(_, text)| code(text).contains("_ =>"));
    let faults: Vec<_> = faults.map(|(path, _)| path).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

/// A person's row has the hash of a password, a sign-in's those of its tokens.
#[test]
fn rows_with_secrets_stop_at_the_core() {
    let secret = ["user", "session", "paired_socket"];
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let is_core = ["store", "chat"].iter().any(|it| is_in(&path, it));
        for named in paths_named(&text, "entity::") {
            // How somebody wants to be seen is a value, and no row.
            let is_value = named == ["user", "Mood"];
            if !is_core && !is_value && secret.contains(&named[0].as_str()) {
                faults.push(format!("{} names {}", path.display(), named.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn modules_form_no_circles() {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let files = sources();
    let names: BTreeSet<String> = files.iter().map(|(path, _)| module(path)).collect();
    for (path, text) in &files {
        let own = module(path);
        let used = modules_named(text).into_iter().filter_map(|mut named| {
            while !named.is_empty() {
                let name = named.join("::");
                if names.contains(&name) && name != own && !own.starts_with(&format!("{name}::")) {
                    return Some(name);
                }
                named.pop();
            }
            None
        });
        let used: BTreeSet<String> = used.collect();
        graph.entry(own).or_default().extend(used);
    }
    while let Some(leaf) =
        graph.iter().find(|(_, uses)| uses.iter().all(|it| !graph.contains_key(it)))
    {
        let leaf = leaf.0.clone();
        graph.remove(&leaf);
    }
    assert!(graph.is_empty(), "these go round in circles: {graph:#?}");
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = all_files()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| LONGEST < *lines)
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn folders_are_taken_in_at_a_glance() {
    let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
    // One file for each table may be many.
    for (path, _) in all_files().filter(|(path, _)| !path.starts_with("entity")) {
        *folders.entry(path.parent().unwrap().to_owned()).or_default() += 1;
    }
    folders.retain(|_, files| FULLEST < *files);
    assert!(folders.is_empty(), "{folders:?}");
}

/// Longer ones are told in steps, each with a name.
#[test]
fn tests_are_read_in_one_go() {
    let mut long = Vec::new();
    for (path, text) in files(&root().join("tests/it")) {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let bare = line.trim_start();
            let is_function =
                bare.contains("fn ") && !bare.starts_with("//") && line.ends_with('{');
            let end = format!("{}}}", &line[..line.len() - bare.len()]);
            let length = lines[at..].iter().position(|it| *it == end);
            if let Some(length) = length.filter(|it| is_function && LONGEST_TEST <= *it) {
                long.push(format!("{} has {} lines: {bare}", path.display(), length + 1));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Words may stand anywhere in what was made a text again; a field is what a client reads.
#[test]
fn tests_compare_fields_and_not_texts() {
    let loose = files(&root().join("tests/it")).into_iter().filter(|(_, text)| {
        let code: String = code(text).split_whitespace().collect();
        ["to_string()", ".text().await.unwrap()"]
            .iter()
            .any(|it| code.contains(&format!("{it}.contains(")))
    });
    let loose: Vec<PathBuf> = loose.map(|(path, _)| path).collect();
    assert!(loose.is_empty(), "{loose:?}");
}

/// A change is `chat.change(async |change| …)`: what begins one by hand can forget to commit
/// it, to try it again, or to tell of it.
#[test]
fn only_the_engine_begins_and_commits() {
    let exceptions = [
        // The index is nobody's news, and each transaction keeps the lease, or is none.
        "chat/search/indexer.rs",
        // Only reads; the commit gives the connection back.
        "chat/sync/snapshot.rs",
    ];
    let mut faults = Vec::new();
    for (path, text) in sources() {
        if path.starts_with("chat/engine") || path.starts_with("store") {
            continue;
        }
        let code: String = code(&text).split_whitespace().collect();
        let named = ["Change::begin", "patiently", "writer.begin(", ".commit()"]
            .into_iter()
            .find(|it| code.contains(it));
        let is_exception = exceptions.iter().any(|it| path == Path::new(it));
        if named.is_some() != is_exception {
            faults.push(format!("{}: {named:?}", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A reader that is written beside its struct says everything twice, and one day differently. So
/// does a struct that is never read, and a list of the fields that are known.
#[test]
fn a_request_is_declared_once() {
    // Which of its fields a new room may have depends on its kind.
    let choice = Path::new("dialect/native/operation/room/new_room.rs");
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let code = code(&text);
        if code.contains("impl Shape for") {
            faults.push(format!("{} has a reader by hand", path.display()));
        }
        if path.starts_with("dialect") && text.contains("expect(dead_code") {
            faults.push(format!("{} describes what is not read", path.display()));
        }
        if path.starts_with("dialect") && code.contains(".only(&[") != (path == choice) {
            faults.push(format!("{} lists the names of fields", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A file that no other names is not compiled, and a test in it never fails.
/// An operation of the native surface is one function with its doors above it. What has a handler
/// of its own sets cookies or carries a file.
#[test]
fn an_operation_is_written_once() {
    let is_handler = |text: &str| text.contains("#[utoipa::path(");
    let own: Vec<PathBuf> = files(&root().join("src/dialect/native"))
        .into_iter()
        .filter(|(_, text)| is_handler(text))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(own, ["rest/auth.rs", "rest/avatar.rs", "rest/file.rs"].map(PathBuf::from));
}

#[test]
fn every_file_is_named_by_its_parent() {
    let mut lost = Vec::new();
    for folder in FOLDERS {
        let texts: BTreeMap<PathBuf, String> = files(&root().join(folder)).into_iter().collect();
        for path in texts.keys() {
            let name = path.file_stem().and_then(|it| it.to_str()).unwrap();
            let above = path.parent().filter(|it| !it.as_os_str().is_empty());
            let parents = match above {
                Some(folder) => vec![folder.with_extension("rs")],
                None if ["main", "lib"].contains(&name) => continue,
                None => vec!["lib.rs".into(), "main.rs".into()],
            };
            let line = format!("mod {name};");
            let names = |it: &PathBuf| {
                let text = texts.get(it).map_or("", String::as_str);
                text.lines().any(|it| it == line || it.ends_with(&format!(" {line}")))
            };
            if !parents.iter().any(names) {
                lost.push(format!("{folder}/{}", path.display()));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
