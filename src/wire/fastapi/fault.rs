//! What is wrong with one value, in the words of pydantic 2, before it is known where the value
//! stands.

use std::borrow::Cow;

use serde_json::{Value, json};

#[derive(Debug, PartialEq)]
pub struct Fault {
    pub kind: &'static str,
    pub msg: Cow<'static, str>,
    pub ctx: Option<Value>,
}

impl Fault {
    pub fn new(kind: &'static str, msg: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, msg: msg.into(), ctx: None }
    }

    #[must_use]
    pub fn with(self, ctx: Value) -> Self {
        Self { ctx: Some(ctx), ..self }
    }

    /// A body that is something else than an object.
    pub fn no_object() -> Self {
        Self::new(
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
        )
    }

    pub fn no_list() -> Self {
        Self::new("list_type", "Input should be a valid list")
    }

    /// A field that nobody asked for.
    pub fn forbidden() -> Self {
        Self::new("extra_forbidden", "Extra inputs are not permitted")
    }

    pub fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    /// FastAPI shows the exception of a validator as an empty object.
    pub fn value_error(problem: &str) -> Self {
        Self::new("value_error", format!("Value error, {problem}")).with(json!({ "error": {} }))
    }
}
