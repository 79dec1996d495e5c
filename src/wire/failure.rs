//! What the shared extractors need to know about a dialect, and failures worded its way.

use std::{error::Error as _, iter, marker::PhantomData, time::Duration};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use crate::{
    model::{error::Error, session::Client},
    wire::fields::FieldError,
};

/// A place a token may travel in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    Bearer,
    Cookie(&'static str),
    Query(&'static str),
}

pub trait Dialect: Send + Sync + 'static {
    /// Where its clients put their token, first choice first.
    const CARRIERS: &'static [Carrier];
    /// The same for a plain WebSocket.
    const SOCKET_CARRIERS: &'static [Carrier] = Self::CARRIERS;
    /// The cookie of a refresh token that opens a plain WebSocket, too: for a client that comes
    /// back when its access token has gone, and stays as long as one would have been good.
    const SOCKET_REFRESH: Option<(&'static str, Client)> = None;
    /// What its clients write in place of a token that they do not have.
    const NO_TOKEN: &'static [&'static str] = &[];
    /// Whether a cookie may act without saying whose page it comes from. Browsers say it
    /// of every foreign page, so this only admits programs.
    const COOKIES_WITHOUT_ORIGIN: bool = false;

    /// Whether a value must be of the type that its description names. The originals take a
    /// number as text and `yes` for true.
    const IS_STRICT: bool = false;

    /// What the form of an upload is called in the description.
    const UPLOAD: &'static str = "UploadForm";

    /// The dialect's words for a failed request.
    fn refuse(refusal: &Refusal<'_>) -> Response;

    /// The token in this place, if there is one.
    fn token(carrier: Carrier, headers: &HeaderMap, uri: &Uri) -> Option<String> {
        carrier.token(headers, uri).filter(|it| !Self::NO_TOKEN.contains(&it.as_str()))
    }
}

/// Everything that a dialect must have words for.
#[derive(Debug)]
pub enum Refusal<'a> {
    Error(&'a Error),
    /// The request is malformed (422).
    Body(&'a [FieldError]),
    /// No such path.
    NotFound,
    /// The path is there, the method is not (405).
    NotAllowed,
}

/// A failure on its way to a client of dialect `D`.
pub struct Failure<D> {
    cause: Cause,
    dialect: PhantomData<fn() -> D>,
}

enum Cause {
    Error(Error),
    Body(Vec<FieldError>),
    NotFound,
    NotAllowed,
}

/// The status most dialects agree on.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Missing(_) => StatusCode::NOT_FOUND,
        Error::Taken(_) => StatusCode::CONFLICT,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        Error::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy { .. } | Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl<D> Failure<D> {
    pub fn not_found() -> Self {
        Self::new(Cause::NotFound)
    }

    pub fn not_allowed() -> Self {
        Self::new(Cause::NotAllowed)
    }

    pub fn refusal(&self) -> Refusal<'_> {
        match &self.cause {
            Cause::Error(error) => Refusal::Error(error),
            Cause::Body(errors) => Refusal::Body(errors),
            Cause::NotFound => Refusal::NotFound,
            Cause::NotAllowed => Refusal::NotAllowed,
        }
    }

    fn new(cause: Cause) -> Self {
        Self { cause, dialect: PhantomData }
    }
}

impl<D> From<Error> for Failure<D> {
    fn from(error: Error) -> Self {
        Self::new(Cause::Error(error))
    }
}

impl<D> From<Vec<FieldError>> for Failure<D> {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::new(Cause::Body(errors))
    }
}

impl<D: Dialect> IntoResponse for Failure<D> {
    fn into_response(self) -> Response {
        let refusal = self.refusal();
        let mut response = D::refuse(&refusal);
        if let Refusal::Error(error) = refusal {
            log(error);
            if let Some(wait) = retry_after(error) {
                response.headers_mut().insert(header::RETRY_AFTER, wait);
            }
        }
        response
    }
}

/// The one place where an internal error is logged; the client learns nothing of it.
fn log(error: &Error) {
    if let Error::Internal(_) = error {
        let chain: Vec<String> =
            iter::successors(error.source(), |&it| it.source()).map(ToString::to_string).collect();
        tracing::error!(cause = chain.join(": "), "request failed");
    }
    if let Error::DiskFull = error {
        tracing::error!("the disk of the uploads is full");
    }
}

/// What a client is told of when to come back.
pub fn retry_after(error: &Error) -> Option<HeaderValue> {
    let (Error::TooMany { retry_after }
    | Error::Busy { retry_after }
    | Error::Unavailable { retry_after }) = error
    else {
        return None;
    };
    Some(HeaderValue::from(whole_seconds(*retry_after)))
}

/// Rounded up, so that whoever waits this long is not refused again.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    impl Dialect for Plain {
        const CARRIERS: &'static [Carrier] = &[];

        fn refuse(refusal: &Refusal<'_>) -> Response {
            match refusal {
                Refusal::Error(error) => status(error).into_response(),
                Refusal::Body(_) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
                Refusal::NotFound => StatusCode::NOT_FOUND.into_response(),
                Refusal::NotAllowed => StatusCode::METHOD_NOT_ALLOWED.into_response(),
            }
        }
    }

    #[test]
    fn who_is_too_fast_hears_when_to_come_back() {
        let after = |retry_after| {
            let failure = Failure::<Plain>::from(Error::TooMany { retry_after });
            failure.into_response().headers()[header::RETRY_AFTER].to_str().unwrap().to_owned()
        };
        assert_eq!(after(Duration::ZERO), "1");
        assert_eq!(after(Duration::from_millis(2500)), "3");
        assert_eq!(after(Duration::from_secs(59)), "59");
    }

    #[test]
    fn a_chain_of_causes_does_not_reach_the_client() {
        let failure = Failure::<Plain>::from(Error::internal("the database is on fire"));
        let response = failure.into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().get(header::RETRY_AFTER).is_none());
    }
}
