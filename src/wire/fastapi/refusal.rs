//! How a product that is built on FastAPI refuses a request.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{detail, validation_error::field_errors, with_bearer};
use crate::{model::error::Error, wire::failure::Refusal};

/// Where a product does not say what FastAPI would.
pub struct Wording {
    pub status: fn(&Error) -> StatusCode,
    /// What its client shows or compares.
    pub sentence: fn(&Error) -> String,
    /// Whether a 401 says how to authenticate.
    pub asks_for_bearer: bool,
}

impl Wording {
    pub fn refuse(&self, refusal: &Refusal<'_>) -> Response {
        match refusal {
            Refusal::Error(Error::Internal(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
            }
            Refusal::Error(error) => self.error(error),
            Refusal::Body(found) => field_errors(found),
            Refusal::NotFound => detail(StatusCode::NOT_FOUND, "Not Found"),
            Refusal::NotAllowed => detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
        }
    }

    fn error(&self, error: &Error) -> Response {
        let status = (self.status)(error);
        let answer = detail(status, &(self.sentence)(error));
        let asks = self.asks_for_bearer && status == StatusCode::UNAUTHORIZED;
        if asks { with_bearer(answer) } else { answer }
    }
}
