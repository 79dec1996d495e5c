//! FastAPI's and pydantic's words, which the products that are built on them share: how a value
//! may be spelled ([`value`], [`timestamp`]), what is said of a wrong one ([`fault`], [`syntax`]),
//! and how a request is refused ([`refusal`], [`validation_error`]). Knows no product's own words.
pub mod fault;
pub mod refusal;
pub mod syntax;
pub mod timestamp;
pub mod validation_error;
pub mod value;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::error::{Doubt, Error, Flaw, Problem},
    wire::fastapi::validation_error::{Complaint, ValidationError},
};

/// What an `HTTPException` looks like.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HttpError {
    pub detail: String,
}

pub fn detail(status: StatusCode, detail: &str) -> Response {
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        let detail = Complaint::Sentence(detail.to_owned());
        return (status, Json(ValidationError { detail })).into_response();
    }
    (status, Json(HttpError { detail: detail.to_owned() })).into_response()
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
    fn an_empty_answer_still_names_its_type() {
        let answer = no_content();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    }
}
