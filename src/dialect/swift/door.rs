//! Who is calling. This product tells credentials of another kind from none at all.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::Swift;
use crate::{
    chat::engine::handle::Chat,
    model::actor::Actor,
    wire::{caller::Caller, fastapi},
};

pub(super) struct Me {
    pub me: Actor,
}

impl FromRequestParts<Chat> for Me {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Response> {
        if is_of_another_kind(&parts.headers) {
            let refusal = "Invalid authentication credentials";
            return Err(fastapi::detail(StatusCode::FORBIDDEN, refusal));
        }
        match Caller::<Swift>::from_request_parts(parts, chat).await {
            Ok(caller) => Ok(Self { me: caller.me }),
            Err(failure) => Err(failure.into_response()),
        }
    }
}

/// Such as `Basic …`.
fn is_of_another_kind(headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let Some((scheme, rest)) = given.and_then(|it| it.trim().split_once(' ')) else { return false };
    !rest.trim().is_empty() && !scheme.eq_ignore_ascii_case("bearer")
}
