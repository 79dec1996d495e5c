//! The `.env` format as python-dotenv reads it. Text in, pairs out; it never touches a file.
//!
//! The crates for this format refuse an unquoted JSON list with spaces, which the `.env` files that
//! must keep working contain, and expand a bare `$` inside passwords.

use crate::config::fault::ConfigError;
use crate::config::source::Variables;

/// Adds the values of this file to the process's own, which win.
pub fn merge(file: &str, text: &str, process: Variables) -> Result<Variables, ConfigError> {
    let mut merged = process;
    // Fixed before the first line: of two lines for one name the last counts, as in Python.
    let set_outside: Vec<String> = merged
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, _)| name.clone())
        .collect();
    // Editors on Windows put a byte order mark in front.
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = pair(line, &merged)
            .map_err(|problem| ConfigError::new(format!("{file} line {}", index + 1), problem))?;
        if !set_outside.contains(&name) {
            merged.insert(name, value);
        }
    }
    Ok(merged)
}

fn pair(line: &str, known: &Variables) -> Result<(String, String), &'static str> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=').ok_or("there is no \"=\" after the name")?;
    let name = name.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err("a name has only letters, digits and underscores");
    }
    let value = value.trim();
    let value = match value.chars().next() {
        Some('\'') => single_quoted(&value[1..])?,
        Some('"') => expand(&double_quoted(&value[1..])?, known),
        _ => expand(bare(value), known),
    };
    Ok((name.to_owned(), value))
}

fn single_quoted(rest: &str) -> Result<String, &'static str> {
    let (value, after) = rest.split_once('\'').ok_or("the quote is not closed on this line")?;
    nothing_but_comment(after)?;
    Ok(value.to_owned())
}

fn double_quoted(rest: &str) -> Result<String, &'static str> {
    let mut value = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next().ok_or("the quote is not closed on this line")? {
            '"' => break,
            '\\' => match chars.next().ok_or("the quote is not closed on this line")? {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                escaped @ ('"' | '\\') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            plain => value.push(plain),
        }
    }
    nothing_but_comment(chars.as_str())?;
    Ok(value)
}

fn nothing_but_comment(after: &str) -> Result<(), &'static str> {
    let after = after.trim_start();
    if after.is_empty() || after.starts_with('#') {
        Ok(())
    } else {
        Err("there is text after the closing quote")
    }
}

/// A `#` begins a comment only at the start or after a space: passwords contain it too.
fn bare(value: &str) -> &str {
    let mut after_space = true;
    for (at, c) in value.char_indices() {
        if c == '#' && after_space {
            return value[..at].trim_end();
        }
        after_space = c.is_whitespace();
    }
    value
}

/// `${NAME}` and `${NAME:-otherwise}`; a lone `$` is an ordinary character.
fn expand(value: &str, known: &Variables) -> String {
    let mut expanded = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inside, remainder)) = after.split_once('}') else { break };
        let (name, otherwise) = inside.split_once(":-").unwrap_or((inside, ""));
        expanded.push_str(before);
        expanded.push_str(
            known.get(name).filter(|value| !value.is_empty()).map_or(otherwise, String::as_str),
        );
        rest = remainder;
    }
    expanded + rest
}
