//! What is wrong with one value, before it is known where the value stands.

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

    pub fn with(self, ctx: Value) -> Self {
        Self { ctx: Some(ctx), ..self }
    }

    pub fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    /// FastAPI shows the exception of a validator as an empty object.
    pub fn value_error(problem: &str) -> Self {
        Self::new("value_error", format!("Value error, {problem}")).with(json!({ "error": {} }))
    }
}
