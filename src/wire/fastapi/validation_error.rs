//! What a malformed request is answered with: every value that has the wrong shape.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    model::error::Problem,
    wire::fields::{FieldError, Loc},
};

/// What a malformed request is answered with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ValidationError {
    pub detail: Complaint,
}

/// FastAPI names every value that has the wrong shape; what only the application can find
/// wrong is said in a sentence.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Complaint {
    Fields(Vec<FieldError>),
    Sentence(String),
}

pub fn field_errors(errors: &[FieldError]) -> Response {
    let body = ValidationError { detail: Complaint::Fields(errors.to_vec()) };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// A value of the body that the core has refused, as pydantic would have put it.
pub fn flaw(name: &str, problem: &Problem) -> FieldError {
    let (kind, msg, ctx) = match problem {
        Problem::TooShort(min) => (
            "string_too_short",
            format!("String should have at least {min} characters"),
            json!({ "min_length": min }),
        ),
        Problem::TooLong(max) => (
            "string_too_long",
            format!("String should have at most {max} characters"),
            json!({ "max_length": max }),
        ),
        Problem::NotEmail(reason) => (
            "value_error",
            format!("value is not a valid email address: {reason}"),
            json!({ "reason": reason }),
        ),
        Problem::Blank | Problem::Control | Problem::Other(_) => {
            ("value_error", format!("Value error, {problem}"), json!({ "error": {} }))
        }
    };
    // What it was is not shown: it may have been a password.
    let loc = vec![Loc::from("body"), Loc::from(name)];
    FieldError { kind, loc, msg, input: Value::Null, ctx: Some(ctx) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_core_refuses_looks_as_if_pydantic_had() {
        let said = |problem| serde_json::to_value(flaw("x", &problem)).unwrap();
        let short = json!({"type": "string_too_short", "loc": ["body", "x"], "input": null,
            "msg": "String should have at least 4 characters", "ctx": {"min_length": 4}});
        assert_eq!(said(Problem::TooShort(4)), short);
        let blank = json!({"type": "value_error", "loc": ["body", "x"], "input": null,
            "msg": "Value error, must not be empty", "ctx": {"error": {}}});
        assert_eq!(said(Problem::Blank), blank);
    }
}
