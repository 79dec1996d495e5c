//! FastAPI's and pydantic's words, which the products that are built on them share: how a value
//! may be spelled ([`value`], [`timestamp`]), what is said of a wrong one ([`fault`], [`syntax`]),
//! and how a request is refused ([`refusal`]). Knows no product's own words.
pub mod fault;
pub mod refusal;
pub mod syntax;
pub mod timestamp;
pub mod value;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    model::error::{Doubt, Error, Flaw, Problem},
    wire::fields::{Issue, Loc},
};

/// What an `HTTPException` looks like.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HttpError {
    pub detail: String,
}

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
    Issues(Vec<Issue>),
    Sentence(String),
}

pub fn detail(status: StatusCode, detail: &str) -> Response {
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        let detail = Complaint::Sentence(detail.to_owned());
        return (status, Json(ValidationError { detail })).into_response();
    }
    (status, Json(HttpError { detail: detail.to_owned() })).into_response()
}

pub fn issues(issues: &[Issue]) -> Response {
    let body = ValidationError { detail: Complaint::Issues(issues.to_vec()) };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// A value of the body that the core has refused, as pydantic would have put it.
pub fn flaw(name: &str, problem: &Problem) -> Issue {
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
    Issue { kind, loc, msg, input: Value::Null, ctx: Some(ctx) }
}

/// Says how to authenticate, as RFC 6750 asks of a 401.
pub fn with_bearer(mut response: Response) -> Response {
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// FastAPI names a content type even for nothing.
pub fn no_content() -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::NO_CONTENT, json).into_response()
}

/// What a handler that returns nothing answers with 200.
pub fn null() -> Response {
    Json(()).into_response()
}

/// An error in FastAPI's words where it has some, in ours with a capital otherwise.
pub fn sentence(error: &Error) -> String {
    match error {
        Error::Unauthenticated(doubt) => doubted(*doubt).to_owned(),
        Error::Invalid(Flaw { problem: Problem::NotEmail(reason), .. }) => (*reason).to_owned(),
        Error::Internal(_) => "Internal Server Error".to_owned(),
        Error::Forbidden(_)
        | Error::Missing(_)
        | Error::Taken(_)
        | Error::Invalid(_)
        | Error::TooLarge { .. }
        | Error::DiskFull
        | Error::Unsupported
        | Error::TooMany { .. }
        | Error::Busy { .. }
        | Error::Unavailable { .. }
        | Error::TooSlow => capitalised(&error.to_string()),
    }
}

/// A client need not learn what is wrong with a token.
fn doubted(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NoToken => "Not authenticated",
        Doubt::BadToken | Doubt::Expired | Doubt::Revoked => "Could not validate credentials",
        Doubt::UnknownUser => "User not found",
        Doubt::WrongPassword => "Incorrect password",
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Thing;

    #[test]
    fn errors_are_worded_as_fastapi_does() {
        assert_eq!(sentence(&Error::Missing(Thing::User)), "User not found");
        assert_eq!(sentence(&Error::Unsupported), "Unsupported file type");
        assert_eq!(sentence(&Error::internal("secret")), "Internal Server Error");
        let expired = Error::Unauthenticated(Doubt::Expired);
        assert_eq!(sentence(&expired), "Could not validate credentials");
    }

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

    #[test]
    fn an_empty_answer_still_names_its_type() {
        let answer = no_content();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    }
}
