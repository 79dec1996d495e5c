//! Reactions to a message.

use axum::{
    Json as Body,
    extract::{FromRequestParts, RawPathParams, State},
    http::{StatusCode, request::Parts},
};
use entity::id::MessageId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply};
use crate::{
    chat::{engine::handle::Chat, message::reaction},
    dialect::native::{Native, Oops, payload::reaction::Reactions, problem::Problem},
    wire::body::PathInt,
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(put, remove))
}

/// What the path ends with.
struct Emoji(String);

/// Put an emoji under a message; a second time changes nothing
#[utoipa::path(put, path = "/v1/messages/{message_id}/reactions/{emoji}", tag = "native",
    params(("message_id" = i64, Path, example = 1024), ("emoji" = String, Path, example = "👍")),
    responses((status = 200, body = Reactions),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Emoji(emoji): Emoji,
) -> Reply<Body<Reactions>> {
    let put = reaction::put(&chat, me, MessageId(id), &emoji, &[]).await?;
    Ok(Body(Reactions::from(put.tallies.as_slice())))
}

/// Take an emoji of mine back
#[utoipa::path(delete, path = "/v1/messages/{message_id}/reactions/{emoji}", tag = "native",
    params(("message_id" = i64, Path, example = 1024), ("emoji" = String, Path, example = "👍")),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such message, or no such reaction of mine",
            body = Problem, content_type = "application/problem+json")))]
async fn remove(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Emoji(emoji): Emoji,
) -> Reply<StatusCode> {
    reaction::remove(&chat, me, MessageId(id), &[emoji.trim()]).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl<S: Send + Sync> FromRequestParts<S> for Emoji {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // A path that is not UTF-8 leads nowhere.
        let all = RawPathParams::from_request_parts(parts, state).await;
        let all = all.map_err(|_| Oops::not_found())?;
        let emoji = all.iter().find(|it| it.0 == "emoji").ok_or_else(Oops::not_found)?;
        Ok(Self(emoji.1.to_owned()))
    }
}
