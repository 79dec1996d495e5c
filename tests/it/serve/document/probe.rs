//! Values at and beside the bounds that a schema names, and far out where it names none.

use serde_json::{Map, Value, json};

use super::operation::Samples;

pub struct Probe {
    /// The parameter's or the field's name.
    pub name: String,
    pub what: String,
    pub is_refused: bool,
    sent: Input,
}

enum Input {
    /// Another value in the query, or none, with the body that belongs to it.
    Query(Option<Value>, Option<Value>),
    Body(Value),
}

impl Probe {
    pub fn query(&self, query: &mut Map<String, Value>) {
        match &self.sent {
            Input::Query(Some(value), _) => drop(query.insert(self.name.clone(), value.clone())),
            Input::Query(None, _) => drop(query.remove(&self.name)),
            Input::Body(_) => {}
        }
    }

    pub fn body(&self) -> Option<&Value> {
        match &self.sent {
            Input::Query(_, body) => body.as_ref(),
            Input::Body(body) => Some(body),
        }
    }
}

pub fn of_parameter(probes: &mut Vec<Probe>, parameter: &Value, body: Option<&Value>) {
    let name = parameter["name"].as_str().unwrap();
    let mut add = |what: &str, value: Option<Value>, is_refused: bool| {
        let (name, what) = (name.to_owned(), what.to_owned());
        probes.push(Probe { name, what, is_refused, sent: Input::Query(value, body.cloned()) });
    };
    add("left out", None, parameter["required"] == true);
    for (value, is_refused) in values(&parameter["schema"], false) {
        add(&shortened(&value), Some(value), is_refused);
    }
}

pub fn of_body(
    probes: &mut Vec<Probe>,
    document: &Value,
    schema: &Value,
    is_json: bool,
    samples: &Samples,
) {
    let schema = resolved(document, schema);
    let whole = || whole(schema, samples);
    let fields = schema["properties"].as_object().unwrap();
    let mut add = |name: &str, what: String, body: Map<String, Value>, is_refused| {
        let sent = Input::Body(Value::Object(body));
        probes.push(Probe { name: name.to_owned(), what, is_refused, sent });
    };
    add("", "as a whole".to_owned(), whole(), false);
    let mut more = whole();
    more.insert("surprise".to_owned(), json!("!"));
    let is_closed = schema["additionalProperties"] == false;
    add("", "with a field that is not in it".to_owned(), more, is_closed);
    for (name, field) in fields {
        let field = resolved(document, field);
        let mut less = whole();
        less.remove(name);
        if required(schema).contains(&name.as_str()) {
            add(name, "left out".to_owned(), less, true);
        }
        for (value, is_refused) in values(field, is_json) {
            let mut other = whole();
            let what = shortened(&value);
            other.insert(name.clone(), value);
            add(name, what, other, is_refused);
        }
    }
}

/// All that is required, and what is needed beside it.
fn whole(schema: &Value, samples: &Samples) -> Map<String, Value> {
    let mut names = required(schema);
    let fields = schema["properties"].as_object().unwrap();
    let needed = ["content", "username"].into_iter().filter(|it| fields.contains_key(*it));
    names.extend(needed);
    if names.contains(&"kind") {
        names.push("user_ids");
    }
    names.into_iter().map(|it| (it.to_owned(), samples.value(it))).collect()
}

pub fn whole_body(document: &Value, schema: &Value, samples: &Samples) -> Value {
    Value::Object(whole(resolved(document, schema), samples))
}

fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Follows a reference, and passes over the `null` that may stand instead.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str() {
        return document.pointer(name.trim_start_matches('#')).unwrap();
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    match choices.filter(|it| it["type"] != "null").collect::<Vec<_>>().as_slice() {
        [only] => resolved(document, only),
        _ => schema,
    }
}

/// Values, and whether the schema forbids them.
fn values(schema: &Value, is_json: bool) -> Vec<(Value, bool)> {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    let mut values = match kinds[0].as_str().unwrap_or_default() {
        "string" => texts(schema, is_json),
        "integer" => numbers(schema),
        "boolean" => vec![(json!(true), false), (json!(0), true), (json!("yes"), true)],
        "array" if is_json => vec![(json!("x"), true), (json!(7), true)],
        _ => Vec::new(),
    };
    if is_json {
        values.push((Value::Null, !kinds.contains(&json!("null"))));
    }
    values
}

fn texts(schema: &Value, is_json: bool) -> Vec<(Value, bool)> {
    let long = |count: u64| json!("a".repeat(usize::try_from(count).unwrap()));
    let mut values = Vec::new();
    if is_json {
        values.push((json!(7), true));
    }
    if let Some(known) = schema["enum"].as_array() {
        values.push((json!("no such thing"), true));
        values.extend(known.iter().map(|it| (it.clone(), false)));
        return values;
    }
    if ["format", "pattern"].iter().any(|it| schema[*it].is_string()) {
        if schema["format"] != "password" {
            values.push((json!("~ no such thing"), true));
        }
        return values;
    }
    match schema["minLength"].as_u64() {
        Some(least) if least > 0 => {
            values.extend([(long(least - 1), true), (long(least), false)]);
        }
        _ if is_json => values.push((json!(""), false)),
        _ => {}
    }
    match schema["maxLength"].as_u64() {
        Some(most) => values.extend([(long(most), false), (long(most + 1), true)]),
        None => values.push((long(if is_json { 20_000 } else { 3_000 }), false)),
    }
    values.push((json!("☃ ~"), schema["minLength"].as_u64() > Some(3)));
    values
}

fn numbers(schema: &Value) -> Vec<(Value, bool)> {
    let mut values = vec![(json!("x"), true), (json!(0.5), true)];
    match schema["minimum"].as_i64() {
        Some(least) => values.extend([(json!(least - 1), true), (json!(least), false)]),
        None => values.push((json!(-1), false)),
    }
    match schema["maximum"].as_i64() {
        Some(most) => values.extend([(json!(most), false), (json!(most + 1), true)]),
        None => values.push((json!(1_u64 << 50), false)),
    }
    values
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    let start: String = text.chars().take(20).collect();
    if text.len() > 20 { format!("{start}… ({} bytes)", text.len() - 2) } else { start }
}
