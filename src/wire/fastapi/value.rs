//! Single values, read as leniently as pydantic reads them: a number may come as text.

use std::num::IntErrorKind;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    model::{
        error::{Error, Flaw, Problem},
        text::name::Email,
    },
    wire::fastapi::fault::Fault,
};

pub fn text(value: &Value) -> Result<String, Fault> {
    let Value::String(text) = value else {
        return Err(Fault::new("string_type", "Input should be a valid string"));
    };
    // PostgreSQL cannot store it.
    if text.contains('\0') {
        return Err(Fault::value_error("must not contain NUL"));
    }
    Ok(text.clone())
}

pub fn text_between(value: &Value, min: usize, max: usize) -> Result<String, Fault> {
    let text = text(value)?;
    let length = text.chars().count();
    let characters = |count| if count == 1 { "character" } else { "characters" };
    if length < min {
        let msg = format!("String should have at least {min} {}", characters(min));
        return Err(Fault::new("string_too_short", msg).with(json!({ "min_length": min })));
    }
    if length > max {
        let msg = format!("String should have at most {max} {}", characters(max));
        return Err(Fault::new("string_too_long", msg).with(json!({ "max_length": max })));
    }
    Ok(text)
}

pub fn int(value: &Value) -> Result<i64, Fault> {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Ok(int),
            // By its digits: a cast would turn what is too large into the largest number.
            (None, Some(float)) if float.fract() == 0.0 => int_of_text(&format!("{float:.0}")),
            (None, Some(_)) => Err(Fault::new(
                "int_from_float",
                "Input should be a valid integer, got a number with a fractional part",
            )),
            (None, None) => Err(too_big()),
        },
        Value::String(text) => int_of_text(text),
        // As in Python, where `True` is 1.
        Value::Bool(yes) => Ok(i64::from(*yes)),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(Fault::new("int_type", "Input should be a valid integer"))
        }
    }
}

/// A whole number, and no text that looks like one.
pub fn exact_int(value: &Value, is_text: bool) -> Result<i64, Fault> {
    match value {
        // Also 1.0, which is an integer to JSON Schema.
        Value::Number(_) => int(value),
        Value::String(_) if is_text => int(value),
        _ => Err(Fault::new("int_type", "Input should be a valid integer")),
    }
}

/// `true` or `false`, and nothing that means the same.
pub fn exact_bool(value: &Value, is_text: bool) -> Result<bool, Fault> {
    match value {
        Value::Bool(yes) => Ok(*yes),
        Value::String(text) if is_text && text == "true" => Ok(true),
        Value::String(text) if is_text && text == "false" => Ok(false),
        _ => Err(Fault::new("bool_type", "Input should be a valid boolean")),
    }
}

fn int_of_text(text: &str) -> Result<i64, Fault> {
    let digits = match text.trim().split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|it| it == b'0') => whole,
        _ => text.trim(),
    };
    digits.parse().map_err(|error: std::num::ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => too_big(),
        _ => Fault::new(
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
    })
}

fn too_big() -> Fault {
    Fault::new(
        "int_parsing_size",
        "Unable to parse input string as an integer, exceeded maximum size",
    )
}

pub fn bool(value: &Value) -> Result<bool, Fault> {
    let text = match value {
        Value::Bool(yes) => return Ok(*yes),
        Value::String(text) => text.to_ascii_lowercase(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(Fault::new("bool_type", "Input should be a valid boolean"));
        }
    };
    match text.as_str() {
        "1" | "1.0" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
        "0" | "0.0" | "off" | "f" | "false" | "n" | "no" => Ok(false),
        _ => Err(Fault::new(
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
        )),
    }
}

pub fn uuid(value: &Value) -> Result<Uuid, Fault> {
    let Value::String(text) = value else {
        return Err(Fault::new("uuid_type", "UUID input should be a string, bytes or UUID object"));
    };
    Uuid::parse_str(text).map_err(|error| {
        let error = error.to_string();
        Fault::new("uuid_parsing", format!("Input should be a valid UUID, {error}"))
            .with(json!({ "error": error }))
    })
}

pub fn one_of<T: Copy>(value: &Value, known: &[(&'static str, T)]) -> Result<T, Fault> {
    let found = known.iter().find(|(name, _)| value.as_str() == Some(name));
    found.map(|(_, it)| *it).ok_or_else(|| {
        let expected = alternatives(known.iter().map(|(name, _)| *name));
        Fault::new("enum", format!("Input should be {expected}"))
            .with(json!({ "expected": expected }))
    })
}

/// `'a', 'b' or 'c'`
fn alternatives<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

pub fn email(value: &Value) -> Result<Email, Fault> {
    Email::parse(&text(value)?).map_err(|error| {
        let reason = match error {
            Error::Invalid(Flaw { problem: Problem::NotEmail(reason), .. }) => reason,
            Error::Invalid(Flaw { problem: Problem::TooLong(_), .. }) => {
                "The email address is too long."
            }
            _ => "The email address contains invalid characters.",
        };
        Fault::new("value_error", format!("value is not a valid email address: {reason}"))
            .with(json!({ "reason": reason }))
    })
}
