//! Who has got a message.

use axum::{Json as Body, extract::State};
use entity::id::MessageId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply};
use crate::{
    chat::{engine::handle::Chat, message::receipt},
    dialect::native::{Native, payload::receipt::Receipts, problem::Problem},
    wire::body::PathInt,
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Who has read and received a message, and when
#[utoipa::path(get, path = "/v1/messages/{message_id}/receipts", tag = "native",
    params(("message_id" = i64, Path)),
    responses((status = 200, body = Receipts),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: message, .. }: PathInt<Native>,
) -> Reply<Body<Receipts>> {
    let receipts = receipt::of(&chat, me, MessageId(message)).await?;
    Ok(Body(Receipts::from(&receipts)))
}
