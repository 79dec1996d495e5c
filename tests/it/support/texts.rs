//! Every text of an answer, wherever in it somebody may read it.

use serde_json::Value;

/// Whether somebody who reads all of it, the names of its fields too, comes across these words.
pub fn tells(answer: &Value, words: &str) -> bool {
    match answer {
        Value::String(text) => text.contains(words),
        Value::Array(all) => all.iter().any(|it| tells(it, words)),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains(words) || tells(value, words))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Those that tell of it.
pub fn telling(heard: &[Value], words: &str) -> Vec<Value> {
    heard.iter().filter(|it| tells(it, words)).cloned().collect()
}
