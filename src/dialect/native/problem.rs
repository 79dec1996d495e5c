//! Failures in the words of the native surface: RFC 9457 over REST, the same codes in events.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{Content, Ref, Response as Described, ResponseBuilder},
};

use crate::{
    model::error::{Ban, Clash, Doubt, Error, Thing},
    wire::{
        failure::{self, Carrier, Dialect, Refusal},
        fields::{FieldError, Loc},
    },
};

/// The native surface, as the shared extractors know it.
pub struct Native;

/// `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Problem)]
pub struct Problem {
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    #[schema(example = "Not Found")]
    title: &'static str,
    #[schema(example = 404)]
    status: u16,
    #[schema(example = "room not found")]
    detail: String,
    #[schema(example = "not_found")]
    code: &'static str,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError>>,
}

impl Problem {
    /// What the document says of an answer that is one.
    pub fn described() -> Described {
        let content = Content::new(Some(Ref::from_schema_name(Self::name())));
        ResponseBuilder::new().content("application/problem+json", content).build()
    }
}

impl Dialect for Native {
    const CARRIERS: &'static [Carrier] = &[Carrier::Bearer, Carrier::Cookie("access_token")];
    const IS_STRICT: bool = true;
    const UPLOAD: &'static str = "native.FileForm";

    fn refuse(refusal: &Refusal<'_>) -> Response {
        match refusal {
            Refusal::Error(error) => {
                let mut response =
                    problem(status(error), code(error), error.to_string(), field_errors(error));
                if let Error::Unauthenticated(_) = error {
                    let bearer = HeaderValue::from_static("Bearer");
                    response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
                }
                response
            }
            Refusal::Body(errors) => {
                let detail = "the request is not what this route takes".to_owned();
                let code = "validation_failed";
                problem(StatusCode::UNPROCESSABLE_ENTITY, code, detail, Some(errors.to_vec()))
            }
            Refusal::NotFound => {
                problem(StatusCode::NOT_FOUND, "not_found", "no such path".to_owned(), None)
            }
            Refusal::NotAllowed => {
                let detail = "this path does not take this method".to_owned();
                problem(StatusCode::METHOD_NOT_ALLOWED, "bad_request", detail, None)
            }
        }
    }
}

/// What is wrong with which field, when the core found it.
pub fn field_errors(error: &Error) -> Option<Vec<FieldError>> {
    let Error::Invalid(flaw) = error else { return None };
    // The core does not know where a field travelled, and nearly all of them do in the body.
    let loc = ["body", flaw.field].map(|it| Loc::Name(it.to_owned())).to_vec();
    let msg = flaw.problem.to_string();
    // What it was is not shown: it may have been a password.
    Some(vec![FieldError { kind: "value_error", loc, msg, input: Value::Null, ctx: None }])
}

pub fn status(error: &Error) -> StatusCode {
    failure::status(error)
}

pub fn code(error: &Error) -> &'static str {
    match error {
        Error::Unauthenticated(Doubt::Expired) => "token_expired",
        Error::Unauthenticated(Doubt::Revoked) => "session_revoked",
        Error::Unauthenticated(
            Doubt::NoToken | Doubt::BadToken | Doubt::UnknownUser | Doubt::WrongPassword,
        ) => "unauthorized",
        Error::Forbidden(Ban::NotMember) => "not_member",
        Error::Forbidden(Ban::NotAllowed | Ban::Origin) => "forbidden",
        Error::Forbidden(Ban::NotAccepting) => "not_accepting",
        Error::Forbidden(Ban::NotServerOwner(_)) => "not_server_owner",
        Error::Forbidden(Ban::OwnerStays) => "owner_cannot_leave",
        Error::Forbidden(Ban::Banned | Ban::BannedFromRoom) => "banned",
        Error::Forbidden(Ban::Unproven) => "password_needed",
        Error::Missing(Thing::Server) => "server_not_found",
        Error::Missing(_) => "not_found",
        Error::Taken(Clash::AlreadyMember) => "already_member",
        Error::Taken(Clash::AlreadyFriends) => "already_friends",
        Error::Taken(
            Clash::Username
            | Clash::Email
            | Clash::Oneself
            | Clash::AlreadyAsked
            | Clash::ClientMessageId
            | Clash::Invites,
        ) => "conflict",
        Error::Invalid(_) => "validation_failed",
        Error::TooLarge { .. } => "payload_too_large",
        Error::DiskFull => "insufficient_storage",
        Error::Unsupported => "unsupported_media_type",
        // To a client both mean to wait for a while; the status tells whose doing it was.
        Error::TooMany { .. } | Error::Busy { .. } => "rate_limited",
        Error::TooSlow => "request_timeout",
        Error::Unavailable { .. } => "unavailable",
        Error::Internal(_) => "internal",
    }
}

fn problem(
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Option<Vec<FieldError>>,
) -> Response {
    // RFC 9457 wants this title where the type is `about:blank`.
    let title = status.canonical_reason().unwrap_or("Error");
    let body =
        Problem { kind: "about:blank", title, status: status.as_u16(), detail, code, errors };
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, Json(body)).into_response()
}
