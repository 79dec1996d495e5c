//! The `error` event: how a socket with a token hears that something did not work.

use serde::Serialize;

use super::words;
use crate::model::error::{Ban, Error};

#[derive(Serialize)]
pub(super) struct Fault<'a> {
    event: &'a str,
    error: Reason,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: String,
}

impl<'a> Fault<'a> {
    pub(super) fn new(event: &'a str, error: &Error) -> Self {
        Self { event, error: Reason { code: code(error), message: words(error) } }
    }
}

/// The codes of the native surface, so that a client of both need not learn two lists.
pub(super) fn code(error: &Error) -> &'static str {
    match error {
        Error::Unauthenticated(_) => "unauthorized",
        Error::Forbidden(Ban::NotMember) => "not_member",
        Error::Forbidden(
            Ban::NotAllowed
            | Ban::NotAccepting
            | Ban::NotServerOwner(_)
            | Ban::OwnerStays
            | Ban::Banned
            | Ban::BannedFromRoom
            | Ban::Origin
            | Ban::Unproven,
        ) => "forbidden",
        Error::Missing(_) => "not_found",
        Error::Taken(_) => "conflict",
        Error::Invalid(_) => "validation_failed",
        Error::TooLarge { .. } => "payload_too_large",
        Error::DiskFull => "insufficient_storage",
        Error::Unsupported => "unsupported_media_type",
        Error::TooMany { .. } | Error::Busy { .. } => "rate_limited",
        Error::TooSlow => "request_timeout",
        Error::Unavailable { .. } => "unavailable",
        Error::Internal(_) => "internal",
    }
}
